//! What the server acknowledged to one connection, and which later states are in keeping with it. Pure.

use serde::{Deserialize, Serialize};

/// What the last answer about a booking was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcknowledgedState {
    /// Reserved, nothing else asked since.
    Reserved,
    /// A payment or a confirm was asked, and its answer did not settle the matter.
    MaybeConfirmed,
    /// Confirmed.
    Confirmed,
    /// A cancel was asked and not answered.
    MaybeCancelled,
    /// Cancelled.
    Cancelled,
}

impl AcknowledgedState {
    /// Whether a booking found as `status` is as acknowledged; `is_overdue` when its hold may have run out since.
    #[must_use]
    pub fn allows(self, status: &str, is_overdue: bool) -> bool {
        match (self, status) {
            (Self::Reserved | Self::MaybeConfirmed | Self::MaybeCancelled, "reserved")
            | (Self::MaybeConfirmed | Self::Confirmed, "confirmed")
            | (Self::MaybeCancelled | Self::Cancelled, "cancelled") => true,
            (Self::Reserved | Self::MaybeConfirmed | Self::MaybeCancelled, "expired") => is_overdue,
            _ => false,
        }
    }
}

/// One acknowledged booking: 24 bytes, because a long run has millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The public id, as 16 bytes.
    #[serde(with = "crate::wire::uuid_serde")]
    pub booking: [u8; 16],
    /// When the reserve was answered, in whole seconds since the run began.
    pub answered_at_s: u32,
    /// What was acknowledged last.
    pub state: AcknowledgedState,
}

/// The acknowledged bookings of one connection, in order of their answers.
#[derive(Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
}

/// Names an entry of the journal that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryAt(u32);

impl Journal {
    /// Records an acknowledged reserve.
    pub fn insert(&mut self, booking: [u8; 16], answered_at_s: u32) -> EntryAt {
        let at = EntryAt(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        self.entries.push(Entry { booking, answered_at_s, state: AcknowledgedState::Reserved });
        at
    }

    /// Records what was requested or acknowledged since.
    pub fn update(&mut self, at: EntryAt, state: AcknowledgedState) {
        if let Some(entry) = self.entries.get_mut(at.0 as usize) {
            entry.state = state;
        }
    }

    /// Everything remembered.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_acknowledgement_counts() {
        let mut journal = Journal::default();
        let first = journal.insert([1; 16], 0);
        let second = journal.insert([2; 16], 5);
        journal.update(first, AcknowledgedState::MaybeCancelled);
        journal.update(first, AcknowledgedState::Cancelled);
        let promises: Vec<AcknowledgedState> = journal.entries().iter().map(|entry| entry.state).collect();
        assert_eq!(promises, [AcknowledgedState::Cancelled, AcknowledgedState::Reserved]);
        assert_ne!(first, second);
        assert_eq!(size_of::<Entry>(), 24);
    }

    #[test]
    fn a_promise_allows_these_states_and_no_others() {
        let all = ["reserved", "confirmed", "cancelled", "expired", "missing", "refunded"];
        let check = |state: AcknowledgedState, is_overdue: bool, kept: &[&str]| {
            for status in all {
                assert_eq!(state.allows(status, is_overdue), kept.contains(&status), "{state:?} {status}");
            }
        };
        check(AcknowledgedState::Reserved, false, &["reserved"]);
        check(AcknowledgedState::Reserved, true, &["reserved", "expired"]);
        check(AcknowledgedState::MaybeConfirmed, false, &["reserved", "confirmed"]);
        check(AcknowledgedState::Confirmed, true, &["confirmed"]);
        check(AcknowledgedState::MaybeCancelled, false, &["reserved", "cancelled"]);
        check(AcknowledgedState::Cancelled, true, &["cancelled"]);
    }
}
