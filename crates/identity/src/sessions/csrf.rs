//! The token that proves a form was made for this browser: derived from its cookie, so nothing is stored.

use crate::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Keeps this use of the cookie's secret apart from any other.
const PURPOSE: &[u8] = b"fairground csrf v1";

/// What a form carries for the holder of `cookie`. Knowing it does not give the cookie away.
#[must_use]
pub fn token(cookie: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(mac(cookie).finalize().into_bytes())
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
    fn a_token_holds_for_its_own_cookie_alone() {
        let (mine, yours) =
            (Secret::draw(&|r: &mut [u8]| r.fill(1)), Secret::draw(&|r: &mut [u8]| r.fill(2)));
        assert!(holds(&mine, &token(&mine)));
        for bad in [token(&yours), mine.text(), String::new(), "\0".into(), token(&mine)[..42].to_owned()] {
            assert!(!holds(&mine, &bad));
        }
    }
}
