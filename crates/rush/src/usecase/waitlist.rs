//! Waiting for seats of a zone that is sold out: getting in line, looking, leaving.

use crate::app::App;
use crate::domain::ids::ZoneId;
use crate::domain::waitlist::{Entry, QUANTITY_MAX};
use crate::store::mail::waitlist;
use kernel::{Actor, Refusal};
use store::StoreError;

/// Gets in line for `quantity` seats; asking again keeps the place. Errors: `VALIDATION_ERROR`; `ZONE_NOT_FOUND`, also for another
/// tenant's.
pub async fn join(app: &App, actor: Actor, zone: ZoneId, quantity: i64) -> Result<(), Refusal> {
    if !(1..=QUANTITY_MAX).contains(&quantity) {
        return Err(Refusal::field("quantity", "must be from 1 to 10"));
    }
    let now = app.clock.now();
    let catalogue = app.catalogue.current();
    let offer = catalogue.offer(zone).filter(|offer| actor.tenant.is_none_or(|own| own == offer.tenant));
    let offer = offer.ok_or_else(|| Refusal::not_found("zone"))?;
    let entry = Entry {
        id: app.ids.next(now),
        tenant: offer.tenant,
        zone,
        user: actor.user,
        quantity,
        created_at: now,
        notified_at: None,
    };
    app.store.write::<_, StoreError, _>(move |tx| waitlist::insert(tx, &entry)).await?;
    Ok(())
}

/// Leaves the line; whoever is not in it has left already.
pub async fn leave(app: &App, actor: Actor, zone: ZoneId) -> Result<(), Refusal> {
    app.store.write::<_, StoreError, _>(move |tx| waitlist::leave(tx, zone, actor.user)).await?;
    Ok(())
}

/// The caller's places in lines, newest first, also those that were told.
pub async fn list(app: &App, actor: Actor) -> Result<Vec<Entry>, Refusal> {
    Ok(app.store.read(move |tx| waitlist::of_user(tx, actor.user)).await?)
}
