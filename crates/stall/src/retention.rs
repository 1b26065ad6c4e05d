//! Retention of the ground's own tables, for every stall: events that were published, what consumers have seen, answers to
//! requests that nobody repeats any more, mails of long ago. What is kept for ever (transfers, product rows) is not here.

use crate::job::{Job, Scope};
use kernel::Clock;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, StoreError, Tx, inbox, outbox};

/// Days for which published events are kept: a consumer that was away for a week still finds them.
const EVENTS_DAYS: i64 = 7;
/// Days for which a consumer's memory of an event is kept: longer than the event itself.
const SEEN_DAYS: i64 = EVENTS_DAYS + 1;
/// Rows of one table in one transaction: short enough that a hot verb behind it in the queue does not notice.
const ROWS_MAX: i64 = 1_000;
/// How often it looks when nothing was over.
const EVERY: Duration = Duration::from_secs(60);

/// The job that keeps the ground's tables bounded.
#[must_use]
pub fn job(store: &Store, clock: &Arc<dyn Clock>) -> Job {
    let (store, clock) = (store.clone(), Arc::clone(clock));
    Job::new("purge_ground", EVERY, Scope::OneNode, move || {
        let (store, now) = (store.clone(), clock.now());
        Box::pin(async move { store.write(move |tx| purge(tx, now)).await })
    })
}

/// Removes what is over at `now`, at most a thousand rows of each table; how many. Run it until it says 0.
pub fn purge(tx: &mut Tx<'_>, now: kernel::Timestamp) -> Result<usize, StoreError> {
    let days_ago = |days: i64| now.plus_secs(-days * 24 * 3_600);
    let mut rows = outbox::purge(tx, days_ago(EVENTS_DAYS), ROWS_MAX)?;
    rows += inbox::purge(tx, days_ago(SEEN_DAYS), ROWS_MAX)?;
    rows += store::keyed::purge(tx, now)?;
    rows += mail::purge(tx, now, ROWS_MAX)?;
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
}
