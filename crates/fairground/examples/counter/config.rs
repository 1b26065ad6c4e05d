//! The keys of the stall.

use stall::{Key, KeySpec};

/// How many numbers there are in a new database.
pub const NUMBERS: Key<i64> =
    Key::int("counter.numbers", 1, 1_000_000, "100").about("how many numbers there are");

/// All keys.
pub const KEYS: &[KeySpec] = &[NUMBERS.spec];
