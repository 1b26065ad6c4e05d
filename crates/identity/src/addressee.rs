//! How mails call somebody.

/// Characters of a name in a mail at most.
const ADDRESSEE_CHARS_MAX: usize = 40;

/// How a mail calls somebody of this `name`: shortened, on one line, and never anything that a mail program makes a link of.
/// A name may be older than the rules for names.
#[must_use]
pub fn addressee(name: &str) -> String {
    let name = name.trim();
    if kernel::check_name(name).is_err() || crate::profile::looks_like_a_link(name) {
        return "there".to_owned();
    }
    let short: String = name.chars().take(ADDRESSEE_CHARS_MAX).collect();
    if short.len() < name.len() { format!("{}…", short.trim_end()) } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_speaks_through_our_mails() {
        assert_eq!(addressee(" Ann "), "Ann");
        assert_eq!(addressee(&"x".repeat(100)), format!("{}…", "x".repeat(40)));
        for bad in ["Buy at https://evil.example", "evil.com", "Ann\u{202e}", "Ann\nBcc: x", "\u{3164}"] {
            assert_eq!(addressee(bad), "there", "{bad:?}");
        }
    }
}
