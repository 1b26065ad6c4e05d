//! The token that proves a form was made for this browser: derived from its cookie, so nothing is stored.

use crate::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Keeps this use of the cookie's secret apart from any other.
const PURPOSE: &[u8] = b"fairground csrf v1";

/// Bytes of a token.
const TOKEN_BYTES: usize = 32;

/// What a form carries for the holder of `cookie`. Knowing it does not give the cookie away.
#[must_use]
pub fn token(cookie: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(mac(cookie).finalize().into_bytes())
}

/// `token` under a pad that is drawn for one page: no two pages carry the same text, so that the length of a packed page
/// tells nothing of it.
#[must_use]
pub fn masked(token: &str, pad: &Secret) -> String {
    let token = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
    let mask = pad.bytes().iter().zip(&token).map(|(pad, byte)| pad ^ byte);
    let both: Vec<u8> = pad.bytes().iter().copied().chain(mask).collect();
    URL_SAFE_NO_PAD.encode(both)
}

/// The token under a pad; a text that is none comes back as it is, and holds for nobody.
#[must_use]
pub fn unmasked(given: &str) -> String {
    let Ok(both) = URL_SAFE_NO_PAD.decode(given) else { return given.to_owned() };
    if both.len() != 2 * TOKEN_BYTES {
        return given.to_owned();
    }
    let (pad, mask) = both.split_at(TOKEN_BYTES);
    URL_SAFE_NO_PAD.encode(pad.iter().zip(mask).map(|(pad, byte)| pad ^ byte).collect::<Vec<u8>>())
}

/// Whether `given` is the token of `cookie`; compared in constant time.
#[must_use]
pub fn holds(cookie: &Secret, given: &str) -> bool {
    let Ok(given) = URL_SAFE_NO_PAD.decode(given) else { return false };
    mac(cookie).verify_slice(&given).is_ok()
}

fn mac(cookie: &Secret) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(cookie.bytes()).expect("HMAC takes keys of every length");
    mac.update(PURPOSE);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_looks_different_in_every_page_and_stays_the_same() {
        let cookie = Secret::draw(&|room: &mut [u8]| room.fill(1));
        let page = |fill: u8| masked(&token(&cookie), &Secret::draw(&move |room: &mut [u8]| room.fill(fill)));
        assert_ne!(page(2), page(3));
        for masked in [page(2), page(3)] {
            assert_eq!(unmasked(&masked), token(&cookie));
        }
        for bad in ["", "x", "\0", &token(&cookie)] {
            assert_eq!(unmasked(bad), bad);
        }
    }

    #[test]
    fn a_token_holds_for_its_own_cookie_alone() {
        let (mine, yours) =
            (Secret::draw(&|r: &mut [u8]| r.fill(1)), Secret::draw(&|r: &mut [u8]| r.fill(2)));
        assert!(holds(&mine, &token(&mine)));
        for bad in [token(&yours), mine.text(), String::new(), "\0".into(), token(&mine)[..42].to_owned()] {
            assert!(!holds(&mine, &bad));
        }
    }
}
