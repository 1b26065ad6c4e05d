//! Ten times a second: columns whose ticks are all on disk are decided, and their bets paid.

use crate::app::App;
use crate::usecase::{column_close, column_pay};
use stall::{Scope, TimedJob};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "settle_columns",
        every: Duration::from_millis(100),
        // A node settles what its own price engine has decided.
        scope: Scope::EveryNode,
        run: |app| Box::pin(run(app)),
    }
}

/// What failed is tried again with the next run: every step is guarded by what is on disk.
async fn run(app: Arc<App>) -> Result<usize, StoreError> {
    // What was decided is paid although another column could not be.
    let closed = column_close::run(&app).await;
    let paid = column_pay::run(&app).await;
    let now_ms = app.clock.now().as_micros().div_euclid(1_000);
    #[expect(clippy::cast_precision_loss, reason = "a gauge")]
    metrics::gauge!("resolve_lag_seconds").set((now_ms - app.market_state.watermark_ms()) as f64 / 1_000.0);
    Ok(closed? + paid?)
}
