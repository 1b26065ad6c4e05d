//! Where and when the seats of a zone are, and how many one buyer may have, as answers and tickets say it.

use super::catalogue::Snapshot;
use super::ids::{EventId, ZoneId};
use kernel::{TenantId, Timestamp};

/// Where and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The event's name.
    pub event_name: String,
    /// The event's slug.
    pub event_slug: String,
    /// The venue, if it is told.
    pub venue_name: Option<String>,
    /// Where the venue is, if it is told.
    pub venue_address: Option<String>,
    /// The zone's name.
    pub zone_name: String,
    /// When the show starts.
    pub starts_at: Timestamp,
    /// When it ends, if that is known.
    pub ends_at: Option<Timestamp>,
    /// The venue's time zone, an IANA name.
    pub timezone: String,
}

/// Where `zone` is; none when it is no longer in the catalogue.
#[must_use]
pub fn place_of(snapshot: &Snapshot, zone: ZoneId) -> Option<Place> {
    let zone = snapshot.zone(zone)?;
    let (show, event) = (snapshot.show(zone.show)?, snapshot.event(zone.event)?);
    Some(Place {
        event_name: event.fields.name.clone(),
        event_slug: event.fields.slug.clone(),
        venue_name: event.fields.venue.name.clone(),
        venue_address: event.fields.venue.address.clone(),
        zone_name: zone.fields.name.clone(),
        starts_at: show.fields.starts_at,
        ends_at: show.fields.ends_at,
        timezone: event.fields.venue.timezone.clone(),
    })
}

/// Whose `event` is, and how many tickets one buyer may have of it.
#[must_use]
pub fn cap_of(snapshot: &Snapshot, event: EventId) -> Option<(TenantId, i64)> {
    let event = snapshot.event(event)?;
    let tenant = snapshot.tenant(event.tenant)?;
    Some((
        event.tenant,
        event.fields.max_tickets_per_user.unwrap_or(tenant.fields.settings.max_tickets_per_user),
    ))
}
