//! Tickets that are sold when the demo begins: held and paid for by the verbs of every buyer.

use crate::app::App;
use crate::domain::ids::{BookingId, EventId};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::payment_card::Card;
use crate::domain::queue::PresentedPass;
use crate::domain::reserve::ReserveRequest;
use crate::domain::role;
use crate::usecase::{booking_reserve, payment_process};
use futures_util::future::try_join_all;
use kernel::{Actor, Refusal, UserId};
use std::sync::Arc;
use web::IdempotencyKey;
use web::idempotency::{Attempt, Scope};

/// Buyers of the beginning have numbers of their own, far from real ones.
const FIRST_BUYER: i64 = 1 << 59;
/// Buyers who pay at the same time; the gateway takes its time for each.
const AT_ONCE: usize = 256;
/// The event the demo's buyer has tickets for.
const TICKET_FOR: &str = "isan-blues-highway";

/// Sells `percent` of each zone of `event`, as far as whole orders go.
pub async fn sell(app: &Arc<App>, event: EventId, percent: i64) -> Result<(), Refusal> {
    let snapshot = app.catalogue.current();
    let zones = snapshot.all_zones().filter(|zone| zone.event == event && percent > 0);
    let mut orders = Vec::new();
    let on_offer = zones.filter_map(|zone| Some((zone, snapshot.offer(zone.id)?)));
    for (zone, offer) in on_offer.filter(|(_, offer)| offer.state == OfferState::Open) {
        let each = offer.max_per_order.min(offer.max_per_user);
        let wanted = zone.fields.total_seats * percent / 100;
        for at in 0..wanted / each {
            orders.push((buyer(zone.id.0, at), *offer, each));
        }
    }
    for some in orders.chunks(AT_ONCE) {
        let buying = some.iter().map(|(buyer, offer, quantity)| buy(app, *buyer, offer, *quantity));
        try_join_all(buying).await?;
    }
    Ok(())
}

/// Buys the demo's buyer two tickets, so that there is something to look at.
pub async fn one_ticket(app: &Arc<App>, buyer: Actor) -> Result<(), Refusal> {
    let snapshot = app.catalogue.current();
    let tenant = buyer.tenant.unwrap_or(kernel::TenantId(0));
    let event = snapshot.event_by_slug(tenant, TICKET_FOR).map(|event| event.id);
    let zone = snapshot
        .all_zones()
        .filter(|zone| Some(zone.event) == event)
        .min_by_key(|zone| zone.fields.sort_order);
    match zone.and_then(|zone| snapshot.offer(zone.id)) {
        Some(offer) => buy(app, buyer, offer, 2).await,
        None => Ok(()),
    }
}

fn buyer(zone: i64, at: i64) -> Actor {
    let user = UserId(FIRST_BUYER + (zone % (1 << 40)) * 1024 + at);
    Actor { user, tenant: None, role: role::CUSTOMER }
}

async fn buy(app: &Arc<App>, buyer: Actor, offer: &Offer, quantity: i64) -> Result<(), Refusal> {
    let request = ReserveRequest {
        pass: PresentedPass::Missing,
        user: buyer.user,
        tenant: buyer.tenant,
        event: offer.event,
        show: offer.show,
        zone: offer.zone,
        quantity,
        key_hash: offer.zone.0,
        request_hash: quantity,
    };
    let booking = booking_reserve::run(app, request).await?.booking.id;
    pay(app, buyer, booking).await
}

async fn pay(app: &Arc<App>, buyer: Actor, booking: BookingId) -> Result<(), Refusal> {
    let card =
        Card::read("tok_approve").ok_or_else(|| Refusal::internal("the approving test card is gone"))?;
    let key = IdempotencyKey(format!("demo-{}", booking.0));
    let attempt = Attempt { scope: Scope::new(&buyer, key), hash: [0; 32] };
    payment_process::pay(app, buyer, booking, card, attempt).await
}
