//! Bookings in rows.

use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::{BookingId, EventId, ShowId, ZoneId};
use crate::domain::refund_policy::RefundPolicy;
use crate::domain::seats::locator_kind;
use kernel::{Currency, TenantId, Timestamp, UserId};
use store::keyed::Making;
use store::{Backend, BulkSql, Column, Row, StoreError, Tx, params};

/// The columns that a reservation fills, in the order in which [`insert`] binds them.
macro_rules! reserved {
    () => {
        "id, tenant_id, user_id, event_id, show_id, zone_id, quantity, unit_price, total, currency, status, request_hash,
         reserved_at, expires_at"
    };
}

/// The columns that [`read`] reads, in its order: those of a reservation, then those that later states fill.
macro_rules! columns {
    () => {
        concat!(
            reserved!(),
            ", status_reason, confirmed_at, confirmation_code, payment_id, acknowledged, cancelled_at, returned_quantity,
               refund_policy, show_starts_at"
        )
    };
}

const INSERT: BulkSql = BulkSql {
    sqlite: concat!(
        "INSERT INTO bookings (",
        reserved!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    ),
    postgres: concat!(
        "INSERT INTO bookings (",
        reserved!(),
        ") SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
           $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::bigint[],
           $14::bigint[])"
    ),
};

const BY_ID: BulkSql = BulkSql {
    sqlite: concat!("SELECT ", columns!(), " FROM bookings WHERE id = $1"),
    postgres: concat!(
        "SELECT u.at, b.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at) CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM bookings WHERE id = u.id OFFSET 0) b"
    ),
};

const EXPIRE: BulkSql = BulkSql {
    sqlite: "UPDATE bookings SET status = 'expired', status_reason = 'timeout' WHERE id = $1 AND status = 'reserved'",
    postgres: "UPDATE bookings SET status = 'expired', status_reason = 'timeout'
               WHERE id = ANY($1::bigint[]) AND status = 'reserved'",
};

fn column(rows: &[Booking], of: impl Fn(&Booking) -> i64) -> Vec<i64> {
    rows.iter().map(of).collect()
}

/// Inserts fresh reservations, in the order of their ids.
pub fn insert(tx: &mut Tx<'_>, rows: &[Booking]) -> Result<(), StoreError> {
    let currencies: Vec<_> = rows.iter().map(|row| row.currency.code).collect();
    let statuses: Vec<_> = rows.iter().map(|row| row.status.as_str()).collect();
    tx.bulk_write(
        INSERT,
        &[
            Column::Int(&column(rows, |b| b.id.0)),
            Column::Int(&column(rows, |b| b.tenant.0)),
            Column::Int(&column(rows, |b| b.user.0)),
            Column::Int(&column(rows, |b| b.event.0)),
            Column::Int(&column(rows, |b| b.show.0)),
            Column::Int(&column(rows, |b| b.zone.0)),
            Column::Int(&column(rows, |b| b.quantity)),
            Column::Int(&column(rows, |b| b.unit_price_minor)),
            Column::Int(&column(rows, |b| b.total_minor)),
            Column::Text(&currencies),
            Column::Text(&statuses),
            Column::Int(&column(rows, |b| b.request_hash)),
            Column::Int(&column(rows, |b| b.reserved_at.as_micros())),
            Column::Int(&column(rows, |b| b.expires_at.as_micros())),
        ],
    )
}

/// How the booking that a key has made is read.
pub(crate) const MAKING: Making<Booking> = Making {
    kind: locator_kind::BOOKING_KEY,
    by_ids,
    id_of: |booking| booking.id.0,
    by_places: concat!(
        "SELECT u.at, b.* FROM ",
        store::located_columns!(),
        " CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM bookings WHERE id = l.id OFFSET 0) b"
    ),
    read,
};

/// The bookings of these ids; unknown ids are left out.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Booking>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(BY_ID, &[Column::Int(ids)], |_, row, first| {
        found.push(read(row, first)?);
        Ok(())
    })?;
    Ok(found)
}

/// How many bookings there are in all.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_one("SELECT COUNT(*) FROM bookings", &[], |row| row.int(0))
}

/// The booking of this id, if there is one.
pub fn by_id(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<Booking>, StoreError> {
    Ok(by_ids(tx, &[id.0])?.pop())
}

/// The booking of this id for a decision: on PostgreSQL its row stays locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<Booking>, StoreError> {
    let sql =
        tx.pick("SELECT 1 FROM bookings WHERE id = $1", "SELECT 1 FROM bookings WHERE id = $1 FOR UPDATE");
    tx.query_opt(sql, params![id.0], |_| Ok(()))?;
    by_id(tx, id)
}

/// The bookings of these ids for a decision; on PostgreSQL their rows stay locked until the transaction ends, taken in the order of ids.
pub fn lock_all(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Booking>, StoreError> {
    if tx.backend() == Backend::Postgres {
        let sql = "SELECT id FROM bookings WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE";
        tx.query(sql, params![ids.to_vec()], |_| Ok(()))?;
    }
    by_ids(tx, ids)
}

/// The booking of `tenant` with this code.
pub fn by_code(tx: &mut Tx<'_>, tenant: TenantId, code: &str) -> Result<Option<Booking>, StoreError> {
    let sql =
        concat!("SELECT ", columns!(), " FROM bookings WHERE tenant_id = $1 AND confirmation_code = $2");
    tx.query_opt(sql, params![tenant.0, code], |row| read(row, 0))
}

/// Bookings of `event` with larger numbers than `after` that were paid for, in their order, at most `limit`. Read along the table: numbers grow with
/// time, so what was booked before the event was made is not looked at.
pub fn paid_of_event(
    tx: &mut Tx<'_>,
    event: EventId,
    after: i64,
    limit: i64,
) -> Result<Vec<Booking>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM bookings WHERE id > $1 AND event_id = $2 AND status IN ('confirmed', 'refunded') ORDER BY id LIMIT $3"
    );
    tx.query(sql, params![after.max(event.0), event.0, limit], |row| read(row, 0))
}

/// Writes the state of a booking; everything else of it never changes.
pub fn save_state(tx: &mut Tx<'_>, booking: &Booking) -> Result<(), StoreError> {
    let changed = tx.execute(
        "UPDATE bookings SET status = $2, status_reason = $3, confirmed_at = $4, confirmation_code = $5,
           payment_id = $6, acknowledged = $7, cancelled_at = $8, returned_quantity = $9, refund_policy = $10,
           show_starts_at = $11 WHERE id = $1",
        params![
            booking.id.0,
            booking.status.as_str(),
            booking.status_reason.as_deref(),
            booking.confirmed_at,
            booking.confirmation_code.as_deref(),
            booking.payment,
            booking.acknowledged,
            booking.cancelled_at,
            booking.returned_quantity,
            booking.bought.as_ref().map(|(policy, _)| policy.write()),
            booking.bought.as_ref().map(|(_, starts_at)| *starts_at)
        ],
    )?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Corrupt(format!("booking {} is gone", booking.id.0))) }
}

/// Marks reservations expired; how many were still reserved.
pub fn expire(tx: &mut Tx<'_>, ids: &[i64]) -> Result<u64, StoreError> {
    tx.bulk_execute(EXPIRE, &[Column::Int(ids)])
}

/// Whether a code is taken within a tenant.
pub fn code_is_taken(tx: &mut Tx<'_>, tenant: TenantId, code: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM bookings WHERE tenant_id = $1 AND confirmation_code = $2";
    Ok(tx.query_opt(sql, params![tenant.0, code], |_| Ok(()))?.is_some())
}

fn read(row: &Row<'_>, first: usize) -> Result<Booking, StoreError> {
    let moment = |at: Option<i64>| at.map(Timestamp::from_micros);
    Ok(Booking {
        id: BookingId(row.int(first)?),
        tenant: TenantId(row.int(first + 1)?),
        user: UserId(row.int(first + 2)?),
        event: EventId(row.int(first + 3)?),
        show: ShowId(row.int(first + 4)?),
        zone: ZoneId(row.int(first + 5)?),
        quantity: row.int(first + 6)?,
        unit_price_minor: row.int(first + 7)?,
        total_minor: row.int(first + 8)?,
        currency: known(Currency::find, &row.text(first + 9)?)?,
        status: known(BookingStatus::parse, &row.text(first + 10)?)?,
        request_hash: row.int(first + 11)?,
        reserved_at: Timestamp::from_micros(row.int(first + 12)?),
        expires_at: Timestamp::from_micros(row.int(first + 13)?),
        status_reason: row.opt_text(first + 14)?,
        confirmed_at: moment(row.opt_int(first + 15)?),
        confirmation_code: row.opt_text(first + 16)?,
        payment: row.opt_int(first + 17)?,
        acknowledged: row.bool(first + 18)?,
        cancelled_at: moment(row.opt_int(first + 19)?),
        returned_quantity: row.int(first + 20)?,
        bought: read_bought(row, first + 21)?,
    })
}

fn read_bought(row: &Row<'_>, first: usize) -> Result<Option<(RefundPolicy, Timestamp)>, StoreError> {
    let (Some(policy), Some(starts_at)) = (row.opt_text(first)?, row.opt_int(first + 1)?) else {
        return Ok(None);
    };
    Ok(Some((known(RefundPolicy::parse, &policy)?, Timestamp::from_micros(starts_at))))
}

/// The bookings whose numbers lie above `after` and not above `last`, in their order, at most `limit`: event, show, status and
/// number of each. For whoever must look at all of them without an index in another order.
pub fn range(tx: &mut Tx<'_>, (after, last): (i64, i64), limit: i64) -> Result<Vec<BookingHead>, StoreError> {
    let sql =
        "SELECT id, event_id, show_id, status FROM bookings WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3";
    tx.query(sql, params![after, last, limit], |row| {
        Ok(BookingHead {
            id: BookingId(row.int(0)?),
            event: EventId(row.int(1)?),
            show: ShowId(row.int(2)?),
            status: known(BookingStatus::parse, &row.text(3)?)?,
        })
    })
}

/// What a walk over all bookings looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingHead {
    /// Its number.
    pub id: BookingId,
    /// Its event.
    pub event: EventId,
    /// Its show.
    pub show: ShowId,
    /// Its state.
    pub status: BookingStatus,
}

fn known<T>(parse: impl Fn(&str) -> Option<T>, text: &str) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::Corrupt(format!("a booking says '{text}'")))
}
