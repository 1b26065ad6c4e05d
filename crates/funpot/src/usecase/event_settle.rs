//! Settling events: an attempt begins when a result is due, votes are paid in small transactions with a durable cursor, and the last
//! step empties the pot, signs the receipt and says so. Every step can be repeated and killed anywhere.

use super::receipt_make;
use super::settle_chunk::{Chunk, pay_some, reverse_some};
use crate::app::App;
use crate::domain::event::{Kind, PotEvent, Settlement, State, Tally};
use crate::domain::ids::{EventId, ResultId};
use crate::domain::result::EventResult;
use crate::domain::settlement::{Attempt, Order, Phase};
use crate::domain::split::{RefundReason, Verdict};
use crate::store::{events, results, settlements, votes};
use kernel::Timestamp;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Events looked at in one run at most.
const EVENTS_MAX: i64 = 50;
/// Who orders what the clock orders.
const SYSTEM: &str = "system";

/// Does what is due; how much. An event that cannot be settled keeps none of the others waiting: the first such fault comes back
/// when all have been tried.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let mut done = void_unresolved(app, now).await?;
    for event in app.store.read(move |tx| events::due_to_settle(tx, now, EVENTS_MAX)).await? {
        done += usize::from(begin(app, event, SYSTEM).await?);
    }
    let mut fault = None;
    for event in app.store.read(settlements::running).await? {
        match finish_event(app, event).await {
            Ok(steps) => done += steps,
            Err(error @ StoreError::Corrupt(_)) => {
                tracing::error!(event = event.0, %error, "an event cannot be settled");
                fault = fault.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    fault.map_or(Ok(done), Err)
}

/// Events whose result nobody reported in time are due, and void.
async fn void_unresolved(app: &App, now: Timestamp) -> Result<usize, StoreError> {
    use crate::domain::live_config::NumberKey;
    let hours = app.config.load().number(NumberKey::ResolveDeadlineHours);
    let before = now.plus_secs(-hours * 3_600);
    let late = app.store.read(move |tx| events::unresolved(tx, before, EVENTS_MAX)).await?;
    let count = late.len();
    for id in late {
        app.store.write(move |tx| make_due(tx, id, now)).await?;
    }
    Ok(count)
}

fn make_due(tx: &mut Tx<'_>, id: EventId, now: Timestamp) -> Result<(), StoreError> {
    let event = events::lock_one(tx, id)?;
    let waits = |event: &PotEvent| event.settlement == Settlement::Pending && event.settle_at.is_none();
    let Some(mut event) = event.filter(waits) else { return Ok(()) };
    event.settle_at = Some(now);
    events::save_state(tx, &event, now)
}

/// What an attempt is to begin with.
struct Beginning {
    event: PotEvent,
    result: Option<EventResult>,
    tallies: Vec<Tally>,
}

impl Beginning {
    /// Looked up beside the writer: a closed event's votes do not change.
    fn load(tx: &mut Tx<'_>, id: EventId) -> Result<Option<Self>, StoreError> {
        let Some(event) = events::by_id(tx, id)? else { return Ok(None) };
        let result = event.result.map(|id| results::by_id(tx, ResultId(id))).transpose()?.flatten();
        let until = order(&event, result.as_ref()).decided_at;
        let tallies = votes::tallies(tx, id, event.options.len(), until)?;
        Ok(Some(Self { event, result, tallies }))
    }
}

/// By what an event is settled.
fn order(event: &PotEvent, result: Option<&EventResult>) -> Order {
    let closed = event.closed_at.unwrap_or(event.closes_at);
    let (verdict, decided_at) = match (event.state, event.kind, result) {
        (State::Cancelled, ..) => (Verdict::Void(RefundReason::Cancelled), closed),
        (_, _, Some(EventResult { option: None, decided_at, .. })) => {
            (Verdict::Void(RefundReason::Void), *decided_at)
        }
        (_, _, Some(EventResult { option: Some(option), decided_at, .. })) => {
            (Verdict::Won(*option), *decided_at)
        }
        (_, Kind::Poll, None) => (Verdict::Votes, closed),
        (_, Kind::Prediction, None) => (Verdict::Void(RefundReason::Unresolved), closed),
    };
    Order { result: result.map(|result| result.id.0), verdict, decided_at }
}

/// Begins the next attempt of an event that is due; whether there was one to begin.
async fn begin(app: &App, id: EventId, ordered_by: &str) -> Result<bool, StoreError> {
    let Some(beginning) = app.store.read(move |tx| Beginning::load(tx, id)).await? else { return Ok(false) };
    let (now, ordered_by) = (app.clock.now(), ordered_by.to_owned());
    app.store.write(move |tx| begin_in(tx, &beginning, &ordered_by, now)).await
}

fn begin_in(tx: &mut Tx<'_>, seen: &Beginning, ordered_by: &str, now: Timestamp) -> Result<bool, StoreError> {
    let event = events::lock_one(tx, seen.event.id)?;
    // What was seen beside the writer must still be so.
    let is_due = |event: &PotEvent| {
        event.settle_at.is_some_and(|at| at <= now)
            && (event.result, event.state, event.settle_at)
                == (seen.event.result, seen.event.state, seen.event.settle_at)
            && matches!(event.settlement, Settlement::Pending | Settlement::Proposed)
    };
    let Some(mut event) = event.filter(is_due) else { return Ok(false) };
    let before = settlements::lock_newest(tx, event.id)?;
    if before.as_ref().is_some_and(|attempt| attempt.phase != Phase::Reversed) {
        return Ok(false);
    }
    let number = before.map_or(0, |attempt| attempt.number) + 1;
    let order = order(&event, seen.result.as_ref());
    let attempt = Attempt::begin(&event, number, order, &seen.tallies, (ordered_by.to_owned(), now));
    settlements::insert(tx, &attempt)?;
    if let Some(result) = &seen.result {
        results::set_state(tx, result.id, crate::domain::result::ResultState::Accepted)?;
    }
    event.settlement = Settlement::Proposed;
    event.settle_at = None;
    events::save_state(tx, &event, now)?;
    Ok(true)
}

/// Takes an event's running attempt to its end; how many steps that took.
async fn finish_event(app: &App, id: EventId) -> Result<usize, StoreError> {
    let mut steps = 0;
    loop {
        steps += 1;
        match step(app, id).await? {
            Chunk::More => {}
            Chunk::AllPaid => return receipt_make::finish(app, id).await.map(|()| steps),
            Chunk::Reversed | Chunk::Nothing => return Ok(steps),
        }
    }
}

/// One transaction of a running attempt.
pub async fn step(app: &App, id: EventId) -> Result<Chunk, StoreError> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            let attempt = settlements::lock_newest(tx, id)?;
            match attempt.as_ref().map(|attempt| attempt.phase) {
                Some(Phase::Paying) => pay_some(tx, attempt, &ids, now),
                Some(Phase::Reversing) => reverse_some(tx, attempt, &ids, now),
                Some(Phase::Done | Phase::Reversed) | None => Ok(Chunk::Nothing),
            }
        })
        .await
}
