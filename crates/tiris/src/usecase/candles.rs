//! Reads candles from the store; what is missing is fetched from the exchange beside the answer.

use crate::app::App;
use crate::domain::candle::{Candle, Range, Series, gap};
use crate::store::candles;
use kernel::{Refusal, Timestamp};
use std::sync::Arc;
use store::StoreError;

/// Candles that are there, and how many are missing.
#[derive(Debug, Clone)]
pub struct Found {
    /// In the order of time.
    pub candles: Vec<Candle>,
    /// Steps that are over and have none yet.
    pub gaps: usize,
}

/// The candles of a range. What is missing begins to be fetched when `warm_up` says so.
pub async fn read(app: &Arc<App>, series: &Series, range: Range, warm_up: bool) -> Result<Found, Refusal> {
    let now = app.clock.now();
    // Before the candles: what was answered after they were read is not among them.
    let answered = app.candles.answered(series, now);
    let which = series.clone();
    let candles = app.store.read(move |tx| candles::range(tx, &which, range)).await;
    let candles: Vec<Candle> = candles.map_err(|error: StoreError| Refusal::from(error))?;
    let covered = |ts: Timestamp| answered.iter().any(|range| range.start <= ts && ts < range.end);
    let missing = gap(series.timeframe, range, &candles, covered, now);
    if let Some((missing, _)) = missing.filter(|_| warm_up)
        && app.candles.begin(series)
    {
        tokio::spawn(fetch(Arc::clone(app), series.clone(), missing));
    }
    Ok(Found { candles, gaps: missing.map_or(0, |(_, count)| count) })
}

/// Fetches a range piece by piece and keeps what came.
async fn fetch(app: Arc<App>, series: Series, range: Range) {
    let whole = match fetch_all(&app, &series, range).await {
        Ok(()) => Some(range),
        Err(refusal) => {
            tracing::warn!(market = series.market, error = %refusal, "candles could not be fetched");
            None
        }
    };
    app.candles.end(&series, whole, app.clock.now());
}

async fn fetch_all(app: &App, series: &Series, range: Range) -> Result<(), Refusal> {
    let mut start = range.start;
    while start < range.end {
        let piece = Range { start, ..range };
        let mut rows = app.candles.fetch(series, piece).await.map_err(Refusal::unavailable)?;
        rows.retain(|row| (start..range.end).contains(&row.ts) && series.timeframe.floor(row.ts) == row.ts);
        let now = app.clock.now();
        rows.iter_mut().for_each(|row| row.is_final = series.timeframe.next(row.ts) <= now);
        // An exchange that has nothing more has nothing more: the rest stays empty.
        let Some(last) = rows.iter().map(|row| row.ts).max() else { return Ok(()) };
        let which = series.clone();
        app.store
            .write(move |tx| candles::put(tx, &which, &rows))
            .await
            .map_err(|error: StoreError| Refusal::from(error))?;
        start = series.timeframe.next(last);
    }
    Ok(())
}
