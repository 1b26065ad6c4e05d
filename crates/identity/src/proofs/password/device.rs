//! Browsers and programs that logged in to an account before: a signed cookie says so. Whoever shows one guesses on a budget of
//! their own, so that strangers who use up an account's budget do not keep its owner out.

use crate::Secret;
use crate::token::Keyring;

/// The cookie that carries it.
pub const DEVICE_COOKIE: &str = "fg_device";
/// Seconds a browser keeps it: half a year.
const DEVICE_LIFETIME_S: i64 = 180 * 24 * 3600;

/// A cookie's text for an account: `NONCE.SIGNATURE`, both base64url. `account` is the account's look-up form; it is in the
/// signature alone, so the cookie does not tell whose it is.
#[must_use]
pub fn text(keys: &Keyring, audience: &str, account: &str, nonce: &Secret) -> String {
    let nonce = nonce.text();
    let signature = keys.sign(&signed(audience, account, &nonce));
    format!("{nonce}.{signature}")
}

/// The nonce of a cookie that was handed out for this account; none for any other text.
#[must_use]
pub fn nonce_of(keys: &Keyring, audience: &str, account: &str, shown: &str) -> Option<String> {
    let (nonce, signature) = shown.split_once('.')?;
    Secret::parse(nonce)?;
    keys.signed(&signed(audience, account, nonce), signature).then(|| nonce.to_owned())
}

/// Begins with words, so that no token of ours is one of these.
fn signed(audience: &str, account: &str, nonce: &str) -> String {
    format!("fairground device v1\n{audience}\n{account}\n{nonce}")
}

/// The `Set-Cookie` value that hands `text` to a browser.
#[must_use]
pub fn set_cookie(text: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{DEVICE_COOKIE}={text}; Path=/; HttpOnly; SameSite=Lax; Max-Age={DEVICE_LIFETIME_S}{secure}")
}

/// The cookie's text in a `Cookie` header.
#[must_use]
pub fn find(header: &str) -> Option<&str> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == DEVICE_COOKIE).map(|(_, value)| value).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::SigningKey;

    fn ring(fill: u8) -> Keyring {
        Keyring::new(SigningKey::named_by_itself(&[fill; 32]).expect("a key"), Vec::new()).expect("a ring")
    }

    #[test]
    fn a_cookie_speaks_for_its_account_stall_and_key_alone() {
        let nonce = Secret::draw(&|room: &mut [u8]| room.fill(3));
        let shown = text(&ring(1), "shop", "a@b.co", &nonce);
        let of = |keys: &Keyring, audience, account, shown: &str| nonce_of(keys, audience, account, shown);
        assert_eq!(of(&ring(1), "shop", "a@b.co", &shown), Some(nonce.text()));
        assert_eq!(of(&ring(2), "shop", "a@b.co", &shown), None);
        assert_eq!(of(&ring(1), "casino", "a@b.co", &shown), None);
        assert_eq!(of(&ring(1), "shop", "b@b.co", &shown), None);
        for bad in ["", ".", "x.y", &shown[..shown.len() - 1], &shown.replace('.', "=.")] {
            assert_eq!(of(&ring(1), "shop", "a@b.co", bad), None, "{bad}");
        }
        assert_eq!(find(&format!("a=1; fg_device={shown}")), Some(shown.as_str()));
    }
}
