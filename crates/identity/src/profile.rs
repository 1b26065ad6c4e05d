//! Names, phone numbers and picture addresses: which we take.

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
    /// A name has no control characters.
    NameHasControlCharacters,
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
            Self::NameLengthIsOutOfRange | Self::NameHasControlCharacters => "name",
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
            Self::NameHasControlCharacters => "must not have control characters",
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
    if text.chars().any(char::is_control) {
        return Err(ProfileFault::NameHasControlCharacters);
    }
    Ok(text.to_owned())
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
        assert_eq!(name("An\0n"), Err(ProfileFault::NameHasControlCharacters));
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
