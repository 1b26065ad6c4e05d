//! The bets that the server acknowledged, and whether it still knows them.

use super::control::{BetState, TapControl};
use crate::journal::{LOOKUP_MAX, VERIFIED_MAX, sample};
use crate::results::JournalAudit;
use crate::server::ControlError;
use crate::wire::uuid_text;
use serde::{Deserialize, Serialize};

/// One acknowledged bet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The public id, as 16 bytes.
    #[serde(with = "crate::wire::uuid_serde")]
    pub bet: [u8; 16],
    /// Its cell's column.
    pub column: i64,
    /// Cents staked, as answered.
    pub amount: i64,
    /// Cents it would pay, as answered.
    pub payout: i64,
}

impl Entry {
    fn is_kept_by(&self, state: &BetState) -> bool {
        let live = ["confirmed", "won", "lost", "void"].contains(&state.status.as_str());
        live && state.amount == self.amount && state.payout == self.payout
    }
}

/// Looks up all acknowledged bets, or a sample of them.
pub async fn verify(
    control: &mut TapControl,
    entries: Vec<Entry>,
    seed: u64,
) -> Result<JournalAudit, ControlError> {
    let mut found = JournalAudit { acknowledged: entries.len() as u64, ..JournalAudit::default() };
    for chunk in sample(entries, VERIFIED_MAX, seed).chunks(LOOKUP_MAX) {
        let ids: Vec<_> = chunk.iter().map(|entry| entry.bet).collect();
        let states = control.statuses(&ids).await?;
        for (at, entry) in chunk.iter().enumerate() {
            verify_entry(entry, states.get(at).and_then(Option::as_ref), &mut found);
        }
    }
    Ok(found)
}

fn verify_entry(entry: &Entry, state: Option<&BetState>, found: &mut JournalAudit) {
    found.record(state.is_some_and(|state| entry.is_kept_by(state)), || {
        let (bet, Entry { amount, payout, .. }) = (uuid_text(&entry.bet), entry);
        let now = state.map_or_else(
            || "missing".to_owned(),
            |state| format!("{} {} for {}", state.status, state.amount, state.payout),
        );
        format!("{bet} was acknowledged as {amount} for {payout} and is {now}")
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bet_is_lost_when_it_is_missing_or_differs_in_a_cent() {
        let entry = Entry { bet: [1; 16], column: 2, amount: 100, payout: 235 };
        let state = |status: &str, amount, payout| {
            Some(BetState { status: status.to_owned(), amount, payout, resolved_at_ms: None })
        };
        let lost = |state: Option<BetState>| {
            let mut found = JournalAudit::default();
            verify_entry(&entry, state.as_ref(), &mut found);
            found.lost
        };
        assert_eq!((lost(state("confirmed", 100, 235)), lost(state("won", 100, 235))), (0, 0));
        for bad in
            [None, state("insufficient_funds", 100, 235), state("lost", 101, 235), state("won", 100, 234)]
        {
            assert_eq!(lost(bad.clone()), 1, "{bad:?}");
        }
    }
}
