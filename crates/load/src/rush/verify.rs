//! After the load: does the server still know everything it acknowledged?

use super::control::RushControl;
use super::journal::Entry;
use crate::journal::{EXAMPLES_MAX, QUESTION_MAX, VERIFIED_MAX, sample};
use crate::results::Verified;
use crate::server::ControlError;
use crate::wire::uuid_text;

/// The time of the question, for holds that may have run out.
#[derive(Debug, Clone, Copy)]
pub struct Ages {
    /// Seconds since the run began.
    pub now_s: u32,
    /// Seconds a hold lasts; none if the server did not say.
    pub hold_s: Option<u32>,
}

impl Ages {
    /// A second of slack on each side: both clocks are cut to whole seconds.
    fn overdue(self, entry: &Entry) -> bool {
        self.hold_s.is_some_and(|hold| self.now_s.saturating_sub(entry.answered_at_s) + 2 >= hold)
    }
}

/// Asks for all acknowledged bookings, or for a sample of them.
pub async fn verify(
    control: &mut RushControl,
    entries: Vec<Entry>,
    ages: Ages,
    seed: u64,
) -> Result<Verified, ControlError> {
    let mut found = Verified { acknowledged: entries.len() as u64, ..Verified::default() };
    for question in sample(entries, VERIFIED_MAX, seed).chunks(QUESTION_MAX) {
        let ids: Vec<[u8; 16]> = question.iter().map(|entry| entry.booking).collect();
        let statuses = control.statuses(&ids).await?;
        for (at, entry) in question.iter().enumerate() {
            judge(entry, statuses.get(at).map_or("missing", String::as_str), ages, &mut found);
        }
    }
    Ok(found)
}

fn judge(entry: &Entry, status: &str, ages: Ages, found: &mut Verified) {
    found.verified += 1;
    if entry.promise.is_kept_by(status, ages.overdue(entry)) {
        return;
    }
    found.lost += 1;
    if found.examples.len() < EXAMPLES_MAX {
        let booking = uuid_text(&entry.booking);
        found.examples.push(format!("{booking} was acknowledged as {:?} and is {status}", entry.promise));
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::Promise;
    use super::*;

    fn entry(number: u8, promise: Promise) -> Entry {
        Entry { booking: [number; 16], answered_at_s: u32::from(number), promise }
    }

    #[test]
    fn a_missing_booking_is_lost_and_an_expired_one_only_before_its_deadline() {
        let mut found = Verified::default();
        let ages = Ages { now_s: 100, hold_s: Some(60) };
        judge(&entry(1, Promise::Reserved), "reserved", ages, &mut found);
        judge(&entry(1, Promise::Reserved), "expired", ages, &mut found);
        assert_eq!(found.lost, 0);
        judge(&entry(90, Promise::Reserved), "expired", ages, &mut found);
        judge(&entry(1, Promise::Confirmed), "missing", ages, &mut found);
        assert_eq!((found.verified, found.lost, found.examples.len()), (4, 2, 2));
    }
}
