//! Session keys: the key that a log-in message names, with which a browser then signs each act without asking the
//! wallet again. Three schemes, one door to verify.

use super::signature::{SignatureFault, WalletSignature, eip191_hash};
use super::{KeyDeriver, SessionHash};
use crate::proofs::hex;
use hmac::{Hmac, KeyInit, Mac};
use k256::ProjectivePoint;
use kernel::SignatureScheme;
use sha2::Sha256;

/// A resource names no session key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSessionKey;

/// A key as a message names it, known to be a sound one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NamedKey {
    /// A point of secp256k1, compressed.
    Secp256k1([u8; 33]),
    /// A point of Ed25519, not of small order.
    Ed25519([u8; 32]),
    /// Whatever the server derives for the session.
    HmacSha256,
}

impl NamedKey {
    /// Reads `{urn}:0x{33 bytes}`, `{urn}:ed25519:0x{32 bytes}` or `{urn}:hmac-sha256`.
    /// Errors: another text, or bytes that are no sound key of the scheme.
    pub fn parse(urn: &str, resource: &str) -> Result<Self, NoSessionKey> {
        let named = resource.strip_prefix(urn).and_then(|rest| rest.strip_prefix(':')).ok_or(NoSessionKey)?;
        let key = match named.split_once(':') {
            Some(("ed25519", digits)) => hex::decode(digits).map(Self::Ed25519),
            Some(_) => None,
            None if named == "hmac-sha256" => Some(Self::HmacSha256),
            None => hex::decode(named).map(Self::Secp256k1),
        };
        key.filter(|key| key.is_sound()).ok_or(NoSessionKey)
    }

    /// The resource that names this key.
    #[must_use]
    pub fn resource(&self, urn: &str) -> String {
        match self {
            Self::Secp256k1(bytes) => format!("{urn}:0x{}", hex::encode(bytes)),
            Self::Ed25519(bytes) => format!("{urn}:ed25519:0x{}", hex::encode(bytes)),
            Self::HmacSha256 => format!("{urn}:hmac-sha256"),
        }
    }

    /// How it signs.
    #[must_use]
    pub const fn scheme(&self) -> SignatureScheme {
        match self {
            Self::Secp256k1(_) => SignatureScheme::Secp256k1,
            Self::Ed25519(_) => SignatureScheme::Ed25519,
            Self::HmacSha256 => SignatureScheme::HmacSha256,
        }
    }

    /// What the table keeps: the public key, or the hash from which the secret one is derived.
    #[must_use]
    pub(super) fn stored(&self, session: &SessionHash) -> Vec<u8> {
        match self {
            Self::Secp256k1(bytes) => bytes.to_vec(),
            Self::Ed25519(bytes) => bytes.to_vec(),
            Self::HmacSha256 => session.bytes().to_vec(),
        }
    }

    fn is_sound(&self) -> bool {
        let made = match self {
            Self::Secp256k1(bytes) => SessionKey::secp256k1(bytes),
            Self::Ed25519(bytes) => SessionKey::ed25519(bytes),
            Self::HmacSha256 => return true,
        };
        made.is_some()
    }
}

impl std::fmt::Debug for NamedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NamedKey({})", self.scheme().as_str())
    }
}

/// A key ready to verify: parsed once, kept with its session.
#[derive(Clone)]
pub struct SessionKey {
    public: Vec<u8>,
    ready: Ready,
}

#[derive(Clone)]
enum Ready {
    Secp256k1(Box<ProjectivePoint>),
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    /// The keyed state, so that a verification does not hash the key again.
    HmacSha256(Box<Hmac<Sha256>>),
}

impl SessionKey {
    /// The key of a stored session. None: bytes that [`NamedKey::stored`] did not write.
    #[must_use]
    pub fn restore(scheme: SignatureScheme, stored: &[u8], deriver: &KeyDeriver) -> Option<Self> {
        match scheme {
            SignatureScheme::Secp256k1 => Self::secp256k1(stored),
            SignatureScheme::Ed25519 => Self::ed25519(stored),
            SignatureScheme::HmacSha256 => {
                Some(Self::hmac_sha256(deriver.derive(stored.try_into().ok()?).bytes()))
            }
        }
    }

    /// From a compressed point. None: it is none.
    #[must_use]
    pub fn secp256k1(compressed: &[u8]) -> Option<Self> {
        let is_compressed = compressed.len() == 33 && matches!(compressed[0], 2 | 3);
        let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(compressed).ok().filter(|_| is_compressed)?;
        let point = ProjectivePoint::from(*key.as_affine());
        Some(Self { public: compressed.to_vec(), ready: Ready::Secp256k1(Box::new(point)) })
    }

    /// From 32 bytes. None: no point, or one of small order, under which a signature proves nothing.
    #[must_use]
    pub fn ed25519(bytes: &[u8]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
        let sound = !key.is_weak();
        sound.then(|| Self { public: bytes.to_vec(), ready: Ready::Ed25519(Box::new(key)) })
    }

    /// From a shared secret.
    #[must_use]
    pub fn hmac_sha256(secret: &[u8; 32]) -> Self {
        let keyed = Hmac::new_from_slice(secret).expect("HMAC takes keys of every length");
        Self { public: Vec::new(), ready: Ready::HmacSha256(Box::new(keyed)) }
    }

    /// How it signs.
    #[must_use]
    pub const fn scheme(&self) -> SignatureScheme {
        match self.ready {
            Ready::Secp256k1(_) => SignatureScheme::Secp256k1,
            Ready::Ed25519(_) => SignatureScheme::Ed25519,
            Ready::HmacSha256(_) => SignatureScheme::HmacSha256,
        }
    }

    /// The public key, for proofs; empty where there is none.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// Whether `signature` is this key's over `text`. The `0x` before the digits is optional but for secp256k1.
    /// Errors: it is not, by name.
    pub fn verify(&self, text: &str, signature: &str) -> Result<(), SignatureFault> {
        let right = match &self.ready {
            Ready::Secp256k1(point) => {
                WalletSignature::parse(signature)?.is_by(point, &eip191_hash(text.as_bytes()))
            }
            Ready::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_bytes(&plain(signature)?);
                key.verify_strict(text.as_bytes(), &signature).is_ok()
            }
            Ready::HmacSha256(keyed) => {
                let mut mac = Hmac::clone(keyed);
                mac.update(text.as_bytes());
                mac.verify_slice(&plain::<32>(signature)?).is_ok()
            }
        };
        right.then_some(()).ok_or(SignatureFault::SignatureIsWrong)
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SessionKey({})", self.scheme().as_str())
    }
}

fn plain<const N: usize>(signature: &str) -> Result<[u8; N], SignatureFault> {
    let digits = signature.strip_prefix("0x").unwrap_or(signature);
    hex::decode_digits(digits).ok_or(SignatureFault::SignatureIsMalformed)
}
