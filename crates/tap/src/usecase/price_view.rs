//! Looking at prices: ticks that are on disk, sealed minutes, the evidence of a column.

use crate::app::App;
use crate::domain::evidence::Evidence;
use crate::domain::tick::Tick;
use crate::store::evidence;
use crate::store::ticks::{self, BlockRow};
use kernel::Refusal;
use store::StoreError;

/// The ticks of `from_ms <= ts < to_ms`, oldest first, at most `limit`.
pub async fn between(app: &App, from_ms: i64, to_ms: i64, limit: i64) -> Result<Vec<Tick>, Refusal> {
    Ok(app.store.read(move |tx| ticks::between(tx, from_ms, to_ms, limit)).await?)
}

/// The newest sealed minute.
pub async fn head(app: &App) -> Result<Option<BlockRow>, Refusal> {
    Ok(app.store.read(ticks::head).await?)
}

/// The evidence of the column with this number, with the hashes of the blocks that are sealed by now: it was written
/// before they were. Errors: 404.
pub async fn evidence_of(app: &App, column: i64) -> Result<Evidence, Refusal> {
    let kept = app.store.read(move |tx| {
        let Some(kept) = evidence::by_id(tx, column)? else { return Ok(None) };
        let mut evidence = evidence::read(&kept)?;
        let minutes = evidence.minutes();
        for block in ticks::blocks_between(tx, *minutes.start(), *minutes.end())? {
            evidence.block_minutes.push(block.minute);
            evidence.block_hashes.push(block.hash);
        }
        Ok::<_, StoreError>(Some(evidence))
    });
    let kept: Option<Evidence> = kept.await?;
    kept.ok_or_else(|| Refusal::not_found("decided column"))
}
