//! Those who wait for seats, in rows.

use crate::domain::ids::ZoneId;
use crate::domain::waitlist::Entry;
use kernel::{TenantId, Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// Adds an entry. False: this user waits for this zone already.
pub fn insert(tx: &mut Tx<'_>, entry: &Entry) -> Result<bool, StoreError> {
    let inserted = tx.execute(
        "INSERT INTO waitlist (id, tenant_id, zone_id, user_id, quantity, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        params![entry.id, entry.tenant.0, entry.zone.0, entry.user.0, entry.quantity, entry.created_at],
    )?;
    Ok(inserted == 1)
}

/// Takes a user's waiting entry of a zone away. False: there is none.
pub fn leave(tx: &mut Tx<'_>, zone: ZoneId, user: UserId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM waitlist WHERE zone_id = $1 AND user_id = $2 AND notified_at IS NULL";
    Ok(tx.execute(sql, params![zone.0, user.0])? > 0)
}

/// A user's entries, newest first, at most a hundred.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Entry>, StoreError> {
    tx.query(
        "SELECT id, tenant_id, zone_id, user_id, quantity, created_at, notified_at FROM waitlist
         WHERE user_id = $1 ORDER BY id DESC LIMIT 100",
        params![user.0],
        read,
    )
}

/// The zones that anybody waits for.
pub fn zones(tx: &mut Tx<'_>) -> Result<Vec<ZoneId>, StoreError> {
    let sql = "SELECT DISTINCT zone_id FROM waitlist WHERE notified_at IS NULL";
    tx.query(sql, &[], |row| Ok(ZoneId(row.int(0)?)))
}

/// Those who wait for a zone, the first one first, at most `limit`.
pub fn waiting(tx: &mut Tx<'_>, zone: ZoneId, limit: i64) -> Result<Vec<Entry>, StoreError> {
    tx.query(
        "SELECT id, tenant_id, zone_id, user_id, quantity, created_at, notified_at FROM waitlist
         WHERE zone_id = $1 AND notified_at IS NULL ORDER BY id LIMIT $2",
        params![zone.0, limit],
        read,
    )
}

/// Seats of a zone that were announced after `since`.
pub fn announced(tx: &mut Tx<'_>, zone: ZoneId, since: Timestamp) -> Result<i64, StoreError> {
    tx.query_one(
        "SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM waitlist WHERE zone_id = $1 AND notified_at > $2",
        params![zone.0, since],
        |row| row.int(0),
    )
}

/// Notes that somebody was told. False: they were before, or have left.
pub fn notified(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE waitlist SET notified_at = $2 WHERE id = $1 AND notified_at IS NULL";
    Ok(tx.execute(sql, params![id, now])? == 1)
}

fn read(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.int(0)?,
        tenant: TenantId(row.int(1)?),
        zone: ZoneId(row.int(2)?),
        user: UserId(row.int(3)?),
        quantity: row.int(4)?,
        created_at: Timestamp::from_micros(row.int(5)?),
        notified_at: row.opt_int(6)?.map(Timestamp::from_micros),
    })
}
