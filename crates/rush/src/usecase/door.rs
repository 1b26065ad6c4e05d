//! Who may stand at the doors of an event, and what the doors look at: counts by zone, and what was recorded.

use super::event_read;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::check_in::{CheckIn, DoorStaff};
use crate::domain::event::Event;
use crate::domain::ids::{CheckInId, EventId, ShowId, ZoneId};
use crate::domain::zone::Zone;
use crate::refusals;
use crate::store::check_ins;
use crate::store::gates;
use identity::Secret;
use kernel::{Actor, Refusal};
use std::sync::Arc;

pub use crate::store::check_ins::Conflict;

/// Rows of the record that are shown at once.
const SHOWN_MAX: i64 = 100;

/// Somebody who may let people in to an event.
#[derive(Debug, Clone)]
pub struct DoorAccess {
    /// The event.
    pub event: Arc<Event>,
    /// Who.
    pub staff: DoorStaff,
    /// What their door is called, where the key says.
    pub gate: Option<String>,
}

/// How a zone stands at the doors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneCount {
    /// The zone.
    pub zone: ZoneId,
    /// What it is called.
    pub name: String,
    /// Which show.
    pub show: ShowId,
    /// Tickets that are sold.
    pub sold: i64,
    /// How many are inside.
    pub inside: i64,
}

/// What the doors of an event recorded.
#[derive(Debug, Clone)]
pub struct DoorRecord {
    /// Admissions, newest first.
    pub check_ins: Vec<CheckIn>,
    /// Admissions without a network of tickets that were inside already, newest first.
    pub conflicts: Vec<Conflict>,
}

/// Somebody with an account: who runs the event. Errors: as for anything else of the event.
pub fn person(app: &App, actor: Actor, id: EventId) -> Result<DoorAccess, Refusal> {
    let event = event_read::of_runner(app, actor, id)?;
    Ok(DoorAccess { event, staff: DoorStaff::Person(actor.user), gate: None })
}

/// A device with the key of a gate. Errors: the key is none of this event's, or was ended.
pub async fn device(app: &App, key: &str, of: Option<EventId>) -> Result<DoorAccess, Refusal> {
    let hash = Secret::parse(key).ok_or_else(refusals::door::bad_key)?.hash();
    let gate = app.store.read(move |tx| gates::by_key(tx, &hash)).await?;
    let fits = |gate: &gates::Gate| gate.ended_at.is_none() && of.is_none_or(|event| event == gate.event);
    let gate = gate.filter(fits).ok_or_else(refusals::door::bad_key)?;
    let snapshot = app.catalogue.current();
    let event = snapshot.event(gate.event).ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Event))?;
    Ok(DoorAccess { event: Arc::clone(event), staff: DoorStaff::Gate(gate.id), gate: Some(gate.name) })
}

/// How every zone of the event stands. Sold is what the seats' accounts say, as of the last commit this node knows of.
pub async fn counts(app: &App, access: &DoorAccess) -> Result<Vec<ZoneCount>, Refusal> {
    let snapshot = app.catalogue.current();
    let shows = snapshot.shows(access.event.id);
    let zones: Vec<_> = shows.iter().flat_map(|show| snapshot.zones(show.id)).cloned().collect();
    let ids: Vec<_> = zones.iter().map(|zone| zone.id).collect();
    let inside = app.store.read(move |tx| check_ins::inside(tx, &ids)).await?;
    let count = |(zone, inside): (&Arc<Zone>, i64)| {
        let taken = app.availability.of(zone.id).map_or(0, |seats| seats.available + seats.held);
        let sold = if app.availability.of(zone.id).is_some() { zone.fields.total_seats - taken } else { 0 };
        ZoneCount { zone: zone.id, name: zone.fields.name.clone(), show: zone.show, sold, inside }
    };
    Ok(zones.iter().zip(inside).map(count).collect())
}

/// What was recorded, from below `before` on.
pub async fn record(
    app: &App,
    access: &DoorAccess,
    before: Option<CheckInId>,
) -> Result<DoorRecord, Refusal> {
    let (event, before) = (access.event.id, before.map_or(i64::MAX, |id| id.0));
    let read = app.store.read(move |tx| {
        let check_ins = check_ins::of_event(tx, event, before, SHOWN_MAX)?;
        let conflicts = check_ins::conflicts(tx, event, SHOWN_MAX)?;
        Ok::<_, store::StoreError>(DoorRecord { check_ins, conflicts })
    });
    Ok(read.await?)
}
