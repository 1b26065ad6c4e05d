//! Opaque secrets (refresh tokens, session cookies, reset links): 256 random bits, of which only a hash is stored; and
//! where unguessable bytes come from, handed in, so that a test can draw the same ones twice.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Bytes of a secret; a guess passes once in 2^256, so a plain hash protects it.
const SECRET_BYTES: usize = 32;
/// Characters of a secret's text: 32 bytes in base64url without padding.
const SECRET_CHARS: usize = 43;

/// A secret that its holder shows as 43 characters of base64url. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// A fresh one.
    #[must_use]
    pub fn draw(chance: &dyn Chance) -> Self {
        let mut bytes = [0; SECRET_BYTES];
        chance.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads the one spelling that [`Self::text`] writes; `None` for everything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != SECRET_CHARS {
            return None;
        }
        let mut bytes = [0; SECRET_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (length == SECRET_BYTES).then_some(Self(bytes))
    }

    /// What the holder is given.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// SHA-256, the only form that is stored.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// A source of random bytes.
pub trait Chance: Send + Sync {
    /// Overwrites all of `room`.
    fn fill(&self, room: &mut [u8]);
}

/// The operating system's source; the only one fit for production.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, room: &mut [u8]) {
        getrandom::fill(room).expect("an operating system without entropy cannot keep anybody's secret");
    }
}

/// A closure is a source too: what tests hand in.
impl<F: Fn(&mut [u8]) + Send + Sync> Chance for F {
    fn fill(&self, room: &mut [u8]) {
        self(room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_and_no_other_spelling_is() {
        let secret = Secret::draw(&|room: &mut [u8]| room.fill(0xA7));
        let text = secret.text();
        assert_eq!(Secret::parse(&text), Some(secret.clone()));
        let padded = format!("{text}=");
        let standard = text.replace('_', "/").replace('-', "+");
        let loose_end = format!("{}{}", &text[..42], "d");
        for bad in ["", "short", padded.as_str(), standard.as_str(), loose_end.as_str(), &"\0".repeat(43)] {
            assert!(bad == text || Secret::parse(bad).is_none(), "{bad:?}");
        }
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
    }
}
