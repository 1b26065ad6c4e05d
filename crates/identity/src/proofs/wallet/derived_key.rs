//! Keys that the server derives for a session instead of storing them: HMAC of a purpose and the session's hash.

use super::SessionHash;
use crate::proofs::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Derives one key for each session from a secret of the server.
#[derive(Clone)]
pub struct KeyDeriver(Hmac<Sha256>);

impl KeyDeriver {
    /// `purpose` keeps these keys apart from whatever else is derived from `secret`.
    #[must_use]
    pub fn new(secret: &[u8], purpose: &str) -> Self {
        let mut keyed = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of every length");
        keyed.update(purpose.as_bytes());
        Self(keyed)
    }

    /// The key of the session whose first id has the hash `origin`: `HMAC(secret, purpose || origin)`.
    #[must_use]
    pub fn derive(&self, origin: &[u8; 32]) -> DerivedKey {
        let mut mac = self.0.clone();
        mac.update(origin);
        DerivedKey(mac.finalize().into_bytes().into())
    }

    /// The key of a session that begins with `session`.
    #[must_use]
    pub fn of_session(&self, session: &SessionHash) -> DerivedKey {
        self.derive(session.bytes())
    }
}

impl std::fmt::Debug for KeyDeriver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyDeriver(hidden)")
    }
}

/// A derived key.
#[derive(Clone, PartialEq, Eq)]
pub struct DerivedKey([u8; 32]);

impl DerivedKey {
    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case digits: told once, to the session's owner.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(&self.0)
    }
}

impl std::fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DerivedKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_session_purpose_and_secret_has_its_own_key() {
        let key = |secret: &[u8], purpose, origin| KeyDeriver::new(secret, purpose).derive(&[origin; 32]);
        let mine = key(b"secret", "session bet key", 1);
        assert_eq!(mine, key(b"secret", "session bet key", 1));
        for other in [key(b"secreu", "session bet key", 1), key(b"secret", "x", 1)] {
            assert_ne!(mine, other);
        }
        assert_ne!(mine, key(b"secret", "session bet key", 2));

        let mut plain = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
        plain.update(&[b"session bet key".as_slice(), &[1; 32]].concat());
        assert_eq!(mine.bytes().as_slice(), plain.finalize().into_bytes().as_slice());
    }

    #[test]
    fn nothing_of_a_key_is_shown() {
        let deriver = KeyDeriver::new(b"secret", "p");
        assert_eq!(
            format!("{deriver:?} {:?}", deriver.derive(&[1; 32])),
            "KeyDeriver(hidden) DerivedKey(hidden)"
        );
    }
}
