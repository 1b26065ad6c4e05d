//! The sealed ledger as anybody reads it: the newest block, whether blocks hold, and that a transfer is in one.

use crate::app::App;
use crate::domain::ids::TransferId;
use kernel::Refusal;
use ledger::seal::{self, SealFault};
use serde_json::{Value, json};
use store::StoreError;

/// Blocks that are recomputed for one request at most: some million transfers.
const BLOCKS_MAX: i64 = 256;

/// The newest block; null before the first.
pub async fn head(app: &App) -> Result<Value, StoreError> {
    let head = app.store.read(seal::head).await?;
    Ok(head.map_or(Value::Null, |block| seal::json::block(&block)))
}

/// Recomputes the blocks of heights `from..=to`, at most 256 of them.
pub async fn verify(app: &App, from: i64, to: i64) -> Result<Value, StoreError> {
    let to = to.min(from.saturating_add(BLOCKS_MAX - 1));
    let faults: Vec<SealFault> = app.store.read(move |tx| seal::verify(tx, from, to, BLOCKS_MAX)).await?;
    let shown: Vec<Value> = faults.iter().map(fault).collect();
    Ok(json!({ "ok": faults.is_empty(), "from": from, "to": to, "faults": shown }))
}

fn fault(fault: &SealFault) -> Value {
    let (name, height) = match fault {
        SealFault::BlockIsMissing { height } => ("missing_block", height),
        SealFault::ChainIsBroken { height } => ("broken_chain", height),
        SealFault::TransfersDiffer { height } => ("transfers_differ", height),
    };
    json!({ "fault": name, "height": height })
}

/// The proof that a transfer is in a block, a file for `fairground verify`. Errors: 404 while it is not sealed.
pub async fn proof(app: &App, id: TransferId) -> Result<Value, Refusal> {
    let found: Option<seal::Inclusion> = app.store.read(move |tx| seal::inclusion(tx, id.0)).await?;
    found.as_ref().map(seal::json::inclusion).ok_or_else(|| Refusal::not_found("sealed transfer"))
}
