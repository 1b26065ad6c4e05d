//! `fairground credential address`: the server's own reading of account addresses, open to anybody's tests.

use crate::proofs::wallet::{address_of_key, checksummed, decode_hex, parse_address};
use k256::ecdsa::VerifyingKey;
use kernel::WalletAddress;
use serde::Deserialize;

/// What the door takes and answers, for `--help`.
pub const ADDRESS_HELP: &str = r#"One JSON object a line: {"address": TEXT} or {"public_key": HEX}.
  address     0x and 40 digits, in lower case or with the checksum of EIP-55 ("input" is read as the same)
  public_key  0x and 33 or 65 bytes: a point of secp256k1, compressed or not
Answers the address with its checksum, or reject: and bad_line, malformed, wrong_checksum or not_a_key."#;

/// The longest line that is looked at.
const LINE_BYTES_MAX: usize = 4096;

#[derive(Deserialize)]
struct Line {
    #[serde(alias = "input")]
    address: Option<String>,
    public_key: Option<String>,
}

/// Answers one line: an address or `reject:<reason>`. See [`ADDRESS_HELP`].
#[must_use]
pub fn address(line: &str) -> String {
    match read(line) {
        Ok(address) => checksummed(address),
        Err(reason) => format!("reject:{reason}"),
    }
}

fn read(line: &str) -> Result<WalletAddress, &'static str> {
    let line = Some(line).filter(|line| line.len() <= LINE_BYTES_MAX);
    match line.and_then(|line| serde_json::from_str(line).ok()) {
        Some(Line { address: Some(text), public_key: None }) => {
            parse_address(&text).map_err(|fault| fault.as_str())
        }
        Some(Line { address: None, public_key: Some(text) }) => of_key(&text).ok_or("not_a_key"),
        _ => Err("bad_line"),
    }
}

fn of_key(text: &str) -> Option<WalletAddress> {
    // One accepted form a length: tag 5 would be a second way to write half of all keys.
    let point = |bytes: &[u8], tags: &[u8]| {
        Some(bytes)
            .filter(|bytes| tags.contains(&bytes[0]))
            .and_then(|bytes| VerifyingKey::from_sec1_bytes(bytes).ok())
    };
    let compressed = decode_hex::<33>(text).and_then(|bytes| point(&bytes, &[2, 3]));
    let whole = || decode_hex::<65>(text).and_then(|bytes| point(&bytes, &[4]));
    compressed.or_else(whole).as_ref().map(address_of_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use k256::ecdsa::SigningKey;

    const SHOWN: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    fn of(field: &str, text: &str) -> String {
        address(&serde_json::json!({ field: text }).to_string())
    }

    #[test]
    fn an_address_is_answered_with_its_checksum() {
        assert_eq!(of("address", SHOWN), SHOWN);
        assert_eq!(of("input", &SHOWN.to_lowercase()), SHOWN);
        assert_eq!(of("address", &SHOWN.replace("BeAed", "Beaed")), "reject:wrong_checksum");
        assert_eq!(of("address", &SHOWN[..41]), "reject:malformed");
    }

    #[test]
    fn a_key_has_one_form_a_length() {
        for seed in 1..12 {
            let key = SigningKey::from_slice(&[seed; 32]).unwrap();
            let digits: String = key
                .verifying_key()
                .to_sec1_point(true)
                .as_bytes()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            for tag in ["05", "00", "04", "06"] {
                assert_eq!(
                    of("public_key", &format!("0x{tag}{}", &digits[2..])),
                    "reject:not_a_key",
                    "{tag} {seed}"
                );
            }
        }
    }

    #[test]
    fn a_key_is_answered_with_its_address_in_both_forms() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let expected = checksummed(address_of_key(key.verifying_key()));
        for compress in [true, false] {
            let point = key.verifying_key().to_sec1_point(compress);
            let digits: String = point.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(of("public_key", &format!("0x{digits}")), expected);
            let hybrid = format!("0x06{}", &digits[2..]);
            for bad in [digits.as_str(), &format!("0x{digits}00"), &hybrid, "0x", "", "\0"] {
                assert_eq!(of("public_key", bad), "reject:not_a_key", "{bad}");
            }
        }
        assert_eq!(of("public_key", &format!("0x02{}05", "00".repeat(31))), "reject:not_a_key");
        assert_eq!(of("public_key", &format!("0x04{}", "00".repeat(64))), "reject:not_a_key");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_refused_and_never_panics() {
        let (both, long) = (format!(r#"{{"address":"{SHOWN}","public_key":"0x"}}"#), "x".repeat(5000));
        let long = format!(r#"{{"address":"{long}"}}"#);
        for bad in ["", "{}", "null", "[1]", "\0", r#"{"address":1}"#, &both, &long] {
            assert_eq!(address(bad), "reject:bad_line", "{bad:.40}");
        }
    }
}
