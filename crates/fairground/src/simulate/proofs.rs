//! Proofs of a sample of every outcome, held against the verifier that shares no code with the stall.

use super::note::Decided;
use serde::Serialize;
use std::collections::BTreeMap;
use tap::app::App;
use tap::domain::bet::BetStatus;
use tap::store::ticks;
use tap::usecase::proof_view;
use verify::Claim;

/// Proofs of each outcome.
const SAMPLE: usize = 20;

/// What the verifier said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Proofs {
    /// Proofs that hold, by outcome.
    pub hold: BTreeMap<&'static str, u64>,
    /// What does not hold, a sentence each.
    pub failed: Vec<String>,
}

/// Judges some proofs of every outcome, spread over the whole run. Errors: a proof that cannot be made.
pub(super) async fn judge_some(app: &App, bets: &[Decided]) -> Result<Proofs, String> {
    let mut proofs = Proofs::default();
    for status in [BetStatus::Won, BetStatus::Lost, BetStatus::Void] {
        let those: Vec<_> = bets.iter().filter(|bet| bet.status == status).collect();
        for bet in those.iter().step_by((those.len() / SAMPLE).max(1)).take(SAMPLE) {
            let failed = judge(app, bet).await?;
            if failed.is_empty() {
                *proofs.hold.entry(status.as_str()).or_default() += 1;
            }
            proofs.failed.extend(failed.iter().map(|claim| format!("{} bet: {claim}", status.as_str())));
        }
    }
    Ok(proofs)
}

/// The claims that do not hold.
async fn judge(app: &App, bet: &Decided) -> Result<Vec<Claim>, String> {
    let text = proof_view::run(app, bet.note.id).await.map_err(|refusal| refusal.to_string())?;
    let head = published(app, &text).await?;
    Ok(verify::verify(&text, Some(&head)).into_iter().filter(Claim::failed).collect())
}

/// The hash that was published for the last minute in the proof.
async fn published(app: &App, text: &str) -> Result<String, String> {
    let proof: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let last = proof["blocks"].as_array().and_then(|blocks| blocks.last()?["minute"].as_i64());
    let minute = last.ok_or("a proof has no blocks although no ticks were purged")?;
    let block = app.store.read(move |tx| ticks::blocks_between(tx, minute, minute)).await;
    let block = block.map_err(|error| error.to_string())?.pop();
    block.map(|block| block.hash).ok_or_else(|| format!("minute {minute} is not sealed"))
}
