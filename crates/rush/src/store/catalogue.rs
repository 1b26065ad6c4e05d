//! The catalogue's epoch, and all of its rows at once.

use super::{categories, events, queue_rooms, shows, tenants, zones};
use crate::domain::catalogue::CatalogueRows;
use store::{Flight, StoreError, Tx, params};

const EPOCH: &str = "SELECT epoch FROM catalogue_epoch";

/// The epoch that is true in this transaction.
pub fn epoch(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_one(EPOCH, &[], |row| row.int(0))
}

/// The same, asked together with other questions.
pub fn query_epoch<'f>(flight: &mut Flight<'_, '_, 'f>, epoch: &'f mut i64) -> Result<(), StoreError> {
    flight.query(EPOCH, &[], |row| {
        *epoch = row.int(0)?;
        Ok(())
    })
}

/// Gives the catalogue a new epoch. Every transaction that writes a tenant, category, event, show or zone calls it.
///
/// `new` must be a number never used before (from the `IdSource`), not the next one: a number that was rolled back and
/// used again for another change would let a stale snapshot pass for a fresh one.
pub fn bump(tx: &mut Tx<'_>, new: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE catalogue_epoch SET epoch = $1", params![new])?;
    Ok(())
}

/// Every row that is not deleted.
pub fn load(tx: &mut Tx<'_>) -> Result<CatalogueRows, StoreError> {
    Ok(CatalogueRows {
        epoch: epoch(tx)?,
        tenants: tenants::all(tx)?,
        categories: categories::all(tx)?,
        events: events::all(tx)?,
        shows: shows::all(tx)?,
        zones: zones::all(tx)?,
        rooms: queue_rooms::all(tx)?,
    })
}
