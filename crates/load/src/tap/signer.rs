//! Session keys as a browser holds them: they sign the text of a bet.

use super::args::Scheme;
use hmac::{Hmac, KeyInit, Mac};
use identity::proofs::wallet::{NamedKey, eip191_hash};
use k256::ecdsa::signature::hazmat::PrehashSigner as _;
use rand::Rng;
use sha2::Sha256;

/// What Tap calls session keys in log-in messages.
const KEY_URN: &str = "urn:tap:session-key";

/// A key that signs.
pub enum Signer {
    /// Made by the server.
    Hmac(Box<Hmac<Sha256>>),
    /// Ours.
    Ed25519(Box<ed25519_dalek::SigningKey>),
    /// Ours.
    Secp256k1(Box<k256::ecdsa::SigningKey>),
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(hidden)")
    }
}

impl Signer {
    /// A key drawn by `rng`; none for a scheme whose keys the server makes.
    pub fn generate(scheme: Scheme, rng: &mut impl Rng) -> Option<Self> {
        match scheme {
            Scheme::Hmac => None,
            Scheme::Ed25519 => {
                Some(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&rng.random()))))
            }
            Scheme::Secp256k1 => {
                let drawn = k256::ecdsa::SigningKey::from_slice(&rng.random::<[u8; 32]>());
                Some(Self::Secp256k1(Box::new(drawn.expect("one in 2^128 numbers is no key"))))
            }
        }
    }

    /// The key that the server gave in hexadecimal; none for anything else.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<Self> {
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        let keyed = Hmac::new_from_slice(&key).expect("HMAC takes keys of every length");
        (digits.len() == 64).then(|| Self::Hmac(Box::new(keyed)))
    }

    /// The resource by which a log-in message names this key, or the scheme whose keys the server makes.
    #[must_use]
    pub fn resource(signer: Option<&Self>) -> String {
        let named = match signer {
            None | Some(Self::Hmac(_)) => NamedKey::HmacSha256,
            Some(Self::Ed25519(key)) => NamedKey::Ed25519(key.verifying_key().to_bytes()),
            Some(Self::Secp256k1(key)) => {
                let point = key.verifying_key().to_sec1_point(true);
                NamedKey::Secp256k1(point.as_bytes().try_into().expect("a compressed point has 33 bytes"))
            }
        };
        named.resource(KEY_URN)
    }

    /// Appends the signature over `text` in hexadecimal.
    pub fn sign(&self, text: &str, out: &mut Vec<u8>) {
        match self {
            Self::Hmac(keyed) => {
                let mut mac = Hmac::clone(keyed);
                mac.update(text.as_bytes());
                append_hex(&mac.finalize().into_bytes(), out);
            }
            Self::Ed25519(key) => {
                let signature = ed25519_dalek::Signer::sign(key.as_ref(), text.as_bytes());
                append_hex(&signature.to_bytes(), out);
            }
            Self::Secp256k1(key) => {
                let hash = eip191_hash(text.as_bytes());
                let (signature, recovery): (k256::ecdsa::Signature, k256::ecdsa::RecoveryId) =
                    key.sign_prehash(&hash).expect("a hash of 32 bytes can be signed");
                let mut bytes = [0; 65];
                bytes[..64].copy_from_slice(&signature.to_bytes());
                bytes[64] = 27 + recovery.to_byte();
                append_hex(&bytes, out);
            }
        }
    }
}

/// Appends `0x` and two digits a byte.
fn append_hex(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"0x");
    for byte in bytes {
        out.extend([byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use identity::proofs::wallet::SessionKey;
    use rand::SeedableRng as _;
    use rand::rngs::SmallRng;

    fn signed(signer: &Signer, text: &str) -> String {
        let mut out = Vec::new();
        signer.sign(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_servers_own_verifier_believes_each_scheme() {
        let mut rng = SmallRng::seed_from_u64(1);
        for scheme in [Scheme::Ed25519, Scheme::Secp256k1] {
            let signer = Signer::generate(scheme, &mut rng).unwrap();
            let named = NamedKey::parse(KEY_URN, &Signer::resource(Some(&signer))).unwrap();
            let key = match named {
                NamedKey::Ed25519(bytes) => SessionKey::ed25519(&bytes),
                NamedKey::Secp256k1(bytes) => SessionKey::secp256k1(&bytes),
                NamedKey::HmacSha256 => None,
            };
            let key = key.unwrap();
            assert_eq!(key.verify("a bet", &signed(&signer, "a bet")), Ok(()));
            assert!(key.verify("another", &signed(&signer, "a bet")).is_err());
        }
        let given = Signer::from_hex(&"5a".repeat(32)).unwrap();
        let key = SessionKey::hmac_sha256(&[0x5a; 32]);
        assert_eq!(key.verify("a bet", &signed(&given, "a bet")), Ok(()));
        assert_eq!(NamedKey::parse(KEY_URN, &Signer::resource(None)), Ok(NamedKey::HmacSha256));
        assert!(Signer::from_hex("5a").is_none() && Signer::from_hex(&"zz".repeat(32)).is_none());
    }
}
