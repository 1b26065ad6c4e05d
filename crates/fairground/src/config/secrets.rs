//! What makes a secret no secret: values that everybody can read, and values that anybody would guess. One list and one
//! least measure for every key of every stall; it asks for nothing where nobody but this machine can reach us.

use stall::Kind;

/// Least length of a secret, bytes.
const BYTES_MIN: usize = 16;
/// Least measure of a secret, bits: what 16 random bytes have, less what chance repeats among them.
const BITS_MIN: f64 = 48.0;
/// Least letters and digits that are left when words that everybody tries first are taken out.
const OWN_CHARACTERS_MIN: usize = 8;

/// Secrets that are published: in this source, in its tests and documents.
const PUBLISHED: &[&str] = &["fairground development webhook secret; not a secret"];

/// Words that are tried first.
const WORDS: &[&str] = &[
    "fairground",
    "development",
    "production",
    "changeme",
    "change-me",
    "password",
    "passphrase",
    "example",
    "placeholder",
    "default",
    "webhook",
    "signing",
    "secret",
    "whsec",
    "admin",
    "token",
    "operator",
    "qwerty",
    "letmein",
    "please",
    "replace",
    "change",
    "dummy",
    "demo",
    "test",
    "this",
    "your",
    "not",
    "key",
    "dev",
];

/// What is wrong with a secret that others could use, as words that never repeat it; none: nothing.
#[must_use]
pub fn weakness(kind: Kind, value: &str) -> Option<&'static str> {
    match kind {
        Kind::Secret => weakness_of_text(value),
        Kind::SecretHex(_) => weakness_of_hex(value),
        Kind::SecretHexes(_) => value.split(',').find_map(|one| weakness_of_hex(one.trim())),
        _ => None,
    }
}

fn weakness_of_text(value: &str) -> Option<&'static str> {
    if value.is_empty() {
        None
    } else if PUBLISHED.contains(&value) {
        Some("is a published development value")
    } else if value.len() < BYTES_MIN {
        Some("must be at least 16 bytes long")
    } else if own_characters(value) < OWN_CHARACTERS_MIN || bits(value.as_bytes()) < BITS_MIN {
        Some("can be guessed; make one of random bytes")
    } else {
        None
    }
}

fn weakness_of_hex(value: &str) -> Option<&'static str> {
    let bytes: Vec<u8> = (0..value.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(value.get(at..at + 2)?, 16).ok())
        .collect();
    if value.is_empty() {
        None
    } else if bytes.starts_with(b"fairground development") || is_development(&bytes) {
        Some("is a published development value")
    } else if bits(&bytes) < BITS_MIN
        || std::str::from_utf8(&bytes).is_ok_and(|text| own_characters(text) < 8)
    {
        Some("can be guessed; make one of random bytes")
    } else {
        None
    }
}

/// Whether these are the keys of development, whole or in part.
fn is_development(bytes: &[u8]) -> bool {
    let keys = identity::dev_keys();
    bytes == keys.signing_key || bytes.starts_with(&keys.id_key)
}

/// Letters and digits of `value` that are in no word everybody tries.
fn own_characters(value: &str) -> usize {
    let lower = value.to_lowercase();
    let own = WORDS.iter().fold(lower, |left, word| left.replace(word, " "));
    own.chars().filter(|character| character.is_alphanumeric()).count()
}

/// A lower bound of how much chance may be in `bytes`: of the bytes themselves, of the steps between them, and of the shortest
/// piece that they repeat.
fn bits(bytes: &[u8]) -> f64 {
    let steps: Vec<u8> = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let piece = (1..=bytes.len())
        .find(|length| bytes.iter().zip(bytes.iter().skip(*length)).all(|(one, next)| one == next));
    let piece = &bytes[..piece.unwrap_or(bytes.len())];
    shannon(bytes).min(shannon(&steps)).min(shannon(piece))
}

/// Shannon's measure of the whole, bits.
fn shannon(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let length = bytes.len() as f64;
    let seen = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count));
    seen.map(|count| count * (length / count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn what_everybody_knows_or_guesses_is_no_secret() {
        let keys = identity::dev_keys();
        let ascending: Vec<u8> = (0..32).collect();
        for value in
            [&keys.signing_key[..], &keys.id_key, &[0; 32], &[0xff; 32], &ascending, b"changemechangeme!!"]
        {
            assert!(weakness(Kind::SecretHex(16), &hex(value)).is_some(), "{value:?}");
        }
        for value in [
            "x",
            "secret",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "0123456789abcdef0123456789abcdef",
            "changeme-changeme-changeme",
            "fairground development webhook secret; not a secret",
            "1234567890123456",
            "my-webhook-secret-token",
        ] {
            assert!(weakness(Kind::Secret, value).is_some(), "{value}");
        }
        let one_bad = format!(
            "{},{}",
            hex(&[7; 32]),
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        );
        assert!(weakness(Kind::SecretHexes(32), &one_bad).is_some());
    }

    #[test]
    fn random_bytes_are_taken_however_they_fall() {
        // A linear congruential generator with a printed seed: 2,000 keys of 16 bytes, each as hex and as text.
        let mut state = 0x5eed_u64;
        for round in 0..2_000 {
            let bytes: Vec<u8> = (0..16)
                .map(|_| {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 56) as u8
                })
                .collect();
            assert_eq!(weakness(Kind::SecretHex(16), &hex(&bytes)), None, "seed 0x5eed, round {round}");
            assert_eq!(weakness(Kind::Secret, &hex(&bytes)), None, "seed 0x5eed, round {round}");
        }
    }

    #[test]
    fn what_is_not_set_and_what_is_no_secret_is_not_judged() {
        assert_eq!(weakness(Kind::Secret, ""), None);
        assert_eq!(weakness(Kind::SecretHexes(32), ""), None);
        assert_eq!(weakness(Kind::Text, "x"), None);
    }
}
