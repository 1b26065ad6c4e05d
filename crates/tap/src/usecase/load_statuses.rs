//! What became of bets, for the end of a load run: status, amount, payout and the moment of the outcome
//! of each id, null where there is none.

use crate::app::App;
use crate::domain::ids::BetId;
use crate::store::bets;
use kernel::Refusal;
use serde_json::{Value, json};
use std::collections::HashMap;

/// One answer an id, in their order.
pub async fn run(app: &App, ids: &[String]) -> Result<Vec<Value>, Refusal> {
    let ids: Vec<i64> =
        ids.iter().map(|text| app.public.decode::<BetId>(text).map_or(0, |id| id.0)).collect();
    let requested = ids.clone();
    let found = app.store.read(move |tx| bets::by_ids(tx, &requested)).await?;
    let by_id: HashMap<_, _> = found.iter().map(|bet| (bet.id.0, bet)).collect();
    let shown = |id: &i64| match by_id.get(id) {
        Some(bet) => json!({ "status": bet.status.as_str(), "amount": bet.amount, "payout": bet.payout,
            "resolved_at_ms": bet.resolved_at.map(|at| at.as_micros().div_euclid(1_000)) }),
        None => Value::Null,
    };
    Ok(ids.iter().map(shown).collect())
}

/// How many bets there are.
pub async fn count(app: &App) -> Result<i64, Refusal> {
    Ok(app.store.read(|tx| tx.query_one("SELECT COUNT(*) FROM bets", &[], |row| row.int(0))).await?)
}
