//! Leases: which node does a piece of timed work now.

use crate::{StoreError, Tx, params};
use kernel::Timestamp;

/// Takes or renews lease `name` for `owner` until `until`. False: another owner holds it at `now`.
pub fn acquire(
    tx: &mut Tx<'_>,
    name: &str,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "INSERT INTO leases (name, owner, until) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
         WHERE leases.owner = excluded.owner OR leases.until <= $4",
        params![name, owner, until, now],
    )?;
    Ok(changed == 1)
}

/// Gives lease `name` back, if `owner` holds it.
pub fn release(tx: &mut Tx<'_>, name: &str, owner: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM leases WHERE name = $1 AND owner = $2", params![name, owner])?;
    Ok(())
}
