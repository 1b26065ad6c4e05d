//! Short words kept in place: at most `N` bytes, copied like numbers, compared byte for byte.

/// One to `N` bytes of ASCII, filled up with zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word<const N: usize>([u8; N]);

impl<const N: usize> Word<N> {
    /// Keeps `text`. `None` for an empty or long one, and for one that `allowed` does not hold for.
    pub(crate) const fn new(text: &str, alphabet: Alphabet) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.is_empty() || bytes.len() > N {
            return None;
        }
        let mut word = [0; N];
        let mut at = 0;
        while at < bytes.len() {
            if !alphabet.has(bytes[at]) {
                return None;
            }
            word[at] = bytes[at];
            at += 1;
        }
        Some(Self(word))
    }

    pub(crate) fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(N);
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

/// Which characters a word may have.
#[derive(Clone, Copy)]
pub(crate) enum Alphabet {
    /// `A` to `Z` and digits.
    UpperAndDigits,
    /// `a` to `z` and `_`.
    LowerAndUnderscore,
}

impl Alphabet {
    const fn has(self, byte: u8) -> bool {
        match self {
            Self::UpperAndDigits => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::LowerAndUnderscore => byte.is_ascii_lowercase() || byte == b'_',
        }
    }
}
