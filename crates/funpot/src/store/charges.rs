//! What Telegram charged, in rows; and which of its updates had their effect.

use crate::domain::ids::PaymentId;
use crate::domain::payment::Charge;
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// The columns of a charge, in the order in which they are read.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT charge_id, payment_id, user_id, tg_user_id, stars, amount_int, transfer, paid_at, refunded_at ",
            "FROM star_charges ",
            $rest
        )
    };
}

/// A charge that is about to be refunded; on PostgreSQL its row stays locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: &str) -> Result<Option<Charge>, StoreError> {
    let sql = tx.pick(select!("WHERE charge_id = $1"), select!("WHERE charge_id = $1 FOR UPDATE"));
    tx.query_opt(sql, params![id], read)
}

/// Records a charge; false: it was recorded before.
pub fn insert(tx: &mut Tx<'_>, charge: &Charge) -> Result<bool, StoreError> {
    let sql = "INSERT INTO star_charges (charge_id, payment_id, user_id, tg_user_id, stars, amount_int, transfer, paid_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (charge_id) DO NOTHING";
    let (payment, user) = (charge.payment.map(|id| id.0), charge.user.map(|user| user.0));
    let row = params![
        &charge.id,
        payment,
        user,
        charge.tg_user_id,
        charge.stars,
        charge.amount,
        charge.transfer,
        charge.paid_at
    ];
    Ok(tx.execute(sql, row)? == 1)
}

/// Whether a charge was recorded.
pub fn is_known(tx: &mut Tx<'_>, id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM star_charges WHERE charge_id = $1";
    tx.query_one(sql, params![id], |row| Ok(row.int(0)? > 0))
}

/// Marks a charge as refunded; false: it was before.
pub fn mark_refunded(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE star_charges SET refunded_at = $2 WHERE charge_id = $1 AND refunded_at IS NULL";
    Ok(tx.execute(sql, params![id, now])? == 1)
}

/// The charge of an invoice.
pub fn of_payment(tx: &mut Tx<'_>, payment: PaymentId) -> Result<Option<Charge>, StoreError> {
    tx.query_opt(select!("WHERE payment_id = $1 ORDER BY paid_at LIMIT 1"), params![payment.0], read)
}

/// Credited charges of a user that were not refunded, newest first, at most `limit`; on PostgreSQL locked.
pub fn lock_unrefunded(tx: &mut Tx<'_>, user: UserId, limit: i64) -> Result<Vec<Charge>, StoreError> {
    let sql = tx.pick(
        select!("WHERE user_id = $1 AND refunded_at IS NULL AND amount_int > 0 ORDER BY paid_at DESC LIMIT $2"),
        select!(
            "WHERE user_id = $1 AND refunded_at IS NULL AND amount_int > 0 ORDER BY paid_at DESC LIMIT $2 FOR UPDATE"
        ),
    );
    tx.query(sql, params![user.0, limit], read)
}

/// Units that a user bought after `since` and that were not refunded.
pub fn bought_since(tx: &mut Tx<'_>, user: UserId, since: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(COALESCE(SUM(amount_int), 0) AS BIGINT) FROM star_charges
               WHERE user_id = $1 AND paid_at > $2 AND refunded_at IS NULL";
    tx.query_one(sql, params![user.0, since], |row| row.int(0))
}

/// Records an update; false: it had its effect before.
pub fn first_time(tx: &mut Tx<'_>, update: i64, now: Timestamp) -> Result<bool, StoreError> {
    let sql =
        "INSERT INTO telegram_updates (update_id, at) VALUES ($1, $2) ON CONFLICT (update_id) DO NOTHING";
    Ok(tx.execute(sql, params![update, now])? == 1)
}

/// Forgets updates from before `before`, a thousand at most; how many.
pub fn purge_updates(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let sql = "DELETE FROM telegram_updates WHERE update_id IN (
                 SELECT update_id FROM telegram_updates WHERE at < $1 LIMIT 1000)";
    tx.execute(sql, params![before])
}

fn read(row: &Row<'_>) -> Result<Charge, StoreError> {
    Ok(Charge {
        id: row.text(0)?,
        payment: row.opt_int(1)?.map(PaymentId),
        user: row.opt_int(2)?.map(UserId),
        tg_user_id: row.int(3)?,
        stars: row.int(4)?,
        amount: row.int(5)?,
        transfer: row.opt_int(6)?,
        paid_at: Timestamp::from_micros(row.int(7)?),
        refunded_at: row.opt_int(8)?.map(Timestamp::from_micros),
    })
}
