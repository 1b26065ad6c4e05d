//! Where a locator lies.

/// What kind of thing a locator finds. Numbers are written in tables and never reused.
pub type Kind = i64;

/// Where an entry lies: owner, kind, key.
pub type Place = (i64, Kind, i64);
