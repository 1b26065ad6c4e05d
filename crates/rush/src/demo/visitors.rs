//! The crowd of the demo: each visitor looks, holds seats, pays, gives them back or wanders off. They use the same verbs
//! as everybody, and are refused like everybody.

use crate::app::App;
use crate::domain::ids::BookingId;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::payment_card::Card;
use crate::domain::queue::PresentedPass;
use crate::domain::reserve::ReserveRequest;
use crate::domain::role;
use crate::usecase::{booking_release, booking_reserve, payment_process};
use kernel::{Actor, UserId};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use web::IdempotencyKey;
use web::idempotency::{Attempt, Scope};

/// Seconds between two visits of one visitor, at least and at most: with 300 of them the hot event lasts an evening.
const BETWEEN_VISITS_S: std::ops::Range<f64> = 10.0..110.0;
/// Of every zone the crowd leaves so many of a hundred seats to whoever looks, however long the demo runs: below it, visitors
/// still hold and change their minds, and nobody pays any more.
const LEFT_FREE_PERCENT: i64 = 12;
/// Visitors have numbers of their own, above every number that is made.
const FIRST_VISITOR: i64 = 1 << 60;

/// Lets `count` visitors in. Aborting the handle sends them home.
pub fn start(app: &Arc<App>, count: u32) -> JoinHandle<()> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let mut crowd = JoinSet::new();
        for number in 0..count {
            crowd.spawn(come_and_go(Arc::clone(&app), SmallRng::seed_from_u64(u64::from(number))));
        }
        while crowd.join_next().await.is_some() {}
    })
}

async fn come_and_go(app: Arc<App>, mut chance: SmallRng) {
    loop {
        let pause = chance.random_range(BETWEEN_VISITS_S) * if chance.random_bool(0.1) { 0.1 } else { 1.0 };
        tokio::time::sleep(Duration::from_secs_f64(pause)).await;
        visit(&app, &mut chance).await;
    }
}

async fn visit(app: &Arc<App>, chance: &mut SmallRng) {
    let Some(offer) = choose(app, chance) else { return };
    let user = UserId(FIRST_VISITOR + app.ids.next(app.clock.now()) / 1024);
    let visitor = Actor { user, tenant: None, role: role::CUSTOMER };
    let quantity = chance.random_range(1..=offer.max_per_order.min(offer.max_per_user).min(4));
    let request = ReserveRequest {
        pass: PresentedPass::Missing,
        user,
        tenant: None,
        event: offer.event,
        show: offer.show,
        zone: offer.zone,
        quantity,
        key_hash: chance.random::<i64>() >> 1,
        request_hash: quantity,
    };
    let Ok(reserved) = booking_reserve::run(app, request).await else { return };
    let booking = reserved.booking.id;
    let decided = Duration::from_secs_f64(chance.random_range(1.0..12.0));
    tokio::time::sleep(decided).await;
    if is_nearly_sold(app, &offer) {
        return drop(booking_release::run(app, visitor, booking).await);
    }
    match chance.random_range(0..100) {
        0..72 => pay(app, visitor, booking, "tok_approve").await,
        72..80 => {
            pay(app, visitor, booking, "tok_decline").await;
            pay(app, visitor, booking, "tok_approve").await;
        }
        80..90 => drop(booking_release::run(app, visitor, booking).await),
        // Wanders off: the seats come back when the hold is over.
        _ => {}
    }
}

/// Whether the zone has no more seats than the crowd leaves free.
fn is_nearly_sold(app: &App, offer: &Offer) -> bool {
    let snapshot = app.catalogue.current();
    let seats = snapshot.zone(offer.zone).map_or(0, |zone| zone.fields.total_seats);
    let free = app.availability.of(offer.zone).map_or(0, |seats| seats.available);
    free * 100 <= seats * LEFT_FREE_PERCENT
}

/// A zone on sale now, the events that sell fastest more often.
fn choose(app: &App, chance: &mut SmallRng) -> Option<Offer> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let on_sale = |offer: &Offer| {
        let open = offer.state == OfferState::Open && offer.opens_at.is_none_or(|opens| opens <= now);
        open && now < offer.closes_at
    };
    let offers: Vec<_> =
        snapshot.all_zones().filter_map(|zone| snapshot.offer(zone.id).copied()).filter(on_sale).collect();
    let hot: Vec<_> = offers.iter().filter(|offer| super::is_hot(&snapshot, offer.event)).copied().collect();
    let from = if !hot.is_empty() && chance.random_bool(0.8) { &hot } else { &offers };
    (!from.is_empty()).then(|| from[chance.random_range(0..from.len())])
}

async fn pay(app: &Arc<App>, visitor: Actor, booking: BookingId, card: &str) {
    let Some(card) = Card::read(card) else { return };
    let key = IdempotencyKey(format!("visit-{}-{}", booking.0, card.token.as_str()));
    let attempt = Attempt { scope: Scope::new(&visitor, key), hash: [0; 32] };
    // A declined visitor is not our error, and one who came too late is told so by the page.
    let _ = payment_process::pay(app, visitor, booking, card, attempt).await;
}
