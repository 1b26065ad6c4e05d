//! Refresh tokens and the sessions they belong to. Pure.
//!
//! A token is `<session>.<secret>`, 18 and 32 random bytes in base64url; the session keeps the SHA-256 of the newest one. A token
//! that was rotated away and comes again was stolen, or its owner's answer was: the session ends.

use kernel::{Timestamp, UserId};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Random bytes of a session's name.
pub const SESSION_BYTES: usize = 18;
/// Random bytes of a secret.
pub const SECRET_BYTES: usize = 32;
/// Characters of a name and of a secret in base64url.
const CHARS: (usize, usize) = (24, 43);

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub id: String,
    /// Whose.
    pub user: UserId,
    /// Their number at Telegram.
    pub tg_user_id: i64,
    /// The hexadecimal SHA-256 of the newest token.
    pub token_hash: String,
    /// When it ends unless it is renewed.
    pub expires_at: Timestamp,
    /// Since when.
    pub created_at: Timestamp,
    /// When its token was last renewed.
    pub last_rotated_at: Timestamp,
    /// When it was ended before its time.
    pub revoked_at: Option<Timestamp>,
}

/// A refresh token as somebody shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The session it names.
    pub session: String,
    text: String,
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(hidden)")
    }
}

impl RefreshToken {
    /// The token of two random texts.
    #[must_use]
    pub fn of(session: &str, secret: &str) -> Self {
        Self { session: session.to_owned(), text: format!("{session}.{secret}") }
    }

    /// Reads one. None: not of this form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (session, secret) = text.split_once('.')?;
        let is_base64url =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let is_sound =
            (session.len(), secret.len()) == CHARS && is_base64url(session) && is_base64url(secret);
        is_sound.then(|| Self::of(session, secret))
    }

    /// As its holder keeps it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As it is stored.
    #[must_use]
    pub fn hash(&self) -> String {
        Sha256::digest(self.text.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing into a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Why a refresh token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionRefusal {
    /// Empty, or not of the form of one.
    TokenIsMalformed,
    /// No session has this name, or it was ended, or its time is over.
    SessionIsOver,
    /// It is not the newest one of its session, which ends now.
    TokenWasUsedBefore,
    /// Another request renewed the session at the same time.
    TokenLostTheRace,
}

/// Whether this is the newest token of a session that is still open.
pub fn check(session: Option<&Session>, token: &RefreshToken, now: Timestamp) -> Result<(), SessionRefusal> {
    let session = session.ok_or(SessionRefusal::SessionIsOver)?;
    if session.revoked_at.is_some() || now >= session.expires_at {
        return Err(SessionRefusal::SessionIsOver);
    }
    if session.token_hash == token.hash() { Ok(()) } else { Err(SessionRefusal::TokenWasUsedBefore) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";
    const SECRET: &str = "0123456789012345678901234567890123456789_-Z";

    #[test]
    fn a_token_is_read_in_its_one_form() {
        let token = RefreshToken::of(NAME, SECRET);
        assert_eq!(RefreshToken::parse(token.text()), Some(token.clone()));
        assert_eq!((token.hash().len(), token.session.as_str()), (64, NAME));
        for bad in [
            "",
            ".",
            NAME,
            &format!("{NAME}.{SECRET}x"),
            &format!("{NAME}.{}!", &SECRET[1..]),
            &format!("{NAME}{SECRET}"),
        ] {
            assert_eq!(RefreshToken::parse(bad), None, "{bad}");
        }
        assert!(!format!("{token:?}").contains(SECRET));
    }

    #[test]
    fn only_the_newest_token_of_an_open_session_is_accepted() {
        let (token, now) = (RefreshToken::of(NAME, SECRET), Timestamp::from_secs(1_000));
        let session = Session {
            id: NAME.to_owned(),
            user: UserId(1),
            tg_user_id: 1,
            token_hash: token.hash(),
            expires_at: now.plus_secs(10),
            created_at: now,
            last_rotated_at: now,
            revoked_at: None,
        };
        assert_eq!(check(Some(&session), &token, now), Ok(()));
        assert_eq!(check(Some(&session), &token, now.plus_secs(10)), Err(SessionRefusal::SessionIsOver));
        assert_eq!(check(None, &token, now), Err(SessionRefusal::SessionIsOver));
        let ended = Session { revoked_at: Some(now), ..session.clone() };
        assert_eq!(check(Some(&ended), &token, now), Err(SessionRefusal::SessionIsOver));
        let renewed = Session { token_hash: "another".to_owned(), ..session };
        assert_eq!(check(Some(&renewed), &token, now), Err(SessionRefusal::TokenWasUsedBefore));
    }
}
