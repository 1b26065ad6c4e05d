//! Init data as pairs: decoded strictly, each key once, sorted by the bytes of their keys as the signed text wants it.

use super::InitDataFault;

/// The longest init data that is looked at; what clients send has less than two kilobytes.
pub const INIT_DATA_BYTES_MAX: usize = 16 * 1024;

/// Decoded pairs, sorted by key.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads the raw text. Errors: too long, malformed, a key twice.
    pub(super) fn parse(raw: &str) -> Result<Self, InitDataFault> {
        if raw.len() > INIT_DATA_BYTES_MAX {
            return Err(InitDataFault::InitDataIsTooLong);
        }
        let pairs: Option<Vec<_>> = raw.split('&').filter(|part| !part.is_empty()).map(pair).collect();
        let mut pairs = pairs.ok_or(InitDataFault::InitDataIsMalformed)?;
        pairs.sort();
        if pairs.windows(2).any(|two| two[0].0 == two[1].0) {
            return Err(InitDataFault::KeyIsDuplicated);
        }
        Ok(Self(pairs))
    }

    /// The value of `key`; an empty one counts as missing.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let value = self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// `key=value` lines of all pairs but those of `left_out`.
    pub(super) fn lines_without(&self, left_out: &[&str]) -> String {
        let kept = self.0.iter().filter(|(key, _)| !left_out.contains(&key.as_str()));
        kept.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("\n")
    }
}

/// A line break, or `=` in a key, would let one pair read as two in the signed text, so neither is taken.
fn pair(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    let (key, value) = (decode(key)?, decode(value)?);
    let is_plain = !key.is_empty() && !key.contains(['=', '\n']) && !value.contains('\n');
    is_plain.then_some((key, value))
}

/// Percent- and plus-decoding. None: a `%` without two digits, or bytes that are not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = after.first_chunk::<2>()?;
                bytes.push(digit(digits[0])? << 4 | digit(digits[1])?);
                rest = &after[2..];
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_strictly() {
        assert_eq!(decode("a%2Bb+c%C3%A9%c3%a9").as_deref(), Some("a+b céé"));
        for bad in ["%", "%4", "%zz", "%+1", "%C3", "%ff"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_pair_that_could_be_two_is_malformed_and_a_key_comes_once() {
        let fault = |raw: &str| Pairs::parse(raw).err();
        for raw in ["a=1%0Ab=2", "a%3Db=1", "a%0A=1", "=1"] {
            assert_eq!(fault(raw), Some(InitDataFault::InitDataIsMalformed), "{raw}");
        }
        assert_eq!(fault("a=1&%61=2"), Some(InitDataFault::KeyIsDuplicated));
        assert_eq!(fault(&"a".repeat(INIT_DATA_BYTES_MAX + 1)), Some(InitDataFault::InitDataIsTooLong));
        assert_eq!(fault("&b=2&a=1&c"), None);
    }
}
