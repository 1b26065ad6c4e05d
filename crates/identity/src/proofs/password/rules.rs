//! Which passwords we take. How they are kept does not live here.

/// Characters a password needs at least.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Bytes a password may have at most: bcrypt reads no further, and a silent cut would make two passwords equal.
pub const PASSWORD_BYTES_MAX: usize = 72;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than eight characters.
    PasswordIsTooShort,
    /// More than 72 bytes.
    PasswordIsTooLong,
    /// A NUL or another control character. bcrypt repeats its input after a NUL, so `a` and `a\0a` would be one.
    PasswordHasControlCharacters,
    /// No upper-case letter.
    PasswordNeedsAnUpperCaseLetter,
    /// No lower-case letter.
    PasswordNeedsALowerCaseLetter,
    /// No digit.
    PasswordNeedsADigit,
    /// Nothing but letters and digits.
    PasswordNeedsASpecialCharacter,
}

impl PasswordFault {
    /// What to tell the person at the form.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::PasswordIsTooShort => "Use at least 8 characters.",
            Self::PasswordIsTooLong => "Use at most 72 bytes (72 plain letters).",
            Self::PasswordHasControlCharacters => "Use only characters that can be seen.",
            Self::PasswordNeedsAnUpperCaseLetter => "Add an upper-case letter.",
            Self::PasswordNeedsALowerCaseLetter => "Add a lower-case letter.",
            Self::PasswordNeedsADigit => "Add a digit.",
            Self::PasswordNeedsASpecialCharacter => "Add a character that is neither letter nor digit.",
        }
    }

    /// The rule's stable name, for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordIsTooShort => "too_short",
            Self::PasswordIsTooLong => "too_long",
            Self::PasswordHasControlCharacters => "control_characters",
            Self::PasswordNeedsAnUpperCaseLetter => "upper_case",
            Self::PasswordNeedsALowerCaseLetter => "lower_case",
            Self::PasswordNeedsADigit => "digit",
            Self::PasswordNeedsASpecialCharacter => "special",
        }
    }
}

/// The rules of the house.
#[derive(Debug, Clone, Copy, Default)]
pub struct PasswordRules;

impl PasswordRules {
    /// Takes or names the first rule that is broken, in the order of [`PasswordFault`].
    pub fn check(password: &str) -> Result<(), PasswordFault> {
        Self::faults(password).next().map_or(Ok(()), Err)
    }

    /// Every broken rule, for a form that shows all hints at once.
    pub fn faults(password: &str) -> impl Iterator<Item = PasswordFault> {
        let has = |test: fn(char) -> bool| password.chars().any(test);
        [
            (password.chars().count() < PASSWORD_CHARS_MIN, PasswordFault::PasswordIsTooShort),
            (password.len() > PASSWORD_BYTES_MAX, PasswordFault::PasswordIsTooLong),
            (has(char::is_control), PasswordFault::PasswordHasControlCharacters),
            (!has(char::is_uppercase), PasswordFault::PasswordNeedsAnUpperCaseLetter),
            (!has(char::is_lowercase), PasswordFault::PasswordNeedsALowerCaseLetter),
            (!has(|sign| sign.is_ascii_digit()), PasswordFault::PasswordNeedsADigit),
            (!has(|sign| !sign.is_alphanumeric()), PasswordFault::PasswordNeedsASpecialCharacter),
        ]
        .into_iter()
        .filter_map(|(broken, fault)| broken.then_some(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_named_when_broken() {
        use PasswordFault::*;
        let long = format!("Aa1!{}", "x".repeat(69));
        let cases = [
            ("Aa1!aaa", PasswordIsTooShort),
            (long.as_str(), PasswordIsTooLong),
            ("Aa1!aaa\0a", PasswordHasControlCharacters),
            ("aa1!aaaa", PasswordNeedsAnUpperCaseLetter),
            ("AA1!AAAA", PasswordNeedsALowerCaseLetter),
            ("Aaa!aaaa", PasswordNeedsADigit),
            ("Aa1aaaaa", PasswordNeedsASpecialCharacter),
        ];
        for (password, fault) in cases {
            assert_eq!(PasswordRules::check(password), Err(fault), "{password:?}");
        }
        assert_eq!(PasswordRules::faults("").count(), 5, "an empty one breaks all but length and control");
    }

    #[test]
    fn a_password_at_either_end_of_the_length_is_taken() {
        assert_eq!(PasswordRules::check("Aa1!aaaa"), Ok(()));
        assert_eq!(PasswordRules::check(&format!("Aa1!{}", "x".repeat(68))), Ok(()));
        assert_eq!(PasswordRules::check("รหัสผ่านAa1!"), Ok(()), "letters of every script count");
    }
}
