//! `fairground config`: the effective configuration, secrets left out.

use super::{Config, keys::KEYS};
use std::fmt::Write;

/// One line per key: value, source, what it is for.
#[must_use]
pub fn print(config: &Config) -> String {
    let mut out = String::new();
    for key in KEYS.iter() {
        let setting = &config.settings()[key.name];
        let value = match (setting.value.is_empty(), key.is_secret()) {
            (true, _) => "(not set)".to_owned(),
            (false, true) => "(hidden)".to_owned(),
            (false, false) => setting.value.clone(),
        };
        // Writing into a `String` cannot fail.
        let _ = writeln!(out, "{:<32} {:<24} {:<12} {}", key.name, value, setting.source, key.about);
    }
    out
}
