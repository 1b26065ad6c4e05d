//! Epochs of row height in rows.

use crate::domain::grid::{Epoch, Geometry};
use store::{StoreError, Tx, params};

/// An epoch as it was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochRow {
    /// Its number, from 1.
    pub id: i64,
    /// Column width, ms.
    pub width_ms: i64,
    /// Row height, cents.
    pub height: i64,
    /// The first column it is used for.
    pub first_column: i64,
}

/// All epochs, oldest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<EpochRow>, StoreError> {
    tx.query("SELECT id, width_ms, height, first_column FROM epochs ORDER BY id", &[], |row| {
        Ok(EpochRow {
            id: row.int(0)?,
            width_ms: row.int(1)?,
            height: row.int(2)?,
            first_column: row.int(3)?,
        })
    })
}

/// All epochs of row height as the grid knows them, oldest first.
pub fn of_grid(tx: &mut Tx<'_>) -> Result<Vec<Epoch>, StoreError> {
    all(tx)?.iter().map(epoch_of).collect()
}

fn epoch_of(row: &EpochRow) -> Result<Epoch, StoreError> {
    let geometry = Geometry::new(row.id, row.width_ms, row.height)
        .map_err(|fault| StoreError::Corrupt(format!("epoch {}: {fault}", row.id)))?;
    Ok(Epoch { first_column: row.first_column, geometry })
}

/// Adds an epoch. Errors: `Unique` when the number is taken.
pub fn add(tx: &mut Tx<'_>, row: &EpochRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO epochs (id, width_ms, height, first_column) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, params![row.id, row.width_ms, row.height, row.first_column])?;
    Ok(())
}
