//! Looking at prices: ticks that are on disk, sealed minutes, the evidence of a column.

use crate::app::App;
use crate::domain::tick::Tick;
use crate::store::evidence::{self, EvidenceRow};
use crate::store::ticks::{self, BlockRow};
use kernel::Refusal;

/// The ticks of `from_ms <= ts < to_ms`, oldest first, at most `limit`.
pub async fn between(app: &App, from_ms: i64, to_ms: i64, limit: i64) -> Result<Vec<Tick>, Refusal> {
    Ok(app.store.read(move |tx| ticks::between(tx, from_ms, to_ms, limit)).await?)
}

/// The newest sealed minute.
pub async fn head(app: &App) -> Result<Option<BlockRow>, Refusal> {
    Ok(app.store.read(ticks::head).await?)
}

/// The evidence of the column with this number and the blocks that are sealed by now. Errors: 404.
pub async fn evidence_of(app: &App, column: i64) -> Result<EvidenceRow, Refusal> {
    let kept = app.store.read(move |tx| evidence::by_id(tx, column)).await?;
    kept.ok_or_else(|| Refusal::not_found("decided column"))
}
