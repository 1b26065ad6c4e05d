//! Reserve: hold seats for a buyer. The decision is made in a batch on the writer; this is its door.

use super::reserve_batch::Reserved;
use crate::app::App;
use crate::domain::reserve::{ReserveRefusal, ReserveRequest};
use crate::domain::seats::locator_kind;
use crate::refusals;
use kernel::Refusal;
use store::{StoreError, locator};

/// Holds seats, or says why not. The answer is on disk when it is given; a repeated request gets its first booking.
pub async fn run(app: &App, request: ReserveRequest) -> Result<Reserved, Refusal> {
    if let Some(refusal) = known_sold_out(app, &request).await? {
        return Err(refusals::of_reserve(refusal));
    }
    let outcome = app.reserve.submit(request).await?;
    outcome.verdict.map_err(refusals::of_reserve)
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
    let (user, key) = (request.user.0, request.key_hash);
    if app.keys.surely_new(user, locator_kind::BOOKING_KEY, key) {
        return Ok(Some(refusal));
    }
    let won_before =
        app.store.read(move |tx| locator::find(tx, user, locator_kind::BOOKING_KEY, key)).await?;
    Ok(won_before.is_none().then_some(refusal))
}
