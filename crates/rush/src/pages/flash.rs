//! One message carried from a post to the page after it, as a word in a cookie: the texts live here, so that nobody can
//! make a page say something by handing it a cookie.

use web::shell::{Flash, Tone};

/// Carries the word. Readable by our pages alone and gone after one.
pub const FLASH_COOKIE: &str = "fg_flash";
/// Seconds a message waits for its page.
const FLASH_LIFETIME_S: u32 = 60;

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// An account was made.
    Welcome,
    /// Logged in.
    LoggedIn,
    /// Logged out here.
    LoggedOut,
    /// Logged out everywhere.
    LoggedOutEverywhere,
    /// The profile was saved.
    Saved,
    /// The password was changed.
    PasswordChanged,
    /// The password was chosen anew by a link.
    PasswordReset,
    /// Seats were given back.
    Released,
    /// Seats could not be given back because they were not held any more.
    NotHeld,
}

impl Message {
    const ALL: [Self; 9] = [
        Self::Welcome,
        Self::LoggedIn,
        Self::LoggedOut,
        Self::LoggedOutEverywhere,
        Self::Saved,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::Released,
        Self::NotHeld,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::LoggedIn => "in",
            Self::LoggedOut => "out",
            Self::LoggedOutEverywhere => "out-everywhere",
            Self::Saved => "saved",
            Self::PasswordChanged => "password",
            Self::PasswordReset => "reset",
            Self::Released => "released",
            Self::NotHeld => "not-held",
        }
    }

    /// The message a cookie names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|message| message.word() == word)
    }

    /// As the page says it.
    #[must_use]
    pub fn flash(self) -> Flash {
        let (tone, text) = match self {
            Self::Welcome => (Tone::Good, "Your account is ready and you are logged in."),
            Self::LoggedIn => (Tone::Good, "You are logged in."),
            Self::LoggedOut => (Tone::Plain, "You are logged out. Seats you hold stay held."),
            Self::LoggedOutEverywhere => (Tone::Plain, "You are logged out on every device."),
            Self::Saved => (Tone::Good, "Saved."),
            Self::PasswordChanged => {
                (Tone::Good, "Your password is changed, and your other devices are logged out.")
            }
            Self::PasswordReset => (Tone::Good, "Your password is changed. Log in with the new one."),
            Self::Released => (Tone::Plain, "Those seats are back on sale. Nothing was charged."),
            Self::NotHeld => (Tone::Warn, "Those seats were not held any more. Nothing was changed."),
        };
        Flash { tone, text: text.to_owned() }
    }

    /// The `Set-Cookie` value that carries it.
    #[must_use]
    pub fn cookie(self) -> String {
        let word = self.word();
        format!("{FLASH_COOKIE}={word}; Path=/rush; HttpOnly; SameSite=Lax; Max-Age={FLASH_LIFETIME_S}")
    }
}

/// The `Set-Cookie` value that takes any message away.
#[must_use]
pub fn spent() -> String {
    format!("{FLASH_COOKIE}=; Path=/rush; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_read_back_and_nothing_else_is() {
        for message in Message::ALL {
            assert_eq!(Message::parse(message.word()), Some(message));
        }
        assert_eq!(Message::parse("<b>you won</b>"), None);
    }
}
