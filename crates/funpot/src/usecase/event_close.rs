//! Closing events: those whose time is over, and one that an operator or a result closes early.

use crate::app::App;
use crate::domain::event::{Kind, PotEvent, Settlement, State};
use crate::domain::ids::EventId;
use crate::domain::pot_event;
use crate::store::events;
use kernel::{IdSource, Timestamp};
use std::sync::Arc;
use store::{StoreError, Tx, outbox};

/// Events closed in one run at most.
const EVENTS_MAX: i64 = 200;

/// Closes every event whose time is over; how many. Any node may do it: an event's row is locked, and closed once.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let due = app.store.read(move |tx| events::due(tx, now, EVENTS_MAX)).await?;
    let mut closed = 0;
    for id in due {
        let ids = Arc::clone(&app.ids);
        closed += usize::from(app.store.write(move |tx| close_due(tx, &ids, id, now)).await?);
    }
    Ok(closed)
}

fn close_due(tx: &mut Tx<'_>, ids: &IdSource, id: EventId, now: Timestamp) -> Result<bool, StoreError> {
    let event = events::lock_one(tx, id)?;
    let Some(mut event) = event.filter(|event| event.state == State::Live && event.closes_at <= now) else {
        return Ok(false);
    };
    close(tx, ids, &mut event, State::Closed, now)?;
    events::save_state(tx, &event, now)?;
    Ok(true)
}

/// Closes an event that is locked and live, as `state`; the caller saves it. Its counts are final from now on.
pub fn close(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    event: &mut PotEvent,
    state: State,
    now: Timestamp,
) -> Result<(), StoreError> {
    event.state = state;
    event.closed_at = Some(now);
    event.closes_at = event.closes_at.min(now);
    event.settlement = Settlement::Pending;
    // The votes of a poll are its result, and nothing is left to wait for where it was cancelled.
    let is_decided = event.kind == Kind::Poll || state == State::Cancelled;
    event.settle_at = is_decided.then_some(now);
    outbox::append(tx, &[pot_event::of_event(ids.next(now), pot_event::EVENT_CLOSED, event, now)])
}
