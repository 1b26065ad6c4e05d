//! What users say of themselves: the profile that Telegram vouches for, and the nickname that they choose. Pure.

use super::user::User;

/// Characters of a nickname at most.
const NICKNAME_CHARS_MAX: usize = 32;
/// Characters of a language tag at most.
const LANGUAGE_CHARS_MAX: usize = 35;
/// Characters of a name of Telegram's that are kept.
const NAME_CHARS_MAX: usize = 128;
/// Where nobody says.
const LANGUAGE_DEFAULT: &str = "en";

/// What Telegram says of a user now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TelegramProfile {
    /// Their public name.
    pub username: Option<String>,
    /// Their name.
    pub first_name: Option<String>,
    /// Their other name.
    pub last_name: Option<String>,
    /// The language of their client.
    pub language_code: Option<String>,
}

/// Takes over what Telegram says now; never the number, code, inviter or nickname.
pub fn refresh(user: &mut User, given: &TelegramProfile) {
    let kept = |text: &Option<String>| text.as_deref().map(cut).filter(|text| !text.is_empty());
    user.username = kept(&given.username);
    user.first_name = kept(&given.first_name);
    user.last_name = kept(&given.last_name);
}

/// The language of a new user.
#[must_use]
pub fn language(given: &TelegramProfile) -> String {
    let tag = given.language_code.as_deref().filter(|tag| is_language(tag));
    tag.unwrap_or(LANGUAGE_DEFAULT).to_owned()
}

/// A language tag: letters, digits and hyphens.
#[must_use]
pub fn is_language(tag: &str) -> bool {
    (2..=LANGUAGE_CHARS_MAX).contains(&tag.len())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A nickname without spaces around it. None: empty, too long, or with control characters.
#[must_use]
pub fn nickname(text: &str) -> Option<String> {
    let text = text.trim();
    let is_sound =
        (1..=NICKNAME_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    is_sound.then(|| text.to_owned())
}

fn cut(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(NAME_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_has_1_to_32_characters() {
        assert_eq!(nickname("  Ann é ").as_deref(), Some("Ann é"));
        assert_eq!(nickname(&"é".repeat(32)).map(|text| text.chars().count()), Some(32));
        for bad in ["", "   ", "a\nb", &"é".repeat(33)] {
            assert_eq!(nickname(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        assert!(is_language("pt-BR") && is_language("en"));
        assert!(!is_language("e") && !is_language("<b>") && !is_language(&"a".repeat(36)));
    }
}
