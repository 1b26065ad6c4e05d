//! The keys that sign access tokens: one current, and older ones that are still believed while they rotate out.

use super::Claims;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Bytes a signing key needs at least: as many as the hash has (RFC 7518 §3.2).
pub const SIGNING_KEY_BYTES_MIN: usize = 32;
/// The longest name of a key; it stands in every token.
const KID_BYTES_MAX: usize = 32;

/// One HS256 key and its name, ready to sign.
#[derive(Clone)]
pub struct SigningKey {
    pub(super) kid: String,
    /// The first part of every token it signs, with the dot.
    pub(super) header: String,
    /// HMAC with the key's two blocks already hashed; cloned for each token.
    pub(super) mac: Hmac<Sha256>,
}

/// Why some bytes and a name are no signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Shorter than the hash.
    #[error("a signing key needs at least {SIGNING_KEY_BYTES_MIN} bytes")]
    KeyIsTooShort,
    /// The name is empty, long, or has signs that a header would have to escape.
    #[error("a key's name has 1 to {KID_BYTES_MAX} letters, digits, - or _")]
    KidIsMalformed,
    /// Two keys with one name.
    #[error("two keys have the same name")]
    KidIsTaken,
}

impl SigningKey {
    /// A key with a chosen name.
    pub fn new(kid: &str, key: &[u8]) -> Result<Self, KeyFault> {
        if key.len() < SIGNING_KEY_BYTES_MIN {
            return Err(KeyFault::KeyIsTooShort);
        }
        Self::of_any_length(kid, key)
    }

    /// A key named after its own fingerprint, so that every node calls it alike without being told.
    /// The development key is called `dev`.
    pub fn named_by_itself(key: &[u8]) -> Result<Self, KeyFault> {
        if crate::is_dev_key(key) {
            return Self::new(crate::DEV_KID, key);
        }
        let print = Sha256::new().chain_update(b"fairground kid v1").chain_update(key).finalize();
        Self::new(&print.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>(), key)
    }

    /// For stalls' own secrets, whose least length is judged where they are configured. Errors: the name is malformed.
    pub(crate) fn of_any_length(kid: &str, key: &[u8]) -> Result<Self, KeyFault> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if kid.is_empty() || kid.len() > KID_BYTES_MAX || !kid.bytes().all(plain) {
            return Err(KeyFault::KidIsMalformed);
        }
        Ok(Self::foreign(kid, key))
    }

    /// For the verification door, whose callers bring their own keys under whatever names.
    pub(crate) fn foreign(kid: &str, key: &[u8]) -> Self {
        let name = serde_json::Value::from(kid);
        let header = format!(r#"{{"alg":"HS256","typ":"JWT","kid":{name}}}"#);
        Self {
            kid: kid.to_owned(),
            header: URL_SAFE_NO_PAD.encode(header) + ".",
            mac: Hmac::new_from_slice(key).expect("HMAC takes keys of every length"),
        }
    }

    /// The key's name, as it stands in headers.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({}, key hidden)", self.kid)
    }
}

/// All keys whose tokens are believed. The first signs.
///
/// To rotate: start every node with the new key as an older one, then with the new one as current and the old one as
/// older, and drop the old one when its last token is over (15 minutes).
#[derive(Debug, Clone)]
pub struct Keyring {
    pub(super) keys: Vec<SigningKey>,
}

impl Keyring {
    /// A ring that signs with `current` and also believes `older`.
    pub fn new(current: SigningKey, older: Vec<SigningKey>) -> Result<Self, KeyFault> {
        let mut keys = vec![current];
        for key in older {
            if keys.iter().any(|known| known.kid == key.kid) {
                return Err(KeyFault::KidIsTaken);
            }
            keys.push(key);
        }
        Ok(Self { keys })
    }

    /// The name of the key that signs.
    #[must_use]
    pub fn current_kid(&self) -> &str {
        &self.keys[0].kid
    }

    /// Signs a text of another kind than tokens with the current key; base64url. The text must say what it is for.
    pub(crate) fn sign(&self, text: &str) -> String {
        let mut mac = self.keys[0].mac.clone();
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Whether one of the keys signed `text` so; compared in constant time.
    pub(crate) fn signed(&self, text: &str, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.keys.iter().any(|key| {
            let mut mac = key.mac.clone();
            mac.update(text.as_bytes());
            mac.verify_slice(&signature).is_ok()
        })
    }

    /// 32 bytes that grow from each key for `purpose`, those of the current key first. Whoever has them cannot find the key.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Vec<[u8; 32]> {
        let of = |key: &SigningKey| {
            let mut mac = key.mac.clone();
            // No token begins like this: its first part has neither spaces nor line feeds.
            mac.update(b"fairground derived key 1\n");
            mac.update(purpose.as_bytes());
            mac.finalize().into_bytes().into()
        };
        self.keys.iter().map(of).collect()
    }

    /// Signs `claims` with the current key: `header.claims.signature`.
    #[must_use]
    pub fn mint(&self, claims: &Claims<'_>) -> String {
        let key = &self.keys[0];
        let claims = serde_json::to_vec(claims).expect("claims are texts and whole numbers");
        let mut token = key.header.clone();
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let mut mac = key.mac.clone();
        mac.update(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(mac.finalize().into_bytes(), &mut token);
        token
    }
}
