//! Once a day: a new calibrator from the archive of ticks and quotes. It is published with its version, every version is kept, and
//! the engine prices with it from its next step on. One-sided: it raises probabilities and never lowers them.

use crate::app::App;
use crate::domain::calibration::{moments, observe};
use crate::domain::calibrator::{Calibrator, Observation};
use crate::domain::grid::{COLUMNS_AHEAD, RowHeight};
use crate::domain::quote::SNAPSHOT_MS;
use crate::domain::quote_facts::QuoteFacts;
use crate::domain::tick::Tick;
use crate::store::{epochs, price_state, quotes, ticks};
use kernel::Timestamp;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Under which name the calibrator in force is kept; each version also as `calibrator:VERSION`.
pub const CALIBRATOR: &str = "calibrator";
/// A calibrator younger than this stays: a nightly job may be an hour early.
const AGE_MIN_S: i64 = 23 * 3_600;
/// The archive is read in pieces of an hour: its ticks and its quotes are 36,000 at most each.
const PIECE_MS: i64 = 3_600_000;
const TICKS_MAX: i64 = 50_000;
const QUOTES_MAX: i64 = 50_000;
/// Before a moment a column may need its carry-in, after it the last column and its grace pass.
const BEFORE_MS: i64 = 10_000;
const COLUMNS_AFTER: i64 = COLUMNS_AHEAD + 4;

/// The calibrator in force; the identity while there is none.
pub fn in_force(tx: &mut Tx<'_>) -> Result<Calibrator, StoreError> {
    Ok(newest(tx)?.map_or_else(Calibrator::identity, |(calibrator, _)| calibrator))
}

fn newest(tx: &mut Tx<'_>) -> Result<Option<(Calibrator, Timestamp)>, StoreError> {
    let kept = price_state::load(tx, CALIBRATOR)?;
    let read = |(body, at): (String, Timestamp)| {
        let calibrator = serde_json::from_str(&body);
        calibrator
            .map(|calibrator| (calibrator, at))
            .map_err(|error| StoreError::Corrupt(format!("the calibrator: {error}")))
    };
    kept.map(read).transpose()
}

/// Fits and publishes, unless the newest one is young or nothing can be learned yet; the new version.
pub async fn run(app: &App) -> Result<Option<u32>, StoreError> {
    let now = app.clock.now();
    let newest = app.store.read(newest).await?;
    if newest.as_ref().is_some_and(|(_, at)| at.plus_secs(AGE_MIN_S) > now) {
        return Ok(None);
    }
    let observations = observations(app, now).await?;
    let version = newest.map_or(0, |(calibrator, _)| calibrator.version()) + 1;
    let fitted = Calibrator::fit(version, &observations);
    if fitted.knows_nothing() {
        return Ok(None);
    }
    let body = serde_json::to_string(&fitted).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    app.store
        .write(move |tx| {
            price_state::save(tx, CALIBRATOR, &body, now)?;
            price_state::save(tx, &format!("{CALIBRATOR}:{version}"), &body, now)
        })
        .await?;
    tracing::info!(version, observations = observations.len(), "a new calibrator is in force");
    app.calibrator.store(Arc::new(fitted));
    Ok(Some(version))
}

/// What the archive teaches, up to the last moment whose columns are all over.
async fn observations(app: &App, now: Timestamp) -> Result<Vec<Observation>, StoreError> {
    let width_ms = app.settings.width_ms;
    let epochs = app.store.read(epochs::of_grid).await?;
    let Some((oldest, later)) = epochs.split_first() else { return Ok(Vec::new()) };
    let heights = Arc::new(RowHeight::resume(*oldest, later));
    let until_ms = now.as_micros().div_euclid(1_000) - COLUMNS_AFTER * width_ms;
    let retention_ms = i64::try_from(app.settings.tick_retention.as_millis()).unwrap_or(i64::MAX);
    let mut from_ms = until_ms.saturating_sub(retention_ms);
    let mut all = Vec::new();
    while from_ms < until_ms {
        let to_ms = until_ms.min(from_ms + PIECE_MS);
        let (quotes, ticks) =
            app.store.read(move |tx| piece(tx, (from_ms, to_ms), COLUMNS_AFTER * width_ms)).await?;
        let heights = Arc::clone(&heights);
        let geometry_of = move |column| {
            Some(*heights.geometry_of(column)).filter(|geometry| geometry.width_ms() == width_ms)
        };
        let seen = tokio::task::spawn_blocking(move || observe(&moments(&quotes), geometry_of, &ticks)).await;
        all.extend(seen.map_err(|fault| StoreError::Panicked(fault.to_string()))?);
        from_ms = to_ms;
    }
    Ok(all)
}

fn piece(
    tx: &mut Tx<'_>,
    (from_ms, to_ms): (i64, i64),
    after_ms: i64,
) -> Result<(Vec<QuoteFacts>, Vec<Tick>), StoreError> {
    let number = |at_ms: i64| at_ms.div_euclid(SNAPSHOT_MS);
    let quotes = quotes::between(tx, number(from_ms), number(to_ms), QUOTES_MAX)?;
    // An hour without bets has no quotes, and its ticks need not be read.
    let ticks = match quotes.is_empty() {
        true => Vec::new(),
        false => ticks::between(tx, from_ms - BEFORE_MS, to_ms + after_ms, TICKS_MAX)?,
    };
    Ok((quotes, ticks))
}
