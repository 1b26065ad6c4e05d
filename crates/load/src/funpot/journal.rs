//! The votes that the server acknowledged, and whether it still knows them.

use super::audience::Audience;
use super::control::{FunpotControl, VoteState};
use crate::journal::{LOOKUP_MAX, VERIFIED_MAX, sample};
use crate::results::JournalAudit;
use crate::server::ControlError;
use crate::wire::uuid_text;
use serde::{Deserialize, Serialize};

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

/// An acknowledged vote with the public ids of its place, as it is looked up and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedEntry {
    /// The public id, as 16 bytes.
    #[serde(with = "crate::wire::uuid_serde")]
    pub vote: [u8; 16],
    /// The voter's public id.
    pub user_id: Box<str>,
    /// The event's public id.
    pub event_id: Box<str>,
    /// What was chosen.
    pub option: Box<str>,
    /// What it cost.
    pub cost: i64,
}

impl Entry {
    /// The entry with the ids of its place in `audience`.
    #[must_use]
    pub fn placed(&self, audience: &Audience) -> PlacedEntry {
        let (user_id, event_id) = audience.place(self.voter, self.event);
        PlacedEntry {
            vote: self.vote,
            user_id: user_id.into(),
            event_id: event_id.into(),
            option: self.option.clone(),
            cost: self.cost,
        }
    }
}

impl PlacedEntry {
    fn is_kept_by(&self, state: &VoteState) -> bool {
        let is_same = state.vote_id == uuid_text(&self.vote);
        is_same && *state.option_id == *self.option && state.cost == self.cost
    }
}

/// Looks up all acknowledged votes, or a sample of them.
pub async fn verify(
    control: &mut FunpotControl,
    entries: Vec<PlacedEntry>,
    seed: u64,
) -> Result<JournalAudit, ControlError> {
    let mut found = JournalAudit { acknowledged: entries.len() as u64, ..JournalAudit::default() };
    for chunk in sample(entries, VERIFIED_MAX, seed).chunks(LOOKUP_MAX) {
        let ids: Vec<_> = chunk.iter().map(|entry| (&*entry.user_id, &*entry.event_id)).collect();
        let states = control.statuses(&ids).await?;
        for (at, entry) in chunk.iter().enumerate() {
            verify_entry(entry, states.get(at).and_then(Option::as_ref), &mut found);
        }
    }
    Ok(found)
}

fn verify_entry(entry: &PlacedEntry, state: Option<&VoteState>, found: &mut JournalAudit) {
    found.record(state.is_some_and(|state| entry.is_kept_by(state)), || {
        let (vote, PlacedEntry { option, cost, .. }) = (uuid_text(&entry.vote), entry);
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
        let (user_id, event_id, option) = ("u".into(), "e".into(), "yes".into());
        let entry = PlacedEntry { vote: [1; 16], user_id, event_id, option, cost: 100 };
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
