//! The chain once more: every entry hashed with the hash before it.

use super::file::{Entry, Statement};
use crate::claim::{Finding, RuleResult, ensure};
use crate::hex;
use sha2::{Digest as _, Sha256};

/// The entries have the hash that the file says, and the published one if there is one.
pub(super) fn verify(statement: &Statement, head: Option<&str>) -> RuleResult {
    let mut last = [0_u8; 32];
    for entry in &statement.entries {
        let text = line(entry);
        last = Sha256::new().chain_update(last).chain_update(text.as_bytes()).finalize().into();
    }
    let own = hex::print(&last);
    ensure(statement.chain.entries == statement.entries.len(), || "entries are missing or added".to_owned())?;
    ensure(own == statement.chain.head, || "the entries have another hash than the file says".to_owned())?;
    match head {
        None => Ok(Finding::Proven(format!("{} entries have hash {own}", statement.entries.len()))),
        Some(head) => {
            ensure(head == own, || "the hash that was noted is another statement's".to_owned())?;
            Ok(Finding::Proven("the entries have the hash that was noted".to_owned()))
        }
    }
}

fn line(entry: &Entry) -> String {
    let fields = [
        &entry.id,
        &entry.account,
        &entry.symbol,
        &entry.log,
        &entry.at,
        &entry.event_time,
        &entry.direction,
        &entry.amount,
        &entry.closing,
    ];
    fields.map(String::as_str).join("\n")
}
