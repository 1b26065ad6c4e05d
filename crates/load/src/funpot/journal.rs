//! The votes that the server acknowledged, and whether it still knows them.

use super::audience::Audience;
use super::control::{FunpotControl, VoteState};
use crate::journal::{LOOKUP_MAX, VERIFIED_MAX, sample};
use crate::results::JournalAudit;
use crate::server::ControlError;
use crate::wire::uuid_text;

/// One acknowledged vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The public id, as 16 bytes.
    pub vote: [u8; 16],
    /// Number of the voter.
    pub voter: u32,
    /// Number of the event.
    pub event: u32,
    /// What was chosen.
    pub option: Box<str>,
    /// What it cost.
    pub cost: i64,
}

impl Entry {
    fn is_kept_by(&self, state: &VoteState) -> bool {
        let is_same = state.vote_id == uuid_text(&self.vote);
        is_same && *state.option_id == *self.option && state.cost == self.cost
    }
}

/// Looks up all acknowledged votes, or a sample of them.
pub async fn verify(
    control: &mut FunpotControl,
    audience: &Audience,
    entries: Vec<Entry>,
    seed: u64,
) -> Result<JournalAudit, ControlError> {
    let mut found = JournalAudit { acknowledged: entries.len() as u64, ..JournalAudit::default() };
    for chunk in sample(entries, VERIFIED_MAX, seed).chunks(LOOKUP_MAX) {
        let ids: Vec<_> = chunk.iter().map(|entry| audience.place(entry.voter, entry.event)).collect();
        let states = control.statuses(&ids).await?;
        for (at, entry) in chunk.iter().enumerate() {
            verify_entry(entry, states.get(at).and_then(Option::as_ref), &mut found);
        }
    }
    Ok(found)
}

fn verify_entry(entry: &Entry, state: Option<&VoteState>, found: &mut JournalAudit) {
    found.record(state.is_some_and(|state| entry.is_kept_by(state)), || {
        let (vote, Entry { option, cost, .. }) = (uuid_text(&entry.vote), entry);
        let now = state
            .map_or_else(|| "missing".to_owned(), |state| format!("{} for {}", state.option_id, state.cost));
        format!("{vote} was acknowledged as {option} for {cost} and is {now}")
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_is_lost_when_it_is_missing_or_differs() {
        let entry = Entry { vote: [1; 16], voter: 0, event: 0, option: "yes".into(), cost: 100 };
        let state = |option: &str, cost| {
            Some(VoteState {
                vote_id: uuid_text(&[1; 16]),
                option_id: option.to_owned(),
                cost,
                outcome: "none".to_owned(),
            })
        };
        let lost = |state: Option<VoteState>| {
            let mut found = JournalAudit::default();
            verify_entry(&entry, state.as_ref(), &mut found);
            found.lost
        };
        assert_eq!(lost(state("yes", 100)), 0);
        for bad in [None, state("no", 100), state("yes", 99)] {
            assert_eq!(lost(bad.clone()), 1, "{bad:?}");
        }
    }
}
