//! Shows in rows.

use crate::domain::ids::{EventId, ShowId};
use crate::domain::sale_window::SaleWindow;
use crate::domain::show::{Show, ShowFields};
use kernel::{TenantId, Timestamp};
use store::{Row, StoreError, Tx, params};

/// The columns that `read` reads, in its order.
macro_rules! columns {
    () => {
        "id, tenant_id, event_id, is_cancelled, name, starts_at, ends_at, doors_open_at, sale_start_at, sale_end_at,
         created_at, updated_at"
    };
}

/// Every show that is not deleted, by start.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Show>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM shows WHERE deleted_at IS NULL ORDER BY starts_at, id");
    tx.query(sql, &[], read)
}

/// The shows of `event` that are not deleted, by start.
pub fn of_event(tx: &mut Tx<'_>, event: EventId) -> Result<Vec<Show>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM shows WHERE event_id = $1 AND deleted_at IS NULL ORDER BY starts_at, id"
    );
    tx.query(sql, params![event.0], read)
}

/// The show of `tenant`; `None` when it is deleted or never was. Lock its event first, so that two never wait in a ring.
pub fn find(tx: &mut Tx<'_>, tenant: TenantId, id: ShowId) -> Result<Option<Show>, StoreError> {
    let sql =
        concat!("SELECT ", columns!(), " FROM shows WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL");
    tx.query_opt(sql, params![id.0, tenant.0], read)
}

/// Adds a show.
pub fn insert(tx: &mut Tx<'_>, show: &Show) -> Result<(), StoreError> {
    let fields = &show.fields;
    tx.execute(
        concat!(
            "INSERT INTO shows (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        params![
            show.id.0,
            show.tenant.0,
            show.event.0,
            show.is_cancelled,
            fields.name.as_ref(),
            fields.starts_at,
            fields.ends_at,
            fields.doors_open_at,
            fields.sale.starts_at,
            fields.sale.ends_at,
            show.created_at,
            show.updated_at
        ],
    )?;
    Ok(())
}

/// Writes what can be changed.
pub fn update(tx: &mut Tx<'_>, show: &Show) -> Result<(), StoreError> {
    let fields = &show.fields;
    tx.execute(
        "UPDATE shows SET is_cancelled = $3, name = $4, starts_at = $5, ends_at = $6, doors_open_at = $7,
           sale_start_at = $8, sale_end_at = $9, updated_at = $10 WHERE id = $1 AND tenant_id = $2",
        params![
            show.id.0,
            show.tenant.0,
            show.is_cancelled,
            fields.name.as_ref(),
            fields.starts_at,
            fields.ends_at,
            fields.doors_open_at,
            fields.sale.starts_at,
            fields.sale.ends_at,
            show.updated_at
        ],
    )?;
    Ok(())
}

/// Marks it deleted, with its zones.
pub fn delete(tx: &mut Tx<'_>, tenant: TenantId, id: ShowId, now: Timestamp) -> Result<(), StoreError> {
    for sql in [
        "UPDATE seat_zones SET deleted_at = $3 WHERE show_id = $1 AND tenant_id = $2 AND deleted_at IS NULL",
        "UPDATE shows SET deleted_at = $3 WHERE id = $1 AND tenant_id = $2",
    ] {
        tx.execute(sql, params![id.0, tenant.0, now])?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Show, StoreError> {
    let moment = |at| -> Result<_, StoreError> { Ok(row.opt_int(at)?.map(Timestamp::from_micros)) };
    Ok(Show {
        id: ShowId(row.int(0)?),
        tenant: TenantId(row.int(1)?),
        event: EventId(row.int(2)?),
        is_cancelled: row.bool(3)?,
        fields: ShowFields {
            name: row.opt_text(4)?,
            starts_at: Timestamp::from_micros(row.int(5)?),
            ends_at: moment(6)?,
            doors_open_at: moment(7)?,
            sale: SaleWindow { starts_at: moment(8)?, ends_at: moment(9)? },
        },
        created_at: Timestamp::from_micros(row.int(10)?),
        updated_at: Timestamp::from_micros(row.int(11)?),
    })
}
