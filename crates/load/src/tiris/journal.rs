//! The logs that the server acknowledged, and whether it still knows them.

use super::control::TirisControl;
use crate::journal::{LOOKUP_MAX, VERIFIED_MAX, sample};
use crate::results::JournalAudit;
use crate::server::ControlError;
use crate::wire::uuid_text;
use serde::{Deserialize, Serialize};

/// One acknowledged log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The public id, as 16 bytes.
    #[serde(with = "crate::wire::uuid_serde")]
    pub log: [u8; 16],
    /// Transactions it makes.
    pub transactions: i64,
}

/// Looks up all acknowledged logs, or a sample of them.
pub async fn verify(
    control: &mut TirisControl,
    entries: Vec<Entry>,
    seed: u64,
) -> Result<JournalAudit, ControlError> {
    let mut found = JournalAudit { acknowledged: entries.len() as u64, ..JournalAudit::default() };
    for chunk in sample(entries, VERIFIED_MAX, seed).chunks(LOOKUP_MAX) {
        let ids: Vec<_> = chunk.iter().map(|entry| entry.log).collect();
        let states = control.statuses(&ids).await?;
        for (at, entry) in chunk.iter().enumerate() {
            verify_entry(entry, states.get(at).copied().flatten(), &mut found);
        }
    }
    Ok(found)
}

fn verify_entry(entry: &Entry, state: Option<i64>, found: &mut JournalAudit) {
    found.record(state == Some(entry.transactions), || {
        let (log, expected) = (uuid_text(&entry.log), entry.transactions);
        let now = state.map_or_else(|| "missing".to_owned(), |count| format!("there with {count}"));
        format!("{log} was acknowledged with {expected} transactions and is {now}")
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_lost_when_it_is_missing_or_has_other_transactions() {
        let entry = Entry { log: [1; 16], transactions: 2 };
        let lost = |state| {
            let mut found = JournalAudit::default();
            verify_entry(&entry, state, &mut found);
            found.lost
        };
        assert_eq!((lost(Some(2)), lost(Some(1)), lost(None)), (0, 1, 1));
    }
}
