//! The text of a key: making it, and reading it with its check in constant time.

use super::{ApiKeyFault, ApiKeyKind};
use crate::{Chance, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use subtle::ConstantTimeEq as _;

/// Characters of the check: four bytes in hex.
const CHECK_CHARS: usize = 8;
/// What a list shows of a key: the prefix and as much of the body.
const SHOWN_CHARS: usize = 4;

/// A key that was made or read. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    kind: ApiKeyKind,
    text: String,
}

/// Makes keys and knows its own again. Its `Debug` form hides the key of the check.
#[derive(Clone)]
pub struct ApiKeyMaker(Hmac<Sha256>);

impl ApiKeyMaker {
    /// Derives the key of the check from a key of the stall's, for this use alone.
    #[must_use]
    pub fn derive(key: &[u8]) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
        mac.update(b"fairground api key check v1");
        let own = mac.finalize().into_bytes();
        Self(Hmac::new_from_slice(&own).expect("HMAC takes keys of every length"))
    }

    /// A fresh key with 256 random bits.
    #[must_use]
    pub fn draw(&self, kind: ApiKeyKind, chance: &dyn Chance) -> ApiKey {
        let body = format!("{}{}", kind.prefix(), Secret::draw(chance).text());
        let text = format!("{body}.{}", self.check(&body));
        ApiKey { kind, text }
    }

    /// Reads a key. Errors: it is not of our form, or its check is not ours.
    pub fn read(&self, text: &str) -> Result<ApiKey, ApiKeyFault> {
        let kind = ApiKeyKind::of_key(text).ok_or(ApiKeyFault::KeyIsMalformed)?;
        let (body, check) = text.split_once('.').ok_or(ApiKeyFault::KeyIsMalformed)?;
        let is_secret = Secret::parse(&body[kind.prefix().len()..]).is_some();
        if !is_secret || check.len() != CHECK_CHARS {
            return Err(ApiKeyFault::KeyIsMalformed);
        }
        let is_ours = self.check(body).as_bytes().ct_eq(check.as_bytes());
        if !bool::from(is_ours) {
            return Err(ApiKeyFault::CheckIsWrong);
        }
        Ok(ApiKey { kind, text: text.to_owned() })
    }

    fn check(&self, body: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(body.as_bytes());
        hex(&mac.finalize().into_bytes()[..CHECK_CHARS / 2])
    }
}

impl std::fmt::Debug for ApiKeyMaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeyMaker(hidden)")
    }
}

impl ApiKey {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ApiKeyKind {
        self.kind
    }

    /// What its holder is given, once.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 in hex, the only form that is stored. The key has 256 random bits, so a plain hash protects it.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.text.as_bytes()))
    }

    /// What a list may show of it.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}...", &self.text[..self.kind.prefix().len() + SHOWN_CHARS])
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey({}, hidden)", self.kind.as_str())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maker() -> ApiKeyMaker {
        ApiKeyMaker::derive(b"a key of the stall")
    }

    #[test]
    fn a_key_is_known_again_and_every_change_is_noticed() {
        for kind in ApiKeyKind::ALL {
            let key = maker().draw(kind, &|room: &mut [u8]| room.fill(0x5a));
            assert_eq!(maker().read(key.text()).unwrap(), key);
            assert_eq!((key.kind(), key.text().len(), key.hash().len()), (kind, 4 + 43 + 1 + 8, 64));
            for at in 0..key.text().len() {
                let mut bytes = key.text().as_bytes().to_vec();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(bytes).unwrap();
                assert!(maker().read(&changed).is_err(), "{at}");
            }
        }
    }

    #[test]
    fn an_invented_key_is_refused_by_its_check() {
        let key = ApiKeyMaker::derive(b"other").draw(ApiKeyKind::User, &|room: &mut [u8]| room.fill(1));
        assert_eq!(maker().read(key.text()), Err(ApiKeyFault::CheckIsWrong));
        for bad in [
            "",
            "usr_",
            "usr_.",
            "usr_x.00000000",
            "abc_",
            "usr_\u{e9}.",
            "usr_AAAA.\u{e9}\u{e9}\u{e9}\u{e9}",
        ] {
            assert_eq!(maker().read(bad), Err(ApiKeyFault::KeyIsMalformed), "{bad}");
        }
        assert_eq!(format!("{key:?} {:?}", maker()), "ApiKey(user, hidden) ApiKeyMaker(hidden)");
        assert_eq!(key.masked().len(), 4 + 4 + 3);
    }
}
