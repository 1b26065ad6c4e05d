//! Copy an event: a draft with the same shows and zones some days later, none of whose seats is sold.

use super::zone_seats::ZoneSeats;
use super::{catalogue_write, event, event_lock};
use crate::app::App;
use crate::domain::catalogue_view::EventView;
use crate::domain::event::Event;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::{EventId, ShowId, ZoneId};
use crate::domain::sale_window::SaleWindow;
use crate::domain::show::Show;
use crate::domain::show_time::moved_to;
use crate::domain::zone::Zone;
use crate::store::{events, shows, zones};
use kernel::{Actor, Refusal, Timestamp};
use store::Tx;
use store::keyed::Attempt;

/// The furthest a copy is moved: two years.
const DAYS_MAX: i64 = 731;

/// The copy, once for `attempt`. Every moment moves by `days`, at the same hours of the venue. Errors: as for changing the event; days that
/// are none.
pub async fn once(
    app: &App,
    actor: Actor,
    attempt: Option<Attempt>,
    (id, days): (EventId, i64),
) -> Result<EventView, Refusal> {
    if !(0..=DAYS_MAX).contains(&days) {
        return Err(Refusal::field("days_later", "must be 0 to 731"));
    }
    let copied = catalogue_write::create(app, attempt, move |tx, change| {
        let original = event_lock::event(tx, actor, id)?;
        let copy = copy_of(&original, EventId(change.id()), actor, change.now, days);
        let mut copy = copy?;
        super::event_create::choose_slug(tx, &mut copy)?;
        events::insert(tx, &copy).map_err(super::event_create::taken)?;
        copy_shows(tx, change, (&original, &copy), days)?;
        change.enqueue_of_event("event.created", &copy);
        Ok(copy.id.0)
    });
    event::own(app, EventId(copied.await?))
}

fn copy_of(original: &Event, id: EventId, actor: Actor, now: Timestamp, days: i64) -> Result<Event, Refusal> {
    let mut fields = original.fields.clone();
    fields.slug = String::new();
    fields.sale = moved(fields.sale, days, &fields.venue.timezone)?;
    Ok(Event {
        id,
        tenant: original.tenant,
        organizer: actor.user,
        status: EventStatus::Draft,
        published_at: None,
        fields,
        created_at: now,
        updated_at: now,
    })
}

fn copy_shows(
    tx: &mut Tx<'_>,
    change: &mut catalogue_write::Change<'_>,
    (original, copy): (&Event, &Event),
    days: i64,
) -> Result<(), Refusal> {
    let all_zones = zones::of_event(tx, original.id)?;
    let mut seats = ZoneSeats::load(tx, original.tenant, &[])?;
    for show in shows::of_event(tx, original.id)?.into_iter().filter(|show| !show.is_cancelled) {
        let new = copy_show(&show, ShowId(change.id()), (copy, change.now), days)?;
        shows::insert(tx, &new)?;
        for zone in all_zones.iter().filter(|zone| zone.show == show.id) {
            let new = copy_zone(zone, ZoneId(change.id()), (&new, change.now), (copy, days))?;
            zones::insert(tx, &new)?;
            seats.issue(change, &new)?;
        }
    }
    Ok(seats.save(tx)?)
}

fn copy_show(show: &Show, id: ShowId, (event, now): (&Event, Timestamp), days: i64) -> Result<Show, Refusal> {
    let timezone = &event.fields.venue.timezone;
    let mut fields = show.fields.clone();
    fields.starts_at = later(fields.starts_at, days, timezone)?;
    fields.ends_at = fields.ends_at.map(|at| later(at, days, timezone)).transpose()?;
    fields.doors_open_at = fields.doors_open_at.map(|at| later(at, days, timezone)).transpose()?;
    fields.sale = moved(fields.sale, days, timezone)?;
    Ok(Show {
        id,
        event: event.id,
        is_cancelled: false,
        fields,
        created_at: now,
        updated_at: now,
        ..show.clone()
    })
}

fn copy_zone(
    zone: &Zone,
    id: ZoneId,
    (show, now): (&Show, Timestamp),
    (event, days): (&Event, i64),
) -> Result<Zone, Refusal> {
    let mut fields = zone.fields.clone();
    fields.sale = moved(fields.sale, days, &event.fields.venue.timezone)?;
    Ok(Zone { id, event: event.id, show: show.id, fields, created_at: now, updated_at: now, ..zone.clone() })
}

fn later(at: Timestamp, days: i64, timezone: &str) -> Result<Timestamp, Refusal> {
    moved_to(at, days, timezone).map_err(|_| Refusal::field("days_later", "leads out of the calendar"))
}

fn moved(window: SaleWindow, days: i64, timezone: &str) -> Result<SaleWindow, Refusal> {
    let end = |at: Option<Timestamp>| at.map(|at| later(at, days, timezone)).transpose();
    Ok(SaleWindow { starts_at: end(window.starts_at)?, ends_at: end(window.ends_at)? })
}
