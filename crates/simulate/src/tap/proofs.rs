//! ProofResults of a sample of every outcome, held against the verifier that shares no code with the stall.

use super::bets::DecidedBet;
use serde::Serialize;
use std::collections::BTreeMap;
use tap::app::App;
use tap::domain::bet::BetStatus;
use tap::store::ticks;
use tap::usecase::proof_view;
use verify::Claim;

/// ProofResults of each outcome.
const SAMPLE: usize = 20;

/// What the verifier said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct ProofResults {
    /// ProofResults that hold, by outcome.
    pub hold: BTreeMap<&'static str, u64>,
    /// What does not hold, a sentence each.
    pub failed: Vec<String>,
}

/// Verifies some proofs of every outcome, spread over the whole run. Errors: a proof that cannot be made.
pub(super) async fn verify_sample(app: &App, bets: &[DecidedBet]) -> Result<ProofResults, String> {
    let mut proofs = ProofResults::default();
    for status in [BetStatus::Won, BetStatus::Lost, BetStatus::Void] {
        let those: Vec<_> = bets.iter().filter(|bet| bet.status == status).collect();
        for bet in those.iter().step_by((those.len() / SAMPLE).max(1)).take(SAMPLE) {
            let failed = verify_bet(app, bet).await?;
            if failed.is_empty() {
                *proofs.hold.entry(status.as_str()).or_default() += 1;
            }
            proofs.failed.extend(failed.iter().map(|claim| format!("{} bet: {claim}", status.as_str())));
        }
    }
    Ok(proofs)
}

/// The claims that do not hold.
async fn verify_bet(app: &App, bet: &DecidedBet) -> Result<Vec<Claim>, String> {
    let text = proof_view::run(app, bet.placed.id).await.map_err(|refusal| refusal.to_string())?;
    let head = published_head(app, &text).await?;
    Ok(verify::verify(&text, Some(&head)).into_iter().filter(Claim::failed).collect())
}

/// The hash that was published for the last minute in the proof.
async fn published_head(app: &App, text: &str) -> Result<String, String> {
    let proof: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let last = proof["blocks"].as_array().and_then(|blocks| blocks.last()?["minute"].as_i64());
    let minute = last.ok_or("a proof has no blocks although no ticks were purged")?;
    let block = app.store.read(move |tx| ticks::blocks_between(tx, minute, minute)).await;
    let block = block.map_err(|error| error.to_string())?.pop();
    block.map(|block| block.hash).ok_or_else(|| format!("minute {minute} is not sealed"))
}
