//! How many rows a user has: the last number that was handed out, less those that were removed.

use kernel::UserId;
use store::locator::{self, Kind, Locators};
use store::{StoreError, Tx, sequence};

/// Counts `rows` of a user's as removed; the user's row is locked.
pub fn add_removed(tx: &mut Tx<'_>, user: UserId, removed: Kind, rows: i64) -> Result<(), StoreError> {
    let before = locator::find(tx, user.0, removed, 0)?.unwrap_or(0);
    let mut entry = Locators::default();
    entry.add(user.0, removed, 0, before + rows);
    entry.put(tx)
}

/// How many rows a user has of what is numbered under `numbers`.
pub fn total(tx: &mut Tx<'_>, user: UserId, numbers: Kind, removed: Kind) -> Result<i64, StoreError> {
    let last = sequence::last(tx, numbers, user.0)?;
    Ok(last - locator::find(tx, user.0, removed, 0)?.unwrap_or(0))
}
