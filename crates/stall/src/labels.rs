//! What a database is known to hold, by name. A label is set before the data it speaks of, and is never taken off.

use kernel::Timestamp;
use store::{MigrationSet, StoreError, Tx, params};

/// The table of labels.
pub const MIGRATIONS: MigrationSet = store::migration_set!("stall", "0001_labels");

/// Accounts and money of a demonstration: their passwords are public.
pub const DEMONSTRATION: &str = "demonstration";
/// What the endpoints of load runs made: accounts whose secrets follow from their numbers.
pub const LOAD_RUN: &str = "load_run";

/// Sets `label`; setting it again changes nothing.
pub fn set(tx: &mut Tx<'_>, label: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO labels (name, set_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    tx.execute(sql, params![label, now]).map(drop)
}

/// Every label, in alphabetical order.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.query("SELECT name FROM labels ORDER BY name", &[], |row| row.text(0))
}
