//! Looking at a waiting room: somebody's own place, and the room as anybody may see it.

use super::queue_keys::GivenPass;
use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::ids::EventId;
use crate::domain::queue::{EventQueue, PassRefusal, PresentedPass};
use crate::refusals::{LeaveRefusal, of_leave};
use crate::store::queue_passes;
use kernel::{Actor, Refusal, Timestamp, UserId};
use std::sync::Arc;
use waiting_room::{Estimate, Place, PlaceState, Room, estimate};

/// Where somebody stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The sale has not opened; everybody who came is shuffled at its first moment.
    Early,
    /// So many stand before them.
    Waiting {
        /// How many.
        ahead: usize,
        /// How long it will take; none: nobody was let on for a minute.
        estimate: Option<Estimate>,
        /// Whether what is left may be gone before their turn.
        may_sell_out: bool,
    },
    /// There is no waiting room any more: it was switched off, or the sale is over.
    NotOpen,
    /// Everything is sold; they stand where they stood, should something come back.
    SoldOut,
    /// Their turn has come.
    Ready {
        /// The pass.
        pass: String,
        /// Until when it is good.
        until: Timestamp,
    },
    /// They used their pass.
    Used,
    /// They did not use it in time, and may queue again.
    RanOut,
}

/// Somebody's place in a room.
#[derive(Debug, Clone)]
pub struct OwnPlace {
    /// The number of the place, in the order of joining.
    pub number: i64,
    /// When it was taken.
    pub joined_at: Timestamp,
    /// Where they stand.
    pub standing: Standing,
    /// How many wait in all.
    pub waiting: usize,
    /// What must be shown to leave.
    pub token: String,
    /// The revision of the room this is true of.
    pub revision: i64,
}

/// A room as anybody may see it.
#[derive(Debug, Clone)]
pub struct RoomView {
    /// The room and its sale.
    pub queue: Arc<EventQueue>,
    /// Whether nobody buys without a pass now.
    pub is_on: bool,
    /// How many wait.
    pub waiting: usize,
    /// Passes given out so far.
    pub released: i64,
    /// Whether it closed because nothing is left.
    pub is_sold_out: bool,
    /// When it opened.
    pub opened_at: Option<Timestamp>,
}

/// The queue of `event` in whatever mode. Errors: 404, it has none, or belongs to another tenant than the caller.
pub fn queue(
    snapshot: &Snapshot,
    event: EventId,
    tenant: Option<kernel::TenantId>,
) -> Result<Arc<EventQueue>, Refusal> {
    let queue = snapshot.queue(event).filter(|queue| tenant.is_none_or(|tenant| tenant == queue.room.tenant));
    queue.cloned().ok_or_else(|| Refusal::not_found("waiting room"))
}

/// The room as it is now.
pub async fn room(app: &App, event: EventId, tenant: Option<kernel::TenantId>) -> Result<RoomView, Refusal> {
    let queue = queue(&app.catalogue.current(), event, tenant)?;
    let waiting = app.waiting.of(&queue.room);
    waiting.refresh(&app.store).await?;
    let now = app.clock.now();
    let (people, released, is_sold_out, opened_at) = {
        let room = waiting.shown();
        (room.waiting(), room.released(), room.is_closed(), room.opening().map(|opening| opening.at))
    };
    Ok(RoomView { is_on: queue.is_on(now), queue, waiting: people, released, is_sold_out, opened_at })
}

/// The caller's place, after what is committed was read. Errors: 404 `NOT_IN_QUEUE`.
pub async fn own(app: &App, actor: Actor, event: EventId) -> Result<OwnPlace, Refusal> {
    let queue = queue(&app.catalogue.current(), event, actor.tenant)?;
    app.waiting.of(&queue.room).refresh(&app.store).await?;
    shown(app, actor, &queue).await
}

/// The caller's place as memory has it. Errors: 404 `NOT_IN_QUEUE`.
pub async fn shown(app: &App, actor: Actor, queue: &EventQueue) -> Result<OwnPlace, Refusal> {
    let now = app.clock.now();
    let waiting = app.waiting.of(&queue.room);
    let (place, standing, people, revision) = {
        let room = waiting.shown();
        let place = room.place(actor.user.0).copied().ok_or_else(|| of_leave(LeaveRefusal::NotInQueue))?;
        (place, waiting_standing(app, queue, &room, actor.user.0, now), room.waiting(), room.revision())
    };
    let standing = match standing {
        Some(standing) => standing,
        None => released_standing(app, actor, queue, &place, now).await?,
    };
    let token = app.queue_keys.leave_token(queue.room.event, actor.user, place.number);
    Ok(OwnPlace {
        number: place.number,
        joined_at: place.joined_at,
        standing,
        waiting: people,
        token,
        revision,
    })
}

/// How somebody who waits stands; none: they do not wait any more.
fn waiting_standing(
    app: &App,
    queue: &EventQueue,
    room: &Room,
    user: i64,
    now: Timestamp,
) -> Option<Standing> {
    let ahead = room.ahead(user)?;
    if !queue.is_on(now) {
        return Some(Standing::NotOpen);
    }
    if room.is_closed() {
        return Some(Standing::SoldOut);
    }
    if room.opening().is_none() && queue.opens_at.is_some_and(|opens_at| now < opens_at) {
        return Some(Standing::Early);
    }
    let estimate = estimate(room, &queue.room.settings, queue.opens_at, ahead, now);
    let left = seats_left(app, queue.room.event);
    Some(Standing::Waiting {
        ahead,
        estimate,
        may_sell_out: i64::try_from(ahead).is_ok_and(|ahead| ahead >= left),
    })
}

async fn released_standing(
    app: &App,
    actor: Actor,
    queue: &EventQueue,
    place: &Place,
    now: Timestamp,
) -> Result<Standing, Refusal> {
    let PlaceState::Released { pass: id, .. } = place.state else { return Ok(Standing::RanOut) };
    let stored = app.store.read(move |tx| queue_passes::find(tx, id)).await?;
    let Some(stored) = stored else { return Ok(Standing::RanOut) };
    if stored.booking.is_some() {
        return Ok(Standing::Used);
    }
    if stored.expires_at <= now {
        return Ok(Standing::RanOut);
    }
    let (event, until) = (queue.room.event, stored.expires_at);
    let given = GivenPass { id, user: actor.user, event, until };
    Ok(Standing::Ready { pass: app.queue_keys.write_pass(&app.public, given, now), until })
}

/// The pass that came with a request.
#[must_use]
pub fn presented(app: &App, text: Option<&str>, user: UserId, event: EventId) -> PresentedPass {
    text.map_or(PresentedPass::Missing, |text| {
        app.queue_keys.read_pass(&app.public, text, (user, event), app.clock.now())
    })
}

/// What the caller may show for a reservation at `event`, for doors that know their callers' passes themselves; none: there is
/// no waiting room now.
pub async fn own_pass(app: &App, actor: Actor, event: EventId) -> Result<Option<PresentedPass>, Refusal> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let Some(queue) = snapshot.queue(event).filter(|queue| queue.is_on(now)) else { return Ok(None) };
    let waiting = app.waiting.of(&queue.room);
    waiting.refresh(&app.store).await?;
    let place = waiting.shown().place(actor.user.0).map(|place| place.state);
    Ok(Some(match place {
        Some(PlaceState::Released { pass, until }) if until > now => PresentedPass::Signed(pass),
        Some(PlaceState::Released { .. }) => PresentedPass::Refused(PassRefusal::PassHasRunOut),
        Some(PlaceState::Waiting) | None => PresentedPass::Missing,
    }))
}

/// Seats of the event that can be taken, as memory shows them.
fn seats_left(app: &App, event: EventId) -> i64 {
    let snapshot = app.catalogue.current();
    let zones = snapshot.shows(event).iter().flat_map(|show| snapshot.zones(show.id));
    zones.filter_map(|zone| app.availability.of(zone.id)).map(|seats| seats.available.max(0)).sum()
}

/// Brings what is shown of every room that is on up to what is committed; whether anything changed.
pub async fn follow(app: &App) -> Result<bool, store::StoreError> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let mut changed = false;
    for queue in snapshot.queues().filter(|queue| queue.is_on(now)) {
        changed |= app.waiting.of(&queue.room).refresh(&app.store).await?;
    }
    if changed {
        app.waiting.publish();
    }
    Ok(changed)
}
