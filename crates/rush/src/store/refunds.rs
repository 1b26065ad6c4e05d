//! Refunds in rows.

use crate::domain::ids::{BookingId, EventId, RefundId, ShowId, ZoneId};
use crate::domain::refund::{Refund, RefundCause};
use crate::domain::refund_list::{RefundFilter, RefundSum};
use crate::domain::refund_policy::RefundPolicy;
use crate::domain::refund_status::RefundStatus;
use kernel::{Currency, TenantId, Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// The columns that [`read`] reads and [`save`] writes, in their order.
macro_rules! columns {
    () => {
        "id, tenant_id, booking_id, user_id, event_id, show_id, zone_id, quantity, amount, currency, percent, cause, reason,
         policy, status, requested_by, requested_at, decided_by, decided_at, decision_note, processed_at, last_error, job_id"
    };
}

/// Writes a refund as it is now, new or changed. Errors: `Unique` where the booking has another open request.
pub fn save(tx: &mut Tx<'_>, refund: &Refund) -> Result<(), StoreError> {
    tx.execute(
        concat!(
            "INSERT INTO refunds (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
             ON CONFLICT (id) DO UPDATE SET status = excluded.status, decided_by = excluded.decided_by,
               decided_at = excluded.decided_at, decision_note = excluded.decision_note,
               processed_at = excluded.processed_at, last_error = excluded.last_error, job_id = excluded.job_id"
        ),
        params![
            refund.id.0,
            refund.tenant.0,
            refund.booking.0,
            refund.user.0,
            refund.event.0,
            refund.show.0,
            refund.zone.0,
            refund.quantity,
            refund.amount_minor,
            refund.currency.code,
            refund.percent,
            refund.cause.as_str(),
            refund.reason.as_deref(),
            refund.policy.write(),
            refund.status.as_str(),
            refund.requested_by.0,
            refund.requested_at,
            refund.decided_by.map(|user| user.0),
            refund.decided_at,
            refund.decision_note.as_deref(),
            refund.processed_at,
            refund.last_error.as_deref(),
            refund.job
        ],
    )?;
    Ok(())
}

/// The refund of this id. Whoever decides about it has locked its booking first, and with it this row.
pub fn by_id(tx: &mut Tx<'_>, id: RefundId) -> Result<Option<Refund>, StoreError> {
    tx.query_opt(concat!("SELECT ", columns!(), " FROM refunds WHERE id = $1"), params![id.0], read)
}

/// The refunds of a booking, oldest first.
pub fn of_booking(tx: &mut Tx<'_>, booking: BookingId) -> Result<Vec<Refund>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM refunds WHERE booking_id = $1 ORDER BY id");
    tx.query(sql, params![booking.0], read)
}

macro_rules! matching {
    () => {
        " FROM refunds WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR status = $2)
           AND (CAST($3 AS BIGINT) IS NULL OR event_id = $3)"
    };
}

/// One page of a tenant's refunds, newest first, and how many there are in all.
pub fn of_tenant(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    filter: RefundFilter,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Refund>, i64), StoreError> {
    let (status, event) = (filter.status.map(RefundStatus::as_str), filter.event.map(|event| event.0));
    let count = concat!("SELECT COUNT(*)", matching!());
    let total = tx.query_one(count, params![tenant.0, status, event], |row| row.int(0))?;
    let sql = concat!("SELECT ", columns!(), matching!(), " ORDER BY id DESC LIMIT $4 OFFSET $5");
    let page = tx.query(sql, params![tenant.0, status, event, limit, offset], read)?;
    Ok((page, total))
}

/// What the refunds of an event, or of one of its shows, that the organizer's cancellation caused add up to.
pub fn sums_of_cancellation(
    tx: &mut Tx<'_>,
    event: EventId,
    show: Option<ShowId>,
) -> Result<Vec<RefundSum>, StoreError> {
    let sql = "SELECT status, currency, COUNT(*), CAST(SUM(quantity) AS BIGINT), CAST(SUM(amount) AS BIGINT) FROM refunds
       WHERE event_id = $1 AND cause <> 'buyer' AND (CAST($2 AS BIGINT) IS NULL OR show_id = $2)
       GROUP BY status, currency ORDER BY status, currency";
    tx.query(sql, params![event.0, show.map(|show| show.0)], |row| {
        Ok(RefundSum {
            status: known(RefundStatus::parse, &row.text(0)?)?,
            currency: known(Currency::find, &row.text(1)?)?,
            refunds: row.int(2)?,
            tickets: row.int(3)?,
            amount_minor: row.int(4)?,
        })
    })
}

fn read(row: &Row<'_>) -> Result<Refund, StoreError> {
    let moment = |at: Option<i64>| at.map(Timestamp::from_micros);
    Ok(Refund {
        id: RefundId(row.int(0)?),
        tenant: TenantId(row.int(1)?),
        booking: BookingId(row.int(2)?),
        user: UserId(row.int(3)?),
        event: EventId(row.int(4)?),
        show: ShowId(row.int(5)?),
        zone: ZoneId(row.int(6)?),
        quantity: row.int(7)?,
        amount_minor: row.int(8)?,
        currency: known(Currency::find, &row.text(9)?)?,
        percent: row.int(10)?,
        cause: known(RefundCause::parse, &row.text(11)?)?,
        reason: row.opt_text(12)?,
        policy: known(RefundPolicy::parse, &row.text(13)?)?,
        status: known(RefundStatus::parse, &row.text(14)?)?,
        requested_by: UserId(row.int(15)?),
        requested_at: Timestamp::from_micros(row.int(16)?),
        decided_by: row.opt_int(17)?.map(UserId),
        decided_at: moment(row.opt_int(18)?),
        decision_note: row.opt_text(19)?,
        processed_at: moment(row.opt_int(20)?),
        last_error: row.opt_text(21)?,
        job: row.opt_int(22)?,
    })
}

fn known<T>(parse: impl Fn(&str) -> Option<T>, text: &str) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::Corrupt(format!("a refund says '{text}'")))
}
