//! Events in rows.

use crate::domain::event::{Event, EventFields, Venue};
use crate::domain::event_status::EventStatus;
use crate::domain::ids::{CategoryId, EventId};
use crate::domain::sale_window::SaleWindow;
use kernel::{TenantId, Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// The columns that `read` reads, in its order.
macro_rules! columns {
    () => {
        "id, tenant_id, organizer_id, category_id, status, published_at, name, slug, description, short_description,
         poster_url, banner_url, gallery, venue_name, venue_address, city, country, latitude, longitude, timezone,
         max_tickets_per_user, booking_start_at, booking_end_at, booking_cutoff_secs, is_featured, is_public,
         meta_title, meta_description, min_age, created_at, updated_at"
    };
}

/// The event of a tenant.
macro_rules! one {
    () => {
        concat!("SELECT ", columns!(), " FROM events WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL")
    };
}

/// Every event that is not deleted, oldest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Event>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM events WHERE deleted_at IS NULL ORDER BY id");
    tx.query(sql, &[], read)
}

/// The event of `tenant`, locked until the transaction ends; `None` when it is deleted or never was.
pub fn lock(tx: &mut Tx<'_>, tenant: TenantId, id: EventId) -> Result<Option<Event>, StoreError> {
    let sql = tx.pick(one!(), concat!(one!(), " FOR UPDATE"));
    tx.query_opt(sql, params![id.0, tenant.0], read)
}

/// Whether another event of `tenant` than `id` has this slug.
pub fn slug_is_taken(tx: &mut Tx<'_>, tenant: TenantId, id: EventId, slug: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM events WHERE tenant_id = $1 AND slug = $2 AND id <> $3 AND deleted_at IS NULL";
    Ok(tx.query_opt(sql, params![tenant.0, slug, id.0], |_| Ok(()))?.is_some())
}

/// Whether any event of `tenant` is in `category`.
pub fn any_in_category(tx: &mut Tx<'_>, tenant: TenantId, category: CategoryId) -> Result<bool, StoreError> {
    let sql =
        "SELECT id FROM events WHERE tenant_id = $1 AND category_id = $2 AND deleted_at IS NULL LIMIT 1";
    Ok(tx.query_opt(sql, params![tenant.0, category.0], |row| row.int(0))?.is_some())
}

/// The published events of `tenant`.
pub fn published(tx: &mut Tx<'_>, tenant: TenantId) -> Result<Vec<EventId>, StoreError> {
    let sql = "SELECT id FROM events WHERE tenant_id = $1 AND status = 'published' AND deleted_at IS NULL";
    tx.query(sql, params![tenant.0], |row| row.int(0).map(EventId))
}

/// Adds an event. Errors: `Unique` where the slug is taken.
pub fn insert(tx: &mut Tx<'_>, event: &Event) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO events (id, tenant_id, organizer_id, status, gallery, timezone, is_featured, is_public, name, slug,
           created_at, updated_at) VALUES ($1, $2, $3, $4, '[]', 'UTC', FALSE, FALSE, $5, $6, $7, $7)",
        params![
            event.id.0,
            event.tenant.0,
            event.organizer.0,
            event.status.as_str(),
            &event.fields.name,
            &event.fields.slug,
            event.created_at
        ],
    )?;
    // One statement knows all the fields; the row above is never seen without it.
    update(tx, event)
}

/// Writes what can be changed, the state too. Errors: `Unique` where the slug is taken.
pub fn update(tx: &mut Tx<'_>, event: &Event) -> Result<(), StoreError> {
    let (fields, venue) = (&event.fields, &event.fields.venue);
    let gallery = serde_json::to_string(&fields.gallery).map_err(unreadable)?;
    tx.execute(
        "UPDATE events SET category_id = $3, status = $4, published_at = $5, name = $6, slug = $7, description = $8,
           short_description = $9, poster_url = $10, banner_url = $11, gallery = $12, venue_name = $13,
           venue_address = $14, city = $15, country = $16, latitude = $17, longitude = $18, timezone = $19,
           max_tickets_per_user = $20, booking_start_at = $21, booking_end_at = $22, booking_cutoff_secs = $23,
           is_featured = $24, is_public = $25, meta_title = $26, meta_description = $27, min_age = $28, updated_at = $29
         WHERE id = $1 AND tenant_id = $2",
        params![
            event.id.0,
            event.tenant.0,
            fields.category.map(|id| id.0),
            event.status.as_str(),
            event.published_at,
            &fields.name,
            &fields.slug,
            fields.description.as_ref(),
            fields.short_description.as_ref(),
            fields.poster_url.as_ref(),
            fields.banner_url.as_ref(),
            gallery,
            venue.name.as_ref(),
            venue.address.as_ref(),
            venue.city.as_ref(),
            venue.country.as_ref(),
            venue.latitude,
            venue.longitude,
            &venue.timezone,
            fields.max_tickets_per_user,
            fields.sale.starts_at,
            fields.sale.ends_at,
            fields.booking_cutoff_secs,
            fields.is_featured,
            fields.is_public,
            fields.meta_title.as_ref(),
            fields.meta_description.as_ref(),
            fields.min_age,
            event.updated_at
        ],
    )?;
    Ok(())
}

/// Marks it deleted, with its shows and zones.
pub fn delete(tx: &mut Tx<'_>, tenant: TenantId, id: EventId, now: Timestamp) -> Result<(), StoreError> {
    for sql in [
        "UPDATE seat_zones SET deleted_at = $3 WHERE event_id = $1 AND tenant_id = $2 AND deleted_at IS NULL",
        "UPDATE shows SET deleted_at = $3 WHERE event_id = $1 AND tenant_id = $2 AND deleted_at IS NULL",
        "UPDATE events SET deleted_at = $3 WHERE id = $1 AND tenant_id = $2",
    ] {
        tx.execute(sql, params![id.0, tenant.0, now])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Event, StoreError> {
    let status = row.text(4)?;
    Ok(Event {
        id: EventId(row.int(0)?),
        tenant: TenantId(row.int(1)?),
        organizer: UserId(row.int(2)?),
        status: EventStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("event status '{status}'")))?,
        published_at: moment(row, 5)?,
        fields: read_fields(row)?,
        created_at: Timestamp::from_micros(row.int(29)?),
        updated_at: Timestamp::from_micros(row.int(30)?),
    })
}

fn read_fields(row: &Row<'_>) -> Result<EventFields, StoreError> {
    Ok(EventFields {
        category: row.opt_int(3)?.map(CategoryId),
        name: row.text(6)?,
        slug: row.text(7)?,
        description: row.opt_text(8)?,
        short_description: row.opt_text(9)?,
        poster_url: row.opt_text(10)?,
        banner_url: row.opt_text(11)?,
        gallery: serde_json::from_str(&row.text(12)?).map_err(unreadable)?,
        venue: read_venue(row)?,
        max_tickets_per_user: row.opt_int(20)?,
        sale: SaleWindow { starts_at: moment(row, 21)?, ends_at: moment(row, 22)? },
        booking_cutoff_secs: row.opt_int(23)?,
        is_featured: row.bool(24)?,
        is_public: row.bool(25)?,
        meta_title: row.opt_text(26)?,
        meta_description: row.opt_text(27)?,
        min_age: row.opt_int(28)?,
    })
}

fn read_venue(row: &Row<'_>) -> Result<Venue, StoreError> {
    Ok(Venue {
        name: row.opt_text(13)?,
        address: row.opt_text(14)?,
        city: row.opt_text(15)?,
        country: row.opt_text(16)?,
        latitude: row.opt_real(17)?,
        longitude: row.opt_real(18)?,
        timezone: row.text(19)?,
    })
}

fn moment(row: &Row<'_>, at: usize) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.opt_int(at)?.map(Timestamp::from_micros))
}

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(format!("gallery of an event: {error}"))
}
