//! Corruptions: each breaks one thing in a sound database with raw SQL, and exactly the claims it breaks must fail.

mod audit;
mod beside;
mod ledger_only;
mod rush;
mod seal;
mod tap;

use crate::source::{Source, Target};
use crate::{ClaimResult, check_source};
use std::path::Path;

/// Checks a SQLite file as the database of that stall.
fn check_file(stall: &str, path: &Path) -> Vec<ClaimResult> {
    check_source(stall, &mut Source::open(&Target::Sqlite(path.to_owned())).unwrap()).unwrap()
}

/// The claims about sealed blocks. The databases of the stalls' corruptions have none: all their transfers wait ([`NOT_SEALED`]), whichever
/// they are, and `seal` has the blocks.
const OF_BLOCKS: [&str; 2] = [
    "every transfer is sealed in one block, or waits for it",
    "every block follows from its transfers and the block before it",
];

/// Leaves everything unsealed.
const NOT_SEALED: &str = "DELETE FROM sealed_blocks; DELETE FROM seal_queue;
    INSERT INTO seal_queue (first_id, last_id) VALUES (0, 9223372036854775807)";

/// The claim about the log of locators; the databases of corruptions have few in it, or none.
const TAKEN_ONCE: &str = "every place of a locator was taken once";

/// Moves the log of locators into their table, so that each is in one place and a corruption finds it.
const FOLD: &str =
    "INSERT OR REPLACE INTO locators SELECT owner, kind, key, id FROM locator_log ORDER BY seq;
    DELETE FROM locator_log";

/// The claim about the audit; nothing was done by an operator in those databases either.
const AUDITED: &str = "every entry of the audit follows from the one before it";
