//! Reserve: hold seats for a buyer. The decision is made in a batch on the writer; this is its door.

use super::queue_crowd::{self, Seen};
use super::reserve_batch::Reserved;
use crate::app::App;
use crate::domain::queue::{PassRefusal, PresentedPass};
use crate::domain::reserve::{ReserveRefusal, ReserveRequest};
use crate::domain::seats::locator_kind;
use crate::refusals;
use kernel::Refusal;
use store::{StoreError, locator};

/// Holds seats, or says why not. The answer is on disk when it is given; a repeated request gets its first booking.
pub async fn run(app: &App, request: ReserveRequest) -> Result<Reserved, Refusal> {
    queue_crowd::count(app, request.event, Seen::User(request.user)).await?;
    if let Some(refusal) = known_without_pass(app, &request).await? {
        return Err(refusals::of_reserve(refusal));
    }
    if let Some(refusal) = known_sold_out(app, &request).await? {
        return Err(refusals::of_reserve(refusal));
    }
    let outcome = app.reserve.submit(request).await?;
    outcome.verdict.map_err(refusals::of_reserve)
}

/// Refuses at the edge who comes without a pass to an event that has a waiting room, or the writer would be kept busy by a
/// crowd that cannot buy. A pass that came is judged by the writer.
async fn known_without_pass(
    app: &App,
    request: &ReserveRequest,
) -> Result<Option<ReserveRefusal>, StoreError> {
    let refusal = match request.pass {
        PresentedPass::Missing => PassRefusal::PassIsMissing,
        PresentedPass::Refused(refusal) => refusal,
        PresentedPass::Signed(_) => return Ok(None),
    };
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let is_theirs = |tenant| request.tenant.is_none_or(|own| own == tenant);
    let is_on =
        snapshot.queue(request.event).is_some_and(|queue| queue.is_on(now) && is_theirs(queue.room.tenant));
    let is_sold = || snapshot.offer(request.zone).is_some_and(|offer| offer.event == request.event);
    if !is_on || !is_sold() || !is_new(app, request).await? {
        return Ok(None);
    }
    Ok(Some(ReserveRefusal::Queue(refusal)))
}

/// Whether nothing was made under the request's key.
async fn is_new(app: &App, request: &ReserveRequest) -> Result<bool, StoreError> {
    let (user, key) = (request.user.0, request.key_hash);
    if app.keys.surely_new(user, locator_kind::BOOKING_KEY, key) {
        return Ok(true);
    }
    let before = app.store.read(move |tx| locator::find(tx, user, locator_kind::BOOKING_KEY, key)).await?;
    Ok(before.is_none())
}

/// Refuses at the edge what the last commit left no seats for. The hint comes after the look-up of the key, or the
/// repetition of a request that won the last seats would be told that they are gone.
async fn known_sold_out(app: &App, request: &ReserveRequest) -> Result<Option<ReserveRefusal>, StoreError> {
    let available = match app.availability.of(request.zone) {
        Some(seats) if seats.available < request.quantity => seats.available,
        _ => return Ok(None),
    };
    let snapshot = app.catalogue.current();
    if crate::domain::reserve::check_request(request, snapshot.offer(request.zone), app.clock.now()).is_err()
    {
        // Another refusal comes first; the writer says which.
        return Ok(None);
    }
    let refusal = ReserveRefusal::ZoneHasTooFewSeats { requested: request.quantity, available };
    Ok(is_new(app, request).await?.then_some(refusal))
}
