//! The facts about the catalogue that leave through the outbox. Inside, a payload holds our numbers.

use super::event::Event;
use super::show::Show;
use super::tenant::Tenant;
use super::zone::Zone;
use kernel::Timestamp;
use serde_json::json;

/// Facts about events and shows, keyed by event.
pub const EVENTS_TOPIC: &str = "ticket.events";
/// Facts about the size of zones, keyed by zone.
pub const INVENTORY_TOPIC: &str = "ticket.inventory";
/// Facts about tenants, keyed by tenant.
pub const TENANTS_TOPIC: &str = "auth.tenants";

/// What happened to a tenant: `tenant.created`, `tenant.updated`, `tenant.deleted`.
#[must_use]
pub fn of_tenant(id: i64, kind: &str, tenant: &Tenant, now: Timestamp) -> kernel::Event {
    let payload = json!({
        "version": 1, "tenant": tenant.id.0, "slug": tenant.fields.slug, "is_active": tenant.fields.is_active,
    });
    fact(id, TENANTS_TOPIC, kind, tenant.id.0, now, &payload)
}

/// What happened to an event: `event.created`, `.updated`, `.published`, `.unpublished`, `.completed`, `.cancelled`, `.deleted`.
#[must_use]
pub fn of_event(id: i64, kind: &str, event: &Event, now: Timestamp) -> kernel::Event {
    let payload = json!({
        "version": 1, "event": event.id.0, "tenant": event.tenant.0, "organizer": event.organizer.0,
        "status": event.status.as_str(), "name": event.fields.name,
    });
    fact(id, EVENTS_TOPIC, kind, event.id.0, now, &payload)
}

/// What happened to a show: `show.cancelled`.
#[must_use]
pub fn of_show(id: i64, kind: &str, show: &Show, now: Timestamp) -> kernel::Event {
    let payload = json!({
        "version": 1, "event": show.event.0, "tenant": show.tenant.0, "show": show.id.0,
        "starts_at": show.fields.starts_at.rfc3339(),
    });
    fact(id, EVENTS_TOPIC, kind, show.event.0, now, &payload)
}

/// A show begins at another time than `before`: `show.moved`.
#[must_use]
pub fn of_move(id: i64, show: &Show, before: Timestamp, now: Timestamp) -> kernel::Event {
    let payload = json!({
        "version": 1, "event": show.event.0, "tenant": show.tenant.0, "show": show.id.0,
        "starts_at": show.fields.starts_at.rfc3339(), "before": before.rfc3339(),
    });
    fact(id, EVENTS_TOPIC, "show.moved", show.event.0, now, &payload)
}

/// A zone has another size: `zone.capacity_changed`.
#[must_use]
pub fn of_capacity(id: i64, zone: &Zone, before: i64, now: Timestamp) -> kernel::Event {
    let payload = json!({
        "version": 1, "event": zone.event.0, "tenant": zone.tenant.0, "show": zone.show.0, "zone": zone.id.0,
        "before": before, "total": zone.fields.total_seats,
    });
    fact(id, INVENTORY_TOPIC, "zone.capacity_changed", zone.id.0, now, &payload)
}

fn fact(
    id: i64,
    topic: &str,
    kind: &str,
    key: i64,
    now: Timestamp,
    payload: &serde_json::Value,
) -> kernel::Event {
    kernel::Event {
        id,
        topic: topic.to_owned(),
        kind: kind.to_owned(),
        key,
        occurred_at: now,
        payload: payload.to_string(),
    }
}
