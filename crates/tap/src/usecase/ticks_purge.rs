//! Forgets ticks older than their retention, some at a time; never one that an undecided column needs.

use crate::app::App;
use crate::store::{columns, ticks};
use store::StoreError;

/// Ticks in one transaction: a minute's worth.
const CHUNK: i64 = 600;
/// Ticks before a column's start that it may need, ms; a minute's block is kept whole.
const BEFORE_MS: i64 = 120_000;

/// Forgets some; how many.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let retention = i64::try_from(app.settings.tick_retention.as_millis()).unwrap_or(i64::MAX);
    let before = app.clock.now().as_micros().div_euclid(1_000).saturating_sub(retention);
    let gone = app.store.write(move |tx| {
        let oldest = columns::unsettled(tx)?.iter().map(|row| row.t0_ms - BEFORE_MS).min();
        ticks::purge(tx, oldest.map_or(before, |oldest| oldest.min(before)), CHUNK)
    });
    gone.await.map(|gone: u64| usize::try_from(gone).unwrap_or(usize::MAX))
}
