//! Keys: [`KeySpec`] is what a list of keys holds, [`Key`] is the typed handle through which its value is read.

use super::kind::{Kind, items};

/// One key as it is listed, validated and printed.
#[derive(Debug, Clone, Copy)]
pub struct KeySpec {
    /// Its dotted name in the file; `FAIRGROUND_` and upper case with `_` in the environment.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// Its default; empty: not set.
    pub default: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Whether it must be set in production, and wherever others than this machine can reach us.
    pub is_required: bool,
    /// Whether the stall that declares it opens by itself only where it is set, once others than this machine can reach us: it
    /// is a credential of an outside service.
    pub is_opening: bool,
    /// Whether its value is never printed, for a reason beyond its kind (an address that holds a password).
    pub is_hidden: bool,
}

impl KeySpec {
    /// Its name in the environment.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("FAIRGROUND_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// Whether its value is never printed.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        self.is_hidden || self.kind.is_secret()
    }
}

/// A key whose value is a `T`. It is a constant: declared once, listed by its `spec`, read with `Section::get`.
#[derive(Debug)]
pub struct Key<T> {
    /// How it is listed.
    pub spec: KeySpec,
    read: fn(&str) -> T,
}

impl<T> Key<T> {
    const fn new(name: &'static str, kind: Kind, default: &'static str, read: fn(&str) -> T) -> Self {
        let spec = KeySpec {
            name,
            kind,
            default,
            about: "",
            is_required: false,
            is_opening: false,
            is_hidden: false,
        };
        Self { spec, read }
    }

    /// Says what it is for.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.spec.about = about;
        self
    }

    /// It must be set in production, and wherever others than this machine can reach us.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.spec.is_required = true;
        self
    }

    /// A credential of an outside service: where others can reach us its stall opens by itself only with it, and where the stall
    /// is asked for by name it is needed.
    #[must_use]
    pub const fn opens_stall(mut self) -> Self {
        self.spec.is_opening = true;
        self
    }

    /// Its value is never printed.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.spec.is_hidden = true;
        self
    }

    /// The value of a text that passed [`Kind::problem`].
    pub(super) fn read(&self, text: &str) -> T {
        (self.read)(text)
    }
}

/// Why a number can be read: its bounds were checked when the layers were merged.
const CHECKED: &str = "the bounds of a number are checked when the configuration is read";

impl Key<String> {
    /// A text; empty: not set.
    #[must_use]
    pub const fn text(name: &'static str, default: &'static str) -> Self {
        Self::new(name, Kind::Text, default, str::to_owned)
    }

    /// One of `words`.
    #[must_use]
    pub const fn choice(name: &'static str, words: &'static [&'static str], default: &'static str) -> Self {
        Self::new(name, Kind::Choice(words), default, str::to_owned)
    }

    /// A text that is never printed.
    #[must_use]
    pub const fn secret(name: &'static str) -> Self {
        Self::new(name, Kind::Secret, "", str::to_owned)
    }
}

impl Key<i64> {
    /// A whole number from `least` to `most`.
    #[must_use]
    pub const fn int(name: &'static str, least: i64, most: i64, default: &'static str) -> Self {
        Self::new(name, Kind::Int(least, most), default, |text| text.parse().expect(CHECKED))
    }

    /// One of these whole numbers, as words.
    #[must_use]
    pub const fn one_of(name: &'static str, words: &'static [&'static str], default: &'static str) -> Self {
        Self::new(name, Kind::Choice(words), default, |text| text.parse().expect(CHECKED))
    }
}

impl Key<u64> {
    /// A whole number from 0 to `most`.
    #[must_use]
    pub const fn natural(name: &'static str, most: i64, default: &'static str) -> Self {
        Self::new(name, Kind::Int(0, most), default, |text| text.parse().expect(CHECKED))
    }
}

impl Key<u32> {
    /// A whole number from `least` to `most`.
    #[must_use]
    pub const fn small(name: &'static str, least: u32, most: u32, default: &'static str) -> Self {
        Self::new(name, Kind::Int(least as i64, most as i64), default, |text| text.parse().expect(CHECKED))
    }
}

impl Key<usize> {
    /// A count from `least` to `most`.
    #[must_use]
    pub const fn count(name: &'static str, least: u32, most: u32, default: &'static str) -> Self {
        Self::new(name, Kind::Int(least as i64, most as i64), default, |text| text.parse().expect(CHECKED))
    }
}

impl Key<Vec<String>> {
    /// Texts separated by commas.
    #[must_use]
    pub const fn list(name: &'static str, default: &'static str) -> Self {
        Self::new(name, Kind::List, default, |text| items(text).map(str::to_owned).collect())
    }
}

impl Key<Vec<u64>> {
    /// Whole numbers separated by commas.
    #[must_use]
    pub const fn numbers(name: &'static str, default: &'static str) -> Self {
        Self::new(name, Kind::Numbers, default, |text| {
            items(text).map(|item| item.parse().expect(CHECKED)).collect()
        })
    }
}

impl Key<Option<Vec<u8>>> {
    /// Bytes in hex, at least `bytes_min`; none: not set. Never printed.
    #[must_use]
    pub const fn secret_hex(name: &'static str, bytes_min: usize) -> Self {
        Self::new(name, Kind::SecretHex(bytes_min), "", |text| (!text.is_empty()).then(|| unhex(text)))
    }
}

impl Key<Vec<Vec<u8>>> {
    /// Several such secrets, separated by commas.
    #[must_use]
    pub const fn secret_hexes(name: &'static str, bytes_min: usize) -> Self {
        Self::new(name, Kind::SecretHexes(bytes_min), "", |text| items(text).map(unhex).collect())
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let pair = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len())
        .step_by(2)
        .map(|at| pair(at).expect("hex digits are checked when the configuration is read"))
        .collect()
}
