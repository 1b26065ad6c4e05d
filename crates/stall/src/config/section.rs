//! A section: the values of the keys that one part of the house declared, each read through its typed key.

use super::Key;
use std::collections::BTreeMap;

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The value as text.
    pub value: String,
    /// `default`, `profile`, `command`, `file`, `environment` or `flag`.
    pub source: &'static str,
}

/// Values by the names of their keys.
pub type Settings = BTreeMap<&'static str, Setting>;

/// The values of declared keys, all of them valid.
#[derive(Debug, Clone, Default)]
pub struct Section {
    settings: Settings,
}

impl Section {
    /// A section of settings that were checked against their keys.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// The value of `key`.
    ///
    /// # Panics
    /// When `key` is not among the keys that this section was made of: a fault of the program, found by opening the stall once.
    #[must_use]
    pub fn get<T>(&self, key: &Key<T>) -> T {
        let name = key.spec.name;
        let setting = self.settings.get(name);
        let setting = setting.unwrap_or_else(|| panic!("`{name}` is read and not listed among the keys"));
        key.read(&setting.value)
    }

    /// The settings as they are.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same with other values for some keys; names that are not in the section are passed over.
    #[must_use]
    pub fn with(mut self, values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        for (name, value) in values {
            if let Some(setting) = self.settings.get_mut(name) {
                *setting = Setting { value, source: "command" };
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KeySpec;

    const SIZE: Key<usize> = Key::count("shop.size", 1, 9, "3");
    const NAMES: Key<Vec<String>> = Key::list("shop.names", "a, b,");
    const SECRET: Key<Option<Vec<u8>>> = Key::secret_hex("shop.secret", 2);

    fn section(specs: &[KeySpec]) -> Section {
        let setting =
            |spec: &KeySpec| (spec.name, Setting { value: spec.default.to_owned(), source: "default" });
        Section::new(specs.iter().map(setting).collect())
    }

    #[test]
    fn a_value_has_the_type_of_its_key() {
        let section = section(&[SIZE.spec, NAMES.spec, SECRET.spec]);
        assert_eq!(section.get(&SIZE), 3);
        assert_eq!(section.get(&NAMES), ["a", "b"]);
        assert_eq!(section.get(&SECRET), None);
        assert_eq!(section.with([("shop.secret", "00ff".to_owned())]).get(&SECRET), Some(vec![0, 255]));
    }

    #[test]
    #[should_panic(expected = "`shop.size` is read and not listed")]
    fn a_key_that_nobody_listed_is_no_zero() {
        let _ = section(&[NAMES.spec]).get(&SIZE);
    }
}
