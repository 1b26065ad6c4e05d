//! Against a forger who invents ticks and hashes them anew: the hash that was published in that minute.

use super::proof::Proof;
use crate::claim::{Finding, RuleResult, ensure};

/// A published hash proves every block up to its own, so it must be that of the last block here.
pub(super) fn verify(proof: &Proof, head: Option<&str>) -> RuleResult {
    let last = proof.blocks.last();
    match (head, last) {
        (None, Some(last)) => Ok(Finding::Given(format!(
            "the chain was NOT compared with a published hash; with --head and the hash published for minute {} it is",
            last.minute
        ))),
        (None, None) => Ok(Finding::Given("the chain was NOT compared with a published hash".to_owned())),
        (Some(head), Some(last)) => against_blocks(proof, head, last.minute, &last.hash),
        (Some(head), None) => against_names(proof, head),
    }
}

fn against_blocks(proof: &Proof, head: &str, minute: i64, hash: &str) -> RuleResult {
    if head == hash {
        return Ok(Finding::Proven(format!("every tick is under the published hash of minute {minute}")));
    }
    let known = proof.blocks.iter().find(|block| block.hash == head).map(|block| block.minute);
    let later = (proof.chain_head.hash == head).then_some(proof.chain_head.minute);
    Err(match known.or(later) {
        Some(other) => format!(
            "the published hash is that of minute {other}, which does not prove the ticks up to minute {minute}; \
             give the one published for minute {minute}"
        ),
        None => "the published hash is none of this chain".to_owned(),
    })
}

fn against_names(proof: &Proof, head: &str) -> RuleResult {
    let named = proof.evidence.block_hashes.last().is_some_and(|hash| hash == head);
    ensure(named, || "the published hash is not the last one that the evidence names".to_owned())?;
    Ok(Finding::Given(
        "the evidence names the published hash, but without ticks that does not prove it".to_owned(),
    ))
}
