//! For load runs: events, shows and zones to sell, made by the same verbs as an organizer's.

use super::queue_settings::{self, QueueChange};
use super::{event_create, event_lifecycle, show_create, tenant_create, zone_create};
use crate::app::App;
use crate::domain::ids::{EventId, ShowId, ZoneId};
use crate::domain::queue::PresentedPass;
use crate::domain::reserve::ReserveRequest;
use crate::domain::role;
use kernel::{Actor, Refusal, TenantId, UserId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::StoreError;
use waiting_room::Mode;

/// The shop of load runs.
const SLUG: &str = "load";
/// Holds of a load run last this long: longer than a run, so that none expires under measurement.
const HOLD_SECS: i64 = 3600;
/// Buyers of load runs have numbers of their own, far above every number that is made.
const FIRST_USER: i64 = 1 << 62;
/// Buyers of one run; enough that none meets the rate limit of reserving.
const USERS: u32 = 1_000_000;
/// Seats a zone may have at most (the catalogue's own limit).
const ZONE_SEATS_MAX: i64 = 1_000_000;

/// What a run asks for.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct LoadSetup {
    zones: u32,
    events: u32,
    seats_per_zone: i64,
    sold_out_zones: u32,
    max_tickets_per_user: i64,
}

/// One zone that was made.
struct Made {
    zone: ZoneId,
    price_minor: i64,
    sold_out: bool,
}

/// Makes what `setup` asks for; where it is and who may buy.
pub async fn run(app: &App, setup: LoadSetup) -> Result<Value, Refusal> {
    if setup.events == 0
        || setup.zones < setup.events
        || setup.zones > 1000
        || setup.sold_out_zones >= setup.zones
    {
        return Err(Refusal::field(
            "zones",
            "as many as events at least, 1,000 at most, more than sold out ones",
        ));
    }
    let tenant = tenant(app).await?;
    let organizer = Actor { user: UserId(FIRST_USER - 1), tenant: Some(tenant), role: role::ORGANIZER };
    let mut events = Vec::new();
    for number in 0..setup.events {
        let zones = (0..setup.zones).filter(|zone| zone % setup.events == number).collect::<Vec<_>>();
        events.push(event(app, organizer, &setup, number, &zones).await?);
    }
    // Every run has buyers of its own, by its millisecond: those of an earlier run may be at their cap.
    let first = FIRST_USER + ((app.ids.next(app.clock.now()) >> 21) & 0x3f_ffff) * i64::from(USERS);
    Ok(json!({
        "tenant_id": app.public.encode(tenant),
        "events": events,
        "first_user": first.to_string(),
        "users": USERS,
    }))
}

async fn tenant(app: &App) -> Result<TenantId, Refusal> {
    if let Some(tenant) = app.catalogue.current().tenant_by_slug(SLUG) {
        return Ok(tenant.id);
    }
    let platform = Actor { user: UserId(FIRST_USER - 1), tenant: None, role: role::SUPER_ADMIN };
    let settings = json!({ "reservation_ttl_secs": HOLD_SECS });
    let input = read(json!({ "name": "Load runs", "slug": SLUG, "settings": settings }))?;
    Ok(tenant_create::run(app, platform, input).await?.id)
}

async fn event(
    app: &App,
    organizer: Actor,
    setup: &LoadSetup,
    number: u32,
    zones: &[u32],
) -> Result<Value, Refusal> {
    let name = format!("Load run {} event {number}", app.ids.next(app.clock.now()));
    let cap = setup.max_tickets_per_user;
    let input = read(json!({ "name": name, "max_tickets_per_user": cap, "is_public": false }))?;
    let event = event_create::run(app, organizer, input).await?.event.id;
    let day = app.clock.now().plus_secs(30 * 24 * 3600).rfc3339();
    let input = read(json!({ "show_date": day.get(..10), "start_time": "20:00" }))?;
    let show = show_create::run(app, organizer, event, input).await?.show.id;
    let mut made = Vec::new();
    for zone in zones {
        made.push(self::zone(app, organizer, setup, (show, *zone)).await?);
    }
    event_lifecycle::publish(app, organizer, event).await?;
    for zone in made.iter().filter(|zone| zone.sold_out) {
        sell_out(app, (event, show, zone.zone)).await?;
    }
    let zones = made.iter().map(|made| {
        json!({
            "zone_id": app.public.encode(made.zone),
            "price_minor": made.price_minor,
            "currency": "THB",
            "sold_out": made.sold_out,
        })
    });
    Ok(json!({
        "event_id": app.public.encode(event),
        "show_id": app.public.encode(show),
        "zones": zones.collect::<Vec<_>>(),
    }))
}

async fn zone(
    app: &App,
    organizer: Actor,
    setup: &LoadSetup,
    (show, number): (ShowId, u32),
) -> Result<Made, Refusal> {
    let sold_out = number < setup.sold_out_zones;
    let seats = if sold_out { 1 } else { setup.seats_per_zone.clamp(1, ZONE_SEATS_MAX) };
    let price_minor = 100_000 + i64::from(number) * 5_000;
    let input = read(json!({
        "name": format!("Zone {number}"), "price": price_minor, "currency": "THB", "total_seats": seats,
    }))?;
    let zone = zone_create::run(app, organizer, show, input).await?.zone.id;
    Ok(Made { zone, price_minor, sold_out })
}

/// Gives an event of load runs a waiting room, or changes it.
pub async fn queue(app: &App, event: EventId, (batch, concurrent_max): (i64, i64)) -> Result<(), Refusal> {
    let tenant = tenant(app).await?;
    let admin = Actor { user: UserId(FIRST_USER - 1), tenant: Some(tenant), role: role::ADMIN };
    let change = QueueChange {
        mode: Some(Mode::On),
        batch: Some(batch),
        concurrent_max: Some(concurrent_max),
        ..QueueChange::default()
    };
    queue_settings::change(app, admin, event, change).await.map(drop)
}

/// Takes the one seat of a zone, so that everybody else is refused.
async fn sell_out(app: &App, (event, show, zone): (EventId, ShowId, ZoneId)) -> Result<(), Refusal> {
    let request = ReserveRequest {
        pass: PresentedPass::Missing,
        user: UserId(FIRST_USER - 2),
        tenant: None,
        event,
        show,
        zone,
        quantity: 1,
        key_hash: zone.0,
        request_hash: 0,
    };
    let outcome = app.reserve.submit(request).await.map_err(|error: StoreError| Refusal::from(error))?;
    outcome.verdict.map(drop).map_err(crate::refusals::of_reserve)
}

fn read<T: DeserializeOwned>(input: Value) -> Result<T, Refusal> {
    serde_json::from_value(input).map_err(Refusal::internal)
}
