//! Session keys as a browser holds them: they sign the text of a bet.

use super::args::SchemeWord;
use hmac::{Hmac, KeyInit, Mac};
use k256::ecdsa::signature::hazmat::PrehashSigner as _;
use rand::Rng;
use sha2::Sha256;
use sha3::{Digest as _, Keccak256};

/// What session keys are called in log-in messages.
const KEY_URN: &str = "urn:tap:session-key";

/// A key that signs.
pub enum Signer {
    /// Told by the server.
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
    pub fn draw(scheme: SchemeWord, rng: &mut impl Rng) -> Option<Self> {
        match scheme {
            SchemeWord::Hmac => None,
            SchemeWord::Ed25519 => {
                Some(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&rng.random()))))
            }
            SchemeWord::Secp256k1 => {
                let drawn = k256::ecdsa::SigningKey::from_slice(&rng.random::<[u8; 32]>());
                Some(Self::Secp256k1(Box::new(drawn.expect("one in 2^128 numbers is no key"))))
            }
        }
    }

    /// The key that the server told in hexadecimal; none for anything else.
    #[must_use]
    pub fn told(digits: &str) -> Option<Self> {
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
        match signer {
            None | Some(Self::Hmac(_)) => format!("{KEY_URN}:hmac-sha256"),
            Some(Self::Ed25519(key)) => {
                let mut text = format!("{KEY_URN}:ed25519:").into_bytes();
                append_hex(key.verifying_key().as_bytes(), &mut text);
                String::from_utf8_lossy(&text).into_owned()
            }
            Some(Self::Secp256k1(key)) => {
                let mut text = format!("{KEY_URN}:").into_bytes();
                append_hex(key.verifying_key().to_sec1_point(true).as_bytes(), &mut text);
                String::from_utf8_lossy(&text).into_owned()
            }
        }
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
                let hash = Keccak256::new()
                    .chain_update(format!("\x19Ethereum Signed Message:\n{}", text.len()))
                    .chain_update(text)
                    .finalize();
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
    use identity::wallet::{NamedKey, SessionKey};
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
        for scheme in [SchemeWord::Ed25519, SchemeWord::Secp256k1] {
            let signer = Signer::draw(scheme, &mut rng).unwrap();
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
        let told = Signer::told(&"5a".repeat(32)).unwrap();
        let key = SessionKey::hmac_sha256(&[0x5a; 32]);
        assert_eq!(key.verify("a bet", &signed(&told, "a bet")), Ok(()));
        assert_eq!(NamedKey::parse(KEY_URN, &Signer::resource(None)), Ok(NamedKey::HmacSha256));
        assert!(Signer::told("5a").is_none() && Signer::told(&"zz".repeat(32)).is_none());
    }
}
