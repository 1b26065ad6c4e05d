//! Who invited whom, and what inviters earned, in rows.

use crate::domain::referral::Referral;
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// A user's part in inviting.
pub fn by_user(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Referral>, StoreError> {
    let sql =
        "SELECT user_id, code, inviter_user_id, percent_bp, created_at FROM referrals WHERE user_id = $1";
    tx.query_opt(sql, params![user.0], read)
}

/// Whose code this is.
pub fn owner_of(tx: &mut Tx<'_>, code: &str) -> Result<Option<UserId>, StoreError> {
    tx.query_opt("SELECT user_id FROM referrals WHERE code = $1", params![code], |row| row.int(0).map(UserId))
}

/// A new user's part. Errors: `Unique`, the code is taken.
pub fn insert(tx: &mut Tx<'_>, referral: &Referral) -> Result<(), StoreError> {
    let sql = "INSERT INTO referrals (user_id, code, inviter_user_id, percent_bp, created_at)
               VALUES ($1, $2, $3, $4, $5)";
    let inviter = referral.inviter.map(|inviter| inviter.0);
    let row = params![referral.user.0, &referral.code, inviter, referral.percent_bp, referral.created_at];
    tx.execute(sql, row)?;
    Ok(())
}

/// A bonus: its number is its transfer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// The transfer.
    pub id: i64,
    /// Who earned it.
    pub inviter: UserId,
    /// By whose top-up.
    pub invitee: UserId,
    /// The charge of that top-up.
    pub charge: String,
    /// Units.
    pub amount: i64,
    /// When the top-up was taken back, and the bonus with it.
    pub reversed_at: Option<Timestamp>,
    /// When.
    pub created_at: Timestamp,
}

/// Records a bonus.
pub fn insert_payout(tx: &mut Tx<'_>, payout: &Payout) -> Result<(), StoreError> {
    let sql = "INSERT INTO referral_payouts (id, inviter_user_id, invitee_user_id, charge_id, amount_int, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let (inviter, invitee) = (payout.inviter.0, payout.invitee.0);
    tx.execute(sql, params![payout.id, inviter, invitee, &payout.charge, payout.amount, payout.created_at])?;
    Ok(())
}

/// The bonus of a charge, unless it was reversed.
pub fn payout_of_charge(tx: &mut Tx<'_>, charge: &str) -> Result<Option<Payout>, StoreError> {
    let sql = "SELECT id, inviter_user_id, invitee_user_id, charge_id, amount_int, reversed_at, created_at
               FROM referral_payouts WHERE charge_id = $1 AND reversed_at IS NULL";
    tx.query_opt(sql, params![charge], read_payout)
}

/// Marks a bonus as reversed.
pub fn mark_reversed(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE referral_payouts SET reversed_at = $2 WHERE id = $1 AND reversed_at IS NULL";
    match tx.execute(sql, params![id, now])? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("the bonus {id} was reversed before"))),
    }
}

/// What an invitee earned their inviter, reversed bonuses left out.
pub fn earned_by(tx: &mut Tx<'_>, invitee: UserId) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(COALESCE(SUM(amount_int), 0) AS BIGINT) FROM referral_payouts
               WHERE invitee_user_id = $1 AND reversed_at IS NULL";
    tx.query_one(sql, params![invitee.0], |row| row.int(0))
}

/// An invitee as their inviter sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// Who.
    pub user: UserId,
    /// Since when.
    pub joined_at: Timestamp,
    /// What they earned the inviter.
    pub earnings: i64,
}

/// The newest invitees, at most `limit`.
pub fn invitees(tx: &mut Tx<'_>, inviter: UserId, limit: i64) -> Result<Vec<Invitee>, StoreError> {
    let sql = "SELECT r.user_id, r.created_at, (SELECT CAST(COALESCE(SUM(p.amount_int), 0) AS BIGINT)
                 FROM referral_payouts p WHERE p.invitee_user_id = r.user_id AND p.reversed_at IS NULL)
               FROM referrals r WHERE r.inviter_user_id = $1 ORDER BY r.user_id DESC LIMIT $2";
    tx.query(sql, params![inviter.0, limit], |row| {
        let (user, joined_at) = (UserId(row.int(0)?), Timestamp::from_micros(row.int(1)?));
        Ok(Invitee { user, joined_at, earnings: row.int(2)? })
    })
}

/// How many a user invited, and what all of them earned.
pub fn totals(tx: &mut Tx<'_>, inviter: UserId) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM referrals WHERE inviter_user_id = $1),
                 (SELECT CAST(COALESCE(SUM(amount_int), 0) AS BIGINT) FROM referral_payouts
                  WHERE inviter_user_id = $1 AND reversed_at IS NULL)";
    tx.query_one(sql, params![inviter.0], |row| Ok((row.int(0)?, row.int(1)?)))
}

/// Bonuses with smaller numbers than `before`, newest first.
pub fn payouts(tx: &mut Tx<'_>, inviter: UserId, before: i64, limit: i64) -> Result<Vec<Payout>, StoreError> {
    let sql = "SELECT id, inviter_user_id, invitee_user_id, charge_id, amount_int, reversed_at, created_at
               FROM referral_payouts WHERE inviter_user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    tx.query(sql, params![inviter.0, before, limit], read_payout)
}

fn read(row: &Row<'_>) -> Result<Referral, StoreError> {
    Ok(Referral {
        user: UserId(row.int(0)?),
        code: row.text(1)?,
        inviter: row.opt_int(2)?.map(UserId),
        percent_bp: row.int(3)?,
        created_at: Timestamp::from_micros(row.int(4)?),
    })
}

fn read_payout(row: &Row<'_>) -> Result<Payout, StoreError> {
    Ok(Payout {
        id: row.int(0)?,
        inviter: UserId(row.int(1)?),
        invitee: UserId(row.int(2)?),
        charge: row.text(3)?,
        amount: row.int(4)?,
        reversed_at: row.opt_int(5)?.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.int(6)?),
    })
}
