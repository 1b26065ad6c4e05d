//! What the text of a key may be.

/// What the value of a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number within these bounds, both included.
    Int(i64, i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Texts separated by commas (a list in the file).
    List,
    /// Whole numbers from 0 to 2^32-1 separated by commas.
    Numbers,
    /// Hex digits, at least this many bytes. Never printed.
    SecretHex(usize),
    /// Such digits several times, separated by commas. Never printed.
    SecretHexes(usize),
    /// A text that is never printed.
    Secret,
}

impl Kind {
    /// Whether values of this kind are never printed.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::SecretHex(_) | Self::SecretHexes(_) | Self::Secret)
    }

    /// What is wrong with `value`, as a sentence that never repeats a secret.
    #[must_use]
    pub fn problem(self, value: &str) -> Option<String> {
        match self {
            Self::Text | Self::List | Self::Secret => None,
            Self::Int(least, most) => {
                let fits = value.parse::<i64>().is_ok_and(|number| (least..=most).contains(&number));
                (!fits).then(|| format!("must be a whole number from {least} to {most}, not '{value}'"))
            }
            Self::Choice(words) => (!words.contains(&value))
                .then(|| format!("must be one of {}, not '{value}'", words.join(", "))),
            Self::Numbers => {
                let fits = items(value).all(|item| item.parse::<u32>().is_ok());
                (!fits).then(|| "must be whole numbers separated by commas".to_owned())
            }
            Self::SecretHex(_) | Self::SecretHexes(_) if value.is_empty() => None,
            Self::SecretHex(bytes) => {
                (!is_hex(value, bytes)).then(|| format!("must be at least {bytes} bytes in hex"))
            }
            Self::SecretHexes(bytes) => (!value.split(',').all(|one| is_hex(one.trim(), bytes)))
                .then(|| format!("must be texts of at least {bytes} bytes in hex, separated by commas")),
        }
    }
}

/// The items of a list, without empty ones.
pub(super) fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn is_hex(text: &str, bytes_min: usize) -> bool {
    text.len().is_multiple_of(2)
        && text.len() / 2 >= bytes_min
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
