//! Names, phone numbers and picture addresses: which we take.

use kernel::NameFault;

/// Characters of a name, at least and at most.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=100;
/// The longest phone number we keep, with its spaces.
const PHONE_BYTES_MAX: usize = 20;
/// Digits a phone number needs to reach somebody.
const PHONE_DIGITS_MIN: usize = 3;
/// The longest address of a picture.
const AVATAR_BYTES_MAX: usize = 500;

/// Why a field of a profile is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileFault {
    /// A name has 2 to 100 characters.
    NameLengthIsOutOfRange,
    /// A name has no control characters, no invisible ones, and none that turn the text around it.
    NameIsNotVisible(NameFault),
    /// A name is no address of the web or of mail: it stands in mails that we send.
    NameLooksLikeALink,
    /// A phone number has 3 to 20 digits, spaces and `+-().`.
    PhoneIsMalformed,
    /// A picture lies at an `https` or `http` address of at most 500 characters.
    AvatarIsNoWebAddress,
    /// A change without a field to change.
    NothingToChange,
}

impl ProfileFault {
    /// The field it is about.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::NameLengthIsOutOfRange | Self::NameIsNotVisible(_) | Self::NameLooksLikeALink => "name",
            Self::PhoneIsMalformed => "phone",
            Self::AvatarIsNoWebAddress => "avatar_url",
            Self::NothingToChange => "body",
        }
    }

    /// What to tell the person at the form.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NameLengthIsOutOfRange => "must have 2 to 100 characters",
            Self::NameIsNotVisible(NameFault::InvisibleCharacter) => "must not have invisible characters",
            Self::NameIsNotVisible(NameFault::DirectionOverride) => {
                "must not have characters that change the direction of the text"
            }
            Self::NameIsNotVisible(NameFault::NothingIsVisible) => "must have a letter that can be seen",
            Self::NameLooksLikeALink => "must not look like an address of the web or of mail",
            Self::PhoneIsMalformed => "must have at most 20 digits, spaces and + - ( ) .",
            Self::AvatarIsNoWebAddress => "must be an http or https address of at most 500 characters",
            Self::NothingToChange => "must have at least one of name, phone, avatar_url",
        }
    }
}

/// A name as it is kept: trimmed.
pub fn name(text: &str) -> Result<String, ProfileFault> {
    let text = text.trim();
    if !NAME_CHARS.contains(&text.chars().count()) {
        return Err(ProfileFault::NameLengthIsOutOfRange);
    }
    kernel::check_name(text).map_err(ProfileFault::NameIsNotVisible)?;
    if looks_like_a_link(text) {
        return Err(ProfileFault::NameLooksLikeALink);
    }
    Ok(text.to_owned())
}

/// Whether a mail program would make a link of a part of `text`.
#[must_use]
pub fn looks_like_a_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("://")
        || lower.contains("www.")
        || lower.contains('@')
        || lower.split_whitespace().any(is_domain)
}

/// `shop.example`, with or without a path; not `J.R.` or `St.John`, whose last part is no domain's or whose first is a letter.
fn is_domain(word: &str) -> bool {
    let host = word.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = host.trim_matches(|sign: char| !sign.is_alphanumeric());
    let Some((before, last)) = host.rsplit_once('.') else { return false };
    let name = before.rsplit('.').next().unwrap_or_default();
    let known = [
        "com", "net", "org", "info", "biz", "app", "dev", "xyz", "top", "shop", "site", "online", "click",
        "link",
    ];
    let is_suffix =
        known.contains(&last) || (last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_lowercase()));
    name.chars().count() >= 2 && (is_suffix || (word.contains('/') && last.chars().count() >= 2))
}

/// A phone number as it is kept; an empty text takes it away.
pub fn phone(text: &str) -> Result<Option<String>, ProfileFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b" +-().".contains(&byte));
    if !plain || digits < PHONE_DIGITS_MIN || text.len() > PHONE_BYTES_MAX {
        return Err(ProfileFault::PhoneIsMalformed);
    }
    Ok(Some(text.to_owned()))
}

/// The address of a picture as it is kept; an empty text takes it away.
pub fn avatar(text: &str) -> Result<Option<String>, ProfileFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\`".contains(&byte));
    if host.is_none_or(str::is_empty) || !plain || text.len() > AVATAR_BYTES_MAX {
        return Err(ProfileFault::AvatarIsNoWebAddress);
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_measured_in_characters() {
        assert_eq!(name("  Ann "), Ok("Ann".to_owned()));
        assert_eq!(name("สม"), Ok("สม".to_owned()));
        for bad in ["", " x ", &"x".repeat(101)] {
            assert_eq!(name(bad), Err(ProfileFault::NameLengthIsOutOfRange));
        }
        assert_eq!(name("An\0n"), Err(ProfileFault::NameIsNotVisible(NameFault::InvisibleCharacter)));
        assert_eq!(name("Ann\u{202e}x"), Err(ProfileFault::NameIsNotVisible(NameFault::DirectionOverride)));
    }

    #[test]
    fn a_name_is_no_advertisement() {
        for good in
            ["J.R. Smith", "St. John", "Ann M.Smith", "Dr. Who", "A.B", "3.5 Band", "Mary.Ann", "Ben Jr."]
        {
            assert!(name(good).is_ok(), "{good}");
        }
        for bad in [
            "WIN at https://evil.example",
            "www.evil.example",
            "evil.com",
            "visit EVIL.COM now",
            "(evil.io)",
            "bit.ly/x",
            "evil.example/win",
            "me@evil.example",
        ] {
            assert_eq!(name(bad), Err(ProfileFault::NameLooksLikeALink), "{bad}");
        }
    }

    #[test]
    fn phones_and_pictures_have_their_forms_and_can_be_taken_away() {
        assert_eq!(phone("+66 (0)2-123-4567"), Ok(Some("+66 (0)2-123-4567".to_owned())));
        assert_eq!((phone(" "), avatar("")), (Ok(None), Ok(None)));
        for bad in ["12", "call me", "1234567890123456789012", "12\u{0}3"] {
            assert_eq!(phone(bad), Err(ProfileFault::PhoneIsMalformed), "{bad:?}");
        }
        assert!(avatar("https://pictures.example/me.png").is_ok());
        for bad in
            ["javascript:alert(1)", "https://", "//x.example", "https://x/\"><script>", "data:image/png,x"]
        {
            assert_eq!(avatar(bad), Err(ProfileFault::AvatarIsNoWebAddress), "{bad}");
        }
    }
}
