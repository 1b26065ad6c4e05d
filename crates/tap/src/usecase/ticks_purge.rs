//! Forgets ticks older than their retention, some at a time; never one that an undecided column needs.

use crate::app::App;
use crate::store::{columns, ticks};
use store::{StoreError, Tx};

/// Ticks in one transaction: a minute's worth.
const CHUNK: u64 = 600;
/// Transactions of a run: a minute makes one chunk, so a run catches up with a day that was missed within the hour.
const CHUNKS_MAX: u64 = 30;
/// Ticks before a column's start that it may need, ms; a minute's block is kept whole.
const BEFORE_MS: i64 = 120_000;

/// Forgets some; how many.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let retention = i64::try_from(app.settings.tick_retention.as_millis()).unwrap_or(i64::MAX);
    let before = app.clock.now().as_micros().div_euclid(1_000).saturating_sub(retention);
    let mut gone = 0;
    for _ in 0..CHUNKS_MAX {
        let some = app.store.write(move |tx| forget(tx, before)).await?;
        gone += some;
        if some < CHUNK {
            break;
        }
    }
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}

fn forget(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64, StoreError> {
    let oldest = columns::unsettled(tx)?.iter().map(|row| row.t0_ms - BEFORE_MS).min();
    ticks::purge(tx, oldest.map_or(before_ms, |oldest| oldest.min(before_ms)), CHUNK.cast_signed())
}
