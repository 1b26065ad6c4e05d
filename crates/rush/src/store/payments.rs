//! Payments in rows.

use crate::domain::gateway_answer::DeclineReason;
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment::{Payment, PaymentMethod, RefundReason};
use crate::domain::payment_card::{Card, CardToken};
use crate::domain::payment_status::PaymentStatus;
use kernel::{Currency, TenantId, Timestamp, UserId};
use store::{BulkSql, Column, Row, StoreError, Tx, params};

/// The columns that [`read`] reads, in its order.
macro_rules! columns {
    () => {
        "id, tenant_id, user_id, amount, currency, method, status, attempt, asks, card_token, card_last_four,
         card_brand, charge, initiated_at, processed_at, error_code, refund_reason, refunded_at, job_id, taken_back,
         refunded_minor"
    };
}

const BY_ID: BulkSql = BulkSql {
    sqlite: concat!("SELECT ", columns!(), " FROM payments WHERE id = $1"),
    postgres: concat!(
        "SELECT u.at, p.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at) CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM payments WHERE id = u.id OFFSET 0) p"
    ),
};

/// The payments of these ids that are rows.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Payment>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(BY_ID, &[Column::Int(ids)], |_, row, first| {
        found.push(read(row, first)?);
        Ok(())
    })?;
    Ok(found)
}

/// The payment of this id, if it is a row. Whoever decides about it has locked its booking first, and with it this row.
pub fn by_id(tx: &mut Tx<'_>, id: PaymentId) -> Result<Option<Payment>, StoreError> {
    Ok(by_ids(tx, &[id.0])?.pop())
}

/// Writes a payment as it is now, new or changed.
pub fn save(tx: &mut Tx<'_>, gateway: &str, payment: &Payment) -> Result<(), StoreError> {
    let card = payment.card.as_ref();
    tx.execute(
        "INSERT INTO payments (id, tenant_id, booking_id, user_id, amount, currency, method, gateway, status, attempt,
           asks, card_token, card_last_four, card_brand, charge, initiated_at, processed_at, error_code,
           refund_reason, refunded_at, job_id, taken_back, refunded_minor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
         ON CONFLICT (id) DO UPDATE SET method = excluded.method, status = excluded.status,
           attempt = excluded.attempt, asks = excluded.asks, card_token = excluded.card_token,
           card_last_four = excluded.card_last_four, card_brand = excluded.card_brand, charge = excluded.charge,
           processed_at = excluded.processed_at, error_code = excluded.error_code,
           refund_reason = excluded.refund_reason, refunded_at = excluded.refunded_at, job_id = excluded.job_id,
           taken_back = excluded.taken_back, refunded_minor = excluded.refunded_minor",
        params![
            payment.id.0,
            payment.tenant.0,
            payment.booking.0,
            payment.user.0,
            payment.amount_minor,
            payment.currency.code,
            payment.method.as_str(),
            gateway,
            payment.status.as_str(),
            payment.attempt,
            payment.asks,
            card.map(|card| card.token.as_str()),
            card.map(|card| card.last_four.as_str()),
            card.map(|card| card.brand.as_str()),
            payment.charge.as_deref(),
            payment.initiated_at,
            payment.processed_at,
            payment.error.map(DeclineReason::as_str),
            payment.refund.map(RefundReason::as_str),
            payment.refunded_at,
            payment.job,
            payment.taken_back,
            payment.refunded_minor
        ],
    )?;
    Ok(())
}

/// Writes what refunds sent back of a payment, and the end that the last of them is.
pub fn save_refund(tx: &mut Tx<'_>, payment: &Payment) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE payments SET refunded_minor = $2, status = $3, refund_reason = $4, refunded_at = $5 WHERE id = $1",
        params![
            payment.id.0,
            payment.refunded_minor,
            payment.status.as_str(),
            payment.refund.map(RefundReason::as_str),
            payment.refunded_at
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>, first: usize) -> Result<Payment, StoreError> {
    let moment = |at: Option<i64>| at.map(Timestamp::from_micros);
    let id = row.int(first)?;
    Ok(Payment {
        id: PaymentId(id),
        tenant: TenantId(row.int(first + 1)?),
        booking: BookingId(id),
        user: UserId(row.int(first + 2)?),
        amount_minor: row.int(first + 3)?,
        currency: known(Currency::find, &row.text(first + 4)?)?,
        method: known(PaymentMethod::parse, &row.text(first + 5)?)?,
        status: known(PaymentStatus::parse, &row.text(first + 6)?)?,
        attempt: row.int(first + 7)?,
        asks: row.int(first + 8)?,
        card: read_card(row, first + 9)?,
        charge: row.opt_text(first + 12)?,
        initiated_at: Timestamp::from_micros(row.int(first + 13)?),
        processed_at: moment(row.opt_int(first + 14)?),
        error: row.opt_text(first + 15)?.map(|text| known(DeclineReason::parse, &text)).transpose()?,
        refund: row.opt_text(first + 16)?.map(|text| known(RefundReason::parse, &text)).transpose()?,
        refunded_at: moment(row.opt_int(first + 17)?),
        job: row.opt_int(first + 18)?,
        taken_back: row.int(first + 19)?,
        refunded_minor: row.int(first + 20)?,
    })
}

fn read_card(row: &Row<'_>, first: usize) -> Result<Option<Card>, StoreError> {
    let Some(token) = row.opt_text(first)? else { return Ok(None) };
    Ok(Some(Card {
        token: known(CardToken::parse, &token)?,
        last_four: row.text(first + 1)?,
        brand: row.text(first + 2)?,
    }))
}

fn known<T>(parse: impl Fn(&str) -> Option<T>, text: &str) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::Corrupt(format!("a payment says '{text}'")))
}
