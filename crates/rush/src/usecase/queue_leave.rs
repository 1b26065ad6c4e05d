//! Leave: a place, or an unused pass, is given back by whoever can show its token.

use crate::app::App;
use crate::domain::ids::EventId;
use crate::refusals::{LeaveRefusal, of_leave};
use crate::store::{queue_log, queue_passes};
use kernel::{Actor, Refusal};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;
use waiting_room::{PlaceState, leave};

/// Gives the caller's place at `event` back.
pub async fn run(app: &App, actor: Actor, event: EventId, token: &str) -> Result<(), Refusal> {
    let snapshot = app.catalogue.current();
    let queue = snapshot.queue(event).ok_or_else(|| of_leave(LeaveRefusal::NotInQueue))?;
    let waiting = app.waiting.of(&queue.room);
    waiting.refresh(&app.store).await?;
    let place =
        waiting.shown().place(actor.user.0).copied().ok_or_else(|| of_leave(LeaveRefusal::NotInQueue))?;
    let expected = app.queue_keys.leave_token(event, actor.user, place.number);
    if !bool::from(expected.as_bytes().ct_eq(token.as_bytes())) {
        return Err(of_leave(LeaveRefusal::TokenIsWrong));
    }
    let (ids, now, user) = (Arc::clone(&app.ids), app.clock.now(), actor.user.0);
    let left = app.store.write(move |tx| {
        let mut room = waiting.lock(tx)?;
        let Ok(fact) = leave(&room, user) else { return Ok(false) };
        if let Some(PlaceState::Released { pass, .. }) = room.place(user).map(|place| place.state) {
            queue_passes::end(tx, pass, now)?;
        }
        let entry = room.append(ids.next(now), now, fact);
        queue_log::append(tx, event, &[entry])?;
        Ok::<_, Refusal>(true)
    });
    if left.await? {
        app.waiting.nudge();
        return Ok(());
    }
    Err(of_leave(LeaveRefusal::NotInQueue))
}
