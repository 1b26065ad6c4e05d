//! The secrets of one log-in: the state that travels through the browser, and what is derived from it.
//!
//! Only the state's hash is stored. Nonce and PKCE verifier are derived from the state with a key of ours, so that neither a
//! copy of the table nor a look at the browser's address bar is enough to use a stolen code.

use crate::{Chance, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The key from which nonces and verifiers follow. Its `Debug` form hides it.
#[derive(Clone)]
pub struct AttemptKey(Hmac<Sha256>);

impl AttemptKey {
    /// Derives it from a key of the stall's, for this use alone.
    #[must_use]
    pub fn derive(key: &[u8]) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
        mac.update(b"fairground oauth attempt v1");
        let own = mac.finalize().into_bytes();
        Self(Hmac::new_from_slice(&own).expect("HMAC takes keys of every length"))
    }

    fn text(&self, purpose: &str, state: &Secret) -> String {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(state.bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

impl std::fmt::Debug for AttemptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AttemptKey(hidden)")
    }
}

/// One log-in on its way. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginAttempt {
    state: Secret,
    nonce: String,
    verifier: String,
}

impl LoginAttempt {
    /// A fresh one.
    #[must_use]
    pub fn draw(key: &AttemptKey, chance: &dyn Chance) -> Self {
        Self::of(key, Secret::draw(chance))
    }

    /// The one whose state came back; `None` for what is no state of ours.
    #[must_use]
    pub fn returned(key: &AttemptKey, state: &str) -> Option<Self> {
        Secret::parse(state).map(|state| Self::of(key, state))
    }

    fn of(key: &AttemptKey, state: Secret) -> Self {
        let (nonce, verifier) = (key.text("nonce", &state), key.text("verifier", &state));
        Self { state, nonce, verifier }
    }

    /// What travels through the browser: 43 characters.
    #[must_use]
    pub fn state(&self) -> String {
        self.state.text()
    }

    /// Under which the stall keeps it.
    #[must_use]
    pub fn state_hash(&self) -> Vec<u8> {
        self.state.hash()
    }

    /// What the identity token must repeat.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// What is shown to the token endpoint (RFC 7636): 43 characters.
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// What the browser carries of it: the verifier's SHA-256.
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }
}

impl std::fmt::Debug for LoginAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginAttempt(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_derived_is_the_same_on_return_and_differs_in_every_other_way() {
        let key = AttemptKey::derive(b"a key");
        let attempt = LoginAttempt::draw(&key, &|room: &mut [u8]| room.fill(7));
        assert_eq!(LoginAttempt::returned(&key, &attempt.state()), Some(attempt.clone()));
        let other = LoginAttempt::returned(&AttemptKey::derive(b"other"), &attempt.state()).unwrap();
        let texts = [attempt.state(), attempt.nonce().into(), attempt.verifier().into(), attempt.challenge()];
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(text.len(), 43);
            assert!(!texts[at + 1..].contains(text));
        }
        assert_ne!(other.verifier(), attempt.verifier());
        assert_eq!(LoginAttempt::returned(&key, "short"), None);
        assert_eq!(format!("{attempt:?} {key:?}"), "LoginAttempt(hidden) AttemptKey(hidden)");
    }

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        let verifier = String::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let state = Secret::draw(&|room: &mut [u8]| room.fill(1));
        let attempt = LoginAttempt { state, nonce: String::new(), verifier };
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
