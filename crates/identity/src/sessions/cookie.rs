//! The cookie of a page session: its name, its attributes, and how it is found among others.

use super::SESSION_LIFETIME_S;
use crate::Secret;

/// The cookie that carries a page session.
pub const SESSION_COOKIE: &str = "fg_session";

/// The `Set-Cookie` value that hands `secret` to a browser. `secure` when the site is reached by https.
#[must_use]
pub fn set(secret: &Secret, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    let text = secret.text();
    format!("{SESSION_COOKIE}={text}; Path=/; HttpOnly; SameSite=Lax; Max-Age={SESSION_LIFETIME_S}{secure}")
}

/// The `Set-Cookie` value that takes it away.
#[must_use]
pub fn clear(secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")
}

/// The session's text in a `Cookie` header; the first, if there are several.
#[must_use]
pub fn find(header: &str) -> Option<&str> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_hidden_from_scripts() {
        let secret = Secret::draw(&|room: &mut [u8]| room.fill(9));
        let set = set(&secret, true);
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.ends_with("; Secure"));
        let header = format!("theme=dark; fg_session={}; x=y", secret.text());
        assert_eq!(find(&header), Some(secret.text().as_str()));
        assert_eq!(find("not_fg_session=1; fg"), None);
        assert!(clear(false).contains("Max-Age=0") && !clear(false).contains("Secure"));
    }
}
