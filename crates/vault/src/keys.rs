//! The key-encryption keys: one wraps, all of them open.

use crate::KeyFault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a key: AES-256.
pub const KEY_BYTES: usize = 32;

/// One key and its version.
struct VersionedKey {
    version: u32,
    key: Zeroizing<[u8; KEY_BYTES]>,
}

/// All keys of a process. The first wraps; the others open what they once wrapped.
///
/// To rotate: start every node with the new key behind the current one, then with the new one first; when no row names the old
/// version any more, leave it out. To roll back: put the old one first again.
pub struct KeyEncryptionKeys(Vec<VersionedKey>);

impl KeyEncryptionKeys {
    /// The keys, the current one first. Errors: see [`KeyFault`].
    pub fn new(keys: impl IntoIterator<Item = (u32, [u8; KEY_BYTES])>) -> Result<Self, KeyFault> {
        let mut known: Vec<VersionedKey> = Vec::new();
        for (version, key) in keys {
            let key = Zeroizing::new(key);
            if version == 0 {
                return Err(KeyFault::Malformed);
            }
            if known.iter().any(|other| other.version == version) {
                return Err(KeyFault::VersionIsTaken);
            }
            if key.iter().all(|byte| *byte == key[0]) {
                return Err(KeyFault::Trivial);
            }
            known.push(VersionedKey { version, key });
        }
        if known.is_empty() { Err(KeyFault::NoKey) } else { Ok(Self(known)) }
    }

    /// The version that wraps.
    #[must_use]
    pub fn current_version(&self) -> u32 {
        self.0[0].version
    }

    pub(crate) fn current(&self) -> (u32, &[u8; KEY_BYTES]) {
        (self.0[0].version, &self.0[0].key)
    }

    pub(crate) fn of_version(&self, version: u32) -> Option<&[u8; KEY_BYTES]> {
        self.0.iter().find(|key| key.version == version).map(|key| &*key.key)
    }
}

impl std::fmt::Debug for KeyEncryptionKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let versions: Vec<_> = self.0.iter().map(|key| key.version).collect();
        write!(f, "KeyEncryptionKeys(versions {versions:?}, keys hidden)")
    }
}

/// Reads `2:KEY,1:KEY`, each key in base64 or as 64 hex digits (commas or line ends between them), the current key first. Errors: see [`KeyFault`].
pub fn parse_keys(text: &str) -> Result<KeyEncryptionKeys, KeyFault> {
    let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
    let keys: Result<Vec<_>, KeyFault> = words.map(parse_key).collect();
    KeyEncryptionKeys::new(keys?)
}

fn parse_key(word: &str) -> Result<(u32, [u8; KEY_BYTES]), KeyFault> {
    let (version, key) = word.split_once(':').ok_or(KeyFault::Malformed)?;
    let version = version.parse().map_err(|_| KeyFault::Malformed)?;
    let decoded = if key.len() == 2 * KEY_BYTES { from_hex(key) } else { STANDARD.decode(key).ok() };
    let bytes = Zeroizing::new(decoded.ok_or(KeyFault::Malformed)?);
    let key = bytes.as_slice().try_into().map_err(|_| KeyFault::Malformed)?;
    Ok((version, key))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    (0..KEY_BYTES)
        .map(|at| text.get(2 * at..2 * at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

/// A key for one purpose that follows from another key.
#[must_use]
pub fn derive_key(key: &[u8], purpose: &str) -> [u8; KEY_BYTES] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(version: u32, seed: u8) -> String {
        let key: Vec<u8> = (0..32).map(|at| at ^ seed).collect();
        format!("{version}:{}", STANDARD.encode(key))
    }

    #[test]
    fn the_first_key_wraps_and_all_of_them_are_known() {
        let keys = parse_keys(&format!("{},\n{}\n", text(2, 9), text(1, 3))).unwrap();
        assert_eq!(keys.current_version(), 2);
        assert!(keys.of_version(1).is_some() && keys.of_version(3).is_none());
        assert_eq!(format!("{keys:?}"), "KeyEncryptionKeys(versions [2, 1], keys hidden)");
    }

    #[test]
    fn what_is_no_key_is_refused_by_name() {
        let zeros = format!("1:{}", STANDARD.encode([0; 32]));
        let twice = format!("{},{}", text(1, 2), text(1, 3));
        for (bad, fault) in [
            ("", KeyFault::NoKey),
            ("1", KeyFault::Malformed),
            ("0:AAAA", KeyFault::Malformed),
            ("1:AAAA", KeyFault::Malformed),
            ("x:AAAA", KeyFault::Malformed),
            (zeros.as_str(), KeyFault::Trivial),
            (twice.as_str(), KeyFault::VersionIsTaken),
        ] {
            assert_eq!(parse_keys(bad).unwrap_err(), fault, "{bad}");
        }
    }
}
