//! After the load: does the server still know everything it acknowledged?

use super::control::RushControl;
use super::journal::Entry;
use crate::journal::{LOOKUP_MAX, VERIFIED_MAX, sample};
use crate::results::JournalAudit;
use crate::server::ControlError;
use crate::wire::uuid_text;

/// The time of the look-up, for holds that may have run out.
#[derive(Debug, Clone, Copy)]
pub struct HoldAges {
    /// Seconds since the run began.
    pub now_s: u32,
    /// Seconds a hold lasts; none if the server did not say.
    pub hold_s: Option<u32>,
}

impl HoldAges {
    /// A second of slack on each side: both clocks are cut to whole seconds.
    fn is_overdue(self, entry: &Entry) -> bool {
        self.hold_s.is_some_and(|hold| self.now_s.saturating_sub(entry.answered_at_s) + 2 >= hold)
    }
}

/// Looks up all acknowledged bookings, or a sample of them.
pub async fn verify(
    control: &mut RushControl,
    entries: Vec<Entry>,
    ages: HoldAges,
    seed: u64,
) -> Result<JournalAudit, ControlError> {
    let mut found = JournalAudit { acknowledged: entries.len() as u64, ..JournalAudit::default() };
    for chunk in sample(entries, VERIFIED_MAX, seed).chunks(LOOKUP_MAX) {
        let ids: Vec<[u8; 16]> = chunk.iter().map(|entry| entry.booking).collect();
        let statuses = control.statuses(&ids).await?;
        for (at, entry) in chunk.iter().enumerate() {
            verify_entry(entry, statuses.get(at).map_or("missing", String::as_str), ages, &mut found);
        }
    }
    Ok(found)
}

fn verify_entry(entry: &Entry, status: &str, ages: HoldAges, found: &mut JournalAudit) {
    found.record(entry.state.allows(status, ages.is_overdue(entry)), || {
        let booking = uuid_text(&entry.booking);
        format!("{booking} was acknowledged as {:?} and is {status}", entry.state)
    });
}

#[cfg(test)]
mod tests {
    use super::super::journal::AcknowledgedState;
    use super::*;

    fn entry(number: u8, state: AcknowledgedState) -> Entry {
        Entry { booking: [number; 16], answered_at_s: u32::from(number), state }
    }

    #[test]
    fn a_missing_booking_is_lost_and_an_expired_one_only_before_its_deadline() {
        let mut found = JournalAudit::default();
        let ages = HoldAges { now_s: 100, hold_s: Some(60) };
        verify_entry(&entry(1, AcknowledgedState::Reserved), "reserved", ages, &mut found);
        verify_entry(&entry(1, AcknowledgedState::Reserved), "expired", ages, &mut found);
        assert_eq!(found.lost, 0);
        verify_entry(&entry(90, AcknowledgedState::Reserved), "expired", ages, &mut found);
        verify_entry(&entry(1, AcknowledgedState::Confirmed), "missing", ages, &mut found);
        assert_eq!((found.verified, found.lost, found.examples.len()), (4, 2, 2));
    }
}
