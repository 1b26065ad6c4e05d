//! Corruptions: each breaks one thing in a sound database with raw SQL, and exactly the claims it breaks must fail.

mod beside;
mod ledger_only;
mod rush;
mod tap;

use crate::source::{Source, Target};
use crate::{ClaimResult, check_source};
use std::path::Path;

/// Checks a SQLite file as the database of that stall.
fn check_file(stall: &str, path: &Path) -> Vec<ClaimResult> {
    check_source(stall, &mut Source::open(&Target::Sqlite(path.to_owned())).unwrap()).unwrap()
}
