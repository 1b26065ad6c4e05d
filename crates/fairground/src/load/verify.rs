//! After the load: does the server still know everything it acknowledged?

use super::control::{Control, ControlError};
use super::journal::Entry;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Up to this many acknowledged bookings all are verified; of more, this many drawn by the seed.
/// It is three times the least sample that finds a loss of 1 in 30,000 with near certainty, and takes seconds.
const VERIFIED_MAX: usize = 300_000;
/// Bookings per question, the server's limit.
const QUESTION_MAX: usize = 500;
/// Broken promises told one by one; the rest is only counted.
const EXAMPLES_MAX: usize = 5;

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

/// What the server remembers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Acknowledged bookings.
    pub acknowledged: u64,
    /// How many of them were asked for.
    pub verified: u64,
    /// How many are missing or in a state that breaks the promise.
    pub lost: u64,
    /// Some of the broken ones, in words.
    pub examples: Vec<String>,
}

/// Asks for all acknowledged bookings, or for a sample of them.
pub async fn verify(
    control: &mut Control,
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
        let booking = super::wire::uuid_text(&entry.booking);
        found.examples.push(format!("{booking} was acknowledged as {:?} and is {status}", entry.promise));
    }
}

/// At most `count` of the entries, each as likely as the others.
fn sample(mut entries: Vec<Entry>, count: usize, seed: u64) -> Vec<Entry> {
    if entries.len() > count {
        let mut rng = SmallRng::seed_from_u64(seed);
        for at in 0..count {
            let other = rng.random_range(at..entries.len());
            entries.swap(at, other);
        }
        entries.truncate(count);
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::super::journal::Promise;
    use super::*;

    fn entry(number: u8, promise: Promise) -> Entry {
        Entry { booking: [number; 16], answered_at_s: u32::from(number), promise }
    }

    #[test]
    fn a_sample_has_the_size_asked_for_and_no_entry_twice() {
        let entries: Vec<Entry> = (0..200).map(|number| entry(number, Promise::Reserved)).collect();
        let drawn = sample(entries.clone(), 50, 9);
        let distinct: std::collections::BTreeSet<[u8; 16]> =
            drawn.iter().map(|entry| entry.booking).collect();
        assert_eq!((drawn.len(), distinct.len()), (50, 50));
        assert_eq!(drawn, sample(entries.clone(), 50, 9));
        assert_ne!(drawn, sample(entries.clone(), 50, 10));
        assert_eq!(sample(entries.clone(), 200, 9), entries);
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
