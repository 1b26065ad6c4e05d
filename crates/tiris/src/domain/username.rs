//! What somebody is called who never chose a name: from the provider's name, the address, or the time.

/// Characters of a derived name at most, before a suffix.
const DERIVED_CHARS_MAX: usize = 20;
/// The fewest characters of a name.
const CHARS_MIN: usize = 3;
/// The most.
const CHARS_MAX: usize = 50;

/// Whether a name may be chosen: 3 to 50 letters, digits or underscores.
#[must_use]
pub fn is_fit(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (CHARS_MIN..=CHARS_MAX).contains(&name.len()) && name.bytes().all(plain)
}

/// The name for somebody new; `number` is theirs alone.
#[must_use]
pub fn derive(name: Option<&str>, email: Option<&str>, number: i64) -> String {
    let prefix = email.and_then(|email| email.split('@').next());
    let fit = |text: &str| {
        let plain: String =
            text.chars().filter(char::is_ascii_alphanumeric).take(DERIVED_CHARS_MAX).collect();
        (plain.len() >= CHARS_MIN).then_some(plain)
    };
    name.and_then(fit).or_else(|| prefix.and_then(fit)).unwrap_or_else(|| format!("user{number}"))
}

/// The name with a short suffix, where it is taken.
#[must_use]
pub fn with_suffix(name: &str, number: i64) -> String {
    format!("{name}_{:04x}", number & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_derived_from_what_is_known() {
        assert_eq!(derive(Some("Ann Lee"), Some("a@x.example"), 7), "AnnLee");
        assert_eq!(derive(Some("陈伟"), Some("chen.wei@x.example"), 7), "chenwei");
        assert_eq!(derive(Some("陈伟"), None, 7), "user7");
        assert_eq!(derive(Some(&"x".repeat(60)), None, 7).len(), 20);
        for name in
            [derive(Some("Ann Lee"), None, 7), with_suffix(&"x".repeat(20), -1), derive(None, None, 7)]
        {
            assert!(is_fit(&name), "{name}");
        }
        for bad in ["ab", "a b", "é23", "", &"x".repeat(51)] {
            assert!(!is_fit(bad), "{bad}");
        }
    }
}
