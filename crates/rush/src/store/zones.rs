//! Zones in rows. How many of their seats are free is on the ledger.

use crate::domain::ids::{EventId, ShowId, ZoneId};
use crate::domain::sale_window::SaleWindow;
use crate::domain::zone::{Zone, ZoneFields};
use kernel::{Currency, TenantId, Timestamp};
use store::{Row, StoreError, Tx, params};

/// The columns that `read` reads, in its order.
macro_rules! columns {
    () => {
        "id, tenant_id, event_id, show_id, name, description, color, price_minor, currency, total_seats, min_per_order,
         max_per_order, is_active, sort_order, sale_start_at, sale_end_at, attributes, created_at, updated_at"
    };
}

/// Every zone that is not deleted, in the order in which they are listed.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Zone>, StoreError> {
    let sql =
        concat!("SELECT ", columns!(), " FROM seat_zones WHERE deleted_at IS NULL ORDER BY sort_order, id");
    tx.query(sql, &[], read)
}

/// The zones of `event` that are not deleted.
pub fn of_event(tx: &mut Tx<'_>, event: EventId) -> Result<Vec<Zone>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM seat_zones WHERE event_id = $1 AND deleted_at IS NULL ORDER BY id"
    );
    tx.query(sql, params![event.0], read)
}

/// The zone of `tenant`; `None` when it is deleted or never was. Lock its event first, so that two never wait in a ring.
pub fn find(tx: &mut Tx<'_>, tenant: TenantId, id: ZoneId) -> Result<Option<Zone>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM seat_zones WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL"
    );
    tx.query_opt(sql, params![id.0, tenant.0], read)
}

/// Adds a zone.
pub fn insert(tx: &mut Tx<'_>, zone: &Zone) -> Result<(), StoreError> {
    let fields = &zone.fields;
    tx.execute(
        concat!(
            "INSERT INTO seat_zones (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
        ),
        params![
            zone.id.0,
            zone.tenant.0,
            zone.event.0,
            zone.show.0,
            &fields.name,
            fields.description.as_ref(),
            fields.color.as_ref(),
            fields.price_minor,
            fields.currency.code,
            fields.total_seats,
            fields.min_per_order,
            fields.max_per_order,
            fields.is_active,
            fields.sort_order,
            fields.sale.starts_at,
            fields.sale.ends_at,
            fields.attributes.to_string(),
            zone.created_at,
            zone.updated_at
        ],
    )?;
    Ok(())
}

/// Writes what can be changed.
pub fn update(tx: &mut Tx<'_>, zone: &Zone) -> Result<(), StoreError> {
    let fields = &zone.fields;
    tx.execute(
        "UPDATE seat_zones SET name = $3, description = $4, color = $5, price_minor = $6, currency = $7,
           total_seats = $8, min_per_order = $9, max_per_order = $10, is_active = $11, sort_order = $12,
           sale_start_at = $13, sale_end_at = $14, attributes = $15, updated_at = $16
         WHERE id = $1 AND tenant_id = $2",
        params![
            zone.id.0,
            zone.tenant.0,
            &fields.name,
            fields.description.as_ref(),
            fields.color.as_ref(),
            fields.price_minor,
            fields.currency.code,
            fields.total_seats,
            fields.min_per_order,
            fields.max_per_order,
            fields.is_active,
            fields.sort_order,
            fields.sale.starts_at,
            fields.sale.ends_at,
            fields.attributes.to_string(),
            zone.updated_at
        ],
    )?;
    Ok(())
}

/// Marks it deleted.
pub fn delete(tx: &mut Tx<'_>, tenant: TenantId, id: ZoneId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE seat_zones SET deleted_at = $3 WHERE id = $1 AND tenant_id = $2";
    tx.execute(sql, params![id.0, tenant.0, now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Zone, StoreError> {
    let currency = row.text(8)?;
    let unknown = || StoreError::Corrupt(format!("currency '{currency}' of a zone"));
    let moment = |at| -> Result<_, StoreError> { Ok(row.opt_int(at)?.map(Timestamp::from_micros)) };
    Ok(Zone {
        id: ZoneId(row.int(0)?),
        tenant: TenantId(row.int(1)?),
        event: EventId(row.int(2)?),
        show: ShowId(row.int(3)?),
        fields: ZoneFields {
            name: row.text(4)?,
            description: row.opt_text(5)?,
            color: row.opt_text(6)?,
            price_minor: row.int(7)?,
            currency: Currency::find(&currency).ok_or_else(unknown)?,
            total_seats: row.int(9)?,
            min_per_order: row.int(10)?,
            max_per_order: row.int(11)?,
            is_active: row.bool(12)?,
            sort_order: row.int(13)?,
            sale: SaleWindow { starts_at: moment(14)?, ends_at: moment(15)? },
            attributes: serde_json::from_str(&row.text(16)?)
                .map_err(|error| StoreError::Corrupt(format!("attributes of a zone: {error}")))?,
        },
        created_at: Timestamp::from_micros(row.int(17)?),
        updated_at: Timestamp::from_micros(row.int(18)?),
    })
}
