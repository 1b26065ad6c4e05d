//! The seals of the last entries: each transfer is in a block of the ledger, and leaves the balance that the entry says.

use super::file::{Entry, Seal, Statement, units};
use crate::claim::{Finding, RuleResult, ensure};

/// Places in the thirteen numbers of a transfer.
const AMOUNT: usize = 4;
const DEBIT_AFTER: usize = 9;
const CREDIT_AFTER: usize = 11;

/// Every seal holds and is about its entry.
pub(super) fn verify(statement: &Statement) -> RuleResult {
    let mut blocks = Vec::new();
    for seal in &statement.seals {
        let entry = statement.entries.iter().find(|entry| entry.id == seal.entry);
        let entry = entry.ok_or_else(|| "a seal is about no entry of the file".to_owned())?;
        check(seal, entry)?;
        blocks.extend(seal.proof["block"]["hash"].as_str().map(str::to_owned));
    }
    blocks.sort_unstable();
    blocks.dedup();
    if blocks.is_empty() {
        return Ok(Finding::Given("no entry is sealed yet".to_owned()));
    }
    Ok(Finding::Given(format!(
        "the last entries are in blocks of the ledger; compare their hashes with what was published: {}",
        blocks.join(", ")
    )))
}

fn check(seal: &Seal, entry: &Entry) -> Result<(), String> {
    let broken = crate::verify(&seal.proof.to_string(), None).into_iter().find(|claim| claim.failed());
    if let Some(claim) = broken {
        return Err(format!("the seal of entry {}: {}", entry.id, claim.sentence));
    }
    let number =
        |at: usize| seal.proof["transfer"][at].as_str().and_then(|digits| digits.parse::<i128>().ok());
    let after = if entry.direction == "credit" { CREDIT_AFTER } else { DEBIT_AFTER };
    let is_entry =
        number(AMOUNT) == Some(units(&entry.amount)?) && number(after) == Some(units(&entry.closing)?);
    ensure(is_entry && seal.proof["asset"] == entry.symbol, || {
        format!("the seal of entry {} is another transfer's", entry.id)
    })
}
