//! Invoices, in rows.

use crate::domain::ids::PaymentId;
use crate::domain::payment::{Payment, PaymentStatus};
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// The columns of an invoice, in the order in which they are read.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, user_id, amount_int, stars, rate, status, payload, link, created_at, expires_at FROM payments ",
            $rest
        )
    };
}

/// The invoice of this number.
pub fn by_id(tx: &mut Tx<'_>, id: PaymentId) -> Result<Option<Payment>, StoreError> {
    tx.query_opt(select!("WHERE id = $1"), params![id.0], read)
}

/// The invoice that Telegram shows with this payload; on PostgreSQL its row stays locked until the transaction ends.
pub fn lock_by_payload(tx: &mut Tx<'_>, payload: &str) -> Result<Option<Payment>, StoreError> {
    let sql = tx.pick(select!("WHERE payload = $1"), select!("WHERE payload = $1 FOR UPDATE"));
    tx.query_opt(sql, params![payload], read)
}

/// The invoice that Telegram shows with this payload.
pub fn by_payload(tx: &mut Tx<'_>, payload: &str) -> Result<Option<Payment>, StoreError> {
    tx.query_opt(select!("WHERE payload = $1"), params![payload], read)
}

/// The newest invoice of a user for this amount that can still be paid.
pub fn open_one(
    tx: &mut Tx<'_>,
    user: UserId,
    (amount, rate): (i64, i64),
    now: Timestamp,
) -> Result<Option<Payment>, StoreError> {
    let sql = select!(
        "WHERE user_id = $1 AND amount_int = $2 AND rate = $3 AND status = 'pending' AND expires_at > $4
         ORDER BY id DESC LIMIT 1"
    );
    tx.query_opt(sql, params![user.0, amount, rate, now], read)
}

/// A new invoice, known outside as `invoice`.
pub fn insert(tx: &mut Tx<'_>, payment: &Payment, invoice: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO payments (id, user_id, provider, invoice_id, amount_int, stars, rate, status, payload, link,
                 created_at, updated_at, expires_at)
               VALUES ($1, $2, 'telegram_stars', $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)";
    let row = params![
        payment.id.0,
        payment.user.0,
        invoice,
        payment.amount,
        payment.stars,
        payment.rate,
        payment.status.as_str(),
        &payment.payload,
        payment.link.clone(),
        payment.created_at,
        payment.expires_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Where it is paid.
pub fn set_link(tx: &mut Tx<'_>, id: PaymentId, link: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE payments SET link = $2, updated_at = $3 WHERE id = $1";
    tx.execute(sql, params![id.0, link, now])?;
    Ok(())
}

/// Where it stands from now on.
pub fn set_status(
    tx: &mut Tx<'_>,
    id: PaymentId,
    status: PaymentStatus,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE payments SET status = $2, updated_at = $3 WHERE id = $1";
    tx.execute(sql, params![id.0, status.as_str(), now])?;
    Ok(())
}

/// Ends invoices that nobody paid in time, a thousand at most; how many.
pub fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "UPDATE payments SET status = 'expired', updated_at = $1 WHERE id IN (
                 SELECT id FROM payments WHERE status = 'pending' AND expires_at <= $1 LIMIT 1000)";
    tx.execute(sql, params![now])
}

fn read(row: &Row<'_>) -> Result<Payment, StoreError> {
    let status = row.text(5)?;
    Ok(Payment {
        id: PaymentId(row.int(0)?),
        user: UserId(row.int(1)?),
        amount: row.int(2)?,
        stars: row.int(3)?,
        rate: row.int(4)?,
        status: PaymentStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("an invoice is '{status}'")))?,
        payload: row.text(6)?,
        link: row.opt_text(7)?,
        created_at: Timestamp::from_micros(row.int(8)?),
        expires_at: Timestamp::from_micros(row.int(9)?),
    })
}
