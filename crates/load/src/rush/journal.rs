//! What the server acknowledged to one connection, and which later states keep that promise. Pure.

/// What the last answer about a booking was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
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

impl Promise {
    /// Whether a booking found as `status` keeps this promise; `overdue` when its hold may have run out since.
    #[must_use]
    pub fn is_kept_by(self, status: &str, overdue: bool) -> bool {
        match (self, status) {
            (Self::Reserved | Self::MaybeConfirmed | Self::MaybeCancelled, "reserved")
            | (Self::MaybeConfirmed | Self::Confirmed, "confirmed")
            | (Self::MaybeCancelled | Self::Cancelled, "cancelled") => true,
            (Self::Reserved | Self::MaybeConfirmed | Self::MaybeCancelled, "expired") => overdue,
            _ => false,
        }
    }
}

/// One acknowledged booking: 24 bytes, because a long run has millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The public id, as 16 bytes.
    pub booking: [u8; 16],
    /// When the reserve was answered, in whole seconds since the run began.
    pub answered_at_s: u32,
    /// What was acknowledged last.
    pub promise: Promise,
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
    /// Remembers an acknowledged reserve.
    pub fn reserved(&mut self, booking: [u8; 16], answered_at_s: u32) -> EntryAt {
        let at = EntryAt(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        self.entries.push(Entry { booking, answered_at_s, promise: Promise::Reserved });
        at
    }

    /// Remembers what was asked or acknowledged since.
    pub fn promise(&mut self, at: EntryAt, promise: Promise) {
        if let Some(entry) = self.entries.get_mut(at.0 as usize) {
            entry.promise = promise;
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
        let first = journal.reserved([1; 16], 0);
        let second = journal.reserved([2; 16], 5);
        journal.promise(first, Promise::MaybeCancelled);
        journal.promise(first, Promise::Cancelled);
        let promises: Vec<Promise> = journal.entries().iter().map(|entry| entry.promise).collect();
        assert_eq!(promises, [Promise::Cancelled, Promise::Reserved]);
        assert_ne!(first, second);
        assert_eq!(size_of::<Entry>(), 24);
    }

    #[test]
    fn a_promise_is_kept_by_these_states_and_no_others() {
        let all = ["reserved", "confirmed", "cancelled", "expired", "missing", "refunded"];
        let check = |promise: Promise, overdue: bool, kept: &[&str]| {
            for status in all {
                assert_eq!(
                    promise.is_kept_by(status, overdue),
                    kept.contains(&status),
                    "{promise:?} {status}"
                );
            }
        };
        check(Promise::Reserved, false, &["reserved"]);
        check(Promise::Reserved, true, &["reserved", "expired"]);
        check(Promise::MaybeConfirmed, false, &["reserved", "confirmed"]);
        check(Promise::Confirmed, true, &["confirmed"]);
        check(Promise::MaybeCancelled, false, &["reserved", "cancelled"]);
        check(Promise::Cancelled, true, &["cancelled"]);
    }
}
