//! A cancelled event or show begins to give back what was paid for it, in the transaction that cancels it.

use super::catalogue_write::Change;
use crate::domain::ids::{EventId, ShowId};
use crate::store::cancellation_runs::{self, CancellationRun};
use kernel::{Actor, TenantId};
use store::{StoreError, Tx};

/// Begins the run of `event`, or of `show` alone.
pub(super) fn start(
    tx: &mut Tx<'_>,
    change: &Change<'_>,
    actor: Actor,
    (tenant, event): (TenantId, EventId),
    show: Option<ShowId>,
) -> Result<(), StoreError> {
    let run = CancellationRun {
        id: show.map_or(event.0, |show| show.0),
        tenant,
        event,
        show,
        is_done: false,
        passes: 0,
        // Whatever was booked of it has a later number.
        cursor: event.0,
        next_at: change.now,
        started_by: actor.user,
        started_at: change.now,
        finished_at: None,
    };
    cancellation_runs::save(tx, &run)
}
