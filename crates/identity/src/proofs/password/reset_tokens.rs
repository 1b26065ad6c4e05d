//! Links to choose a new password: good for thirty minutes and once.

use crate::Secret;
use kernel::{Timestamp, TypedId, UserId};
use store::{Row, StoreError, Tx, params};

/// Seconds a link is good for.
pub const RESET_LIFETIME_S: i64 = 30 * 60;
/// Links of one user that are good at a time, so that nobody can flood a mailbox. Not more than that: whoever uses them up
/// keeps the owner from a further link only while five good ones lie in the mailbox.
const GOOD_LINKS_MAX: i64 = 5;
/// Stands for an address that nobody has.
const NOBODY: i64 = 0;

/// What a link stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetLink {
    /// It may be used by this user.
    Good(UserId),
    /// Never handed out, or used.
    Unknown,
    /// Thirty minutes are over.
    Expired,
}

/// Records a link for `user`. For nobody a row is written as well, so that both answers take the same time.
/// False: no mail is to be sent, because there is nobody, or because enough are good already.
pub fn issue(
    tx: &mut Tx<'_>,
    now: Timestamp,
    user: Option<UserId>,
    secret: &Secret,
) -> Result<bool, StoreError> {
    let owner = user.map_or(NOBODY, TypedId::as_i64);
    let good = tx.query_one(
        "SELECT COUNT(*) FROM reset_tokens WHERE user_id = $1 AND expires_at > $2 AND used_at IS NULL",
        params![owner, now],
        |row| row.int(0),
    )?;
    let wanted = user.is_some() && good < GOOD_LINKS_MAX;
    tx.execute(
        "INSERT INTO reset_tokens (token_hash, user_id, expires_at, created_at) VALUES ($1, $2, $3, $4)",
        params![secret.hash(), if wanted { owner } else { NOBODY }, now.plus_secs(RESET_LIFETIME_S), now],
    )?;
    Ok(wanted)
}

/// What `shown` stands for at `now`. Changes nothing.
pub fn find(tx: &mut Tx<'_>, now: Timestamp, shown: &str) -> Result<ResetLink, StoreError> {
    let sql = "SELECT user_id, expires_at, used_at FROM reset_tokens WHERE token_hash = $1";
    find_with(tx, now, shown, sql)
}

/// Uses the link up, and with it every other link of its user.
pub fn spend(tx: &mut Tx<'_>, now: Timestamp, shown: &str) -> Result<ResetLink, StoreError> {
    let sql = tx.pick(
        "SELECT user_id, expires_at, used_at FROM reset_tokens WHERE token_hash = $1",
        "SELECT user_id, expires_at, used_at FROM reset_tokens WHERE token_hash = $1 FOR UPDATE",
    );
    let link = find_with(tx, now, shown, sql)?;
    if let ResetLink::Good(user) = link {
        tx.execute(
            "UPDATE reset_tokens SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL",
            params![user.as_i64(), now],
        )?;
    }
    Ok(link)
}

/// Deletes links that were over an hour ago (until then a link says that it is too old), at most `limit`.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM reset_tokens WHERE token_hash IN
           (SELECT token_hash FROM reset_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        params![now.plus_secs(-3600), limit],
    )
}

fn find_with(
    tx: &mut Tx<'_>,
    now: Timestamp,
    shown: &str,
    sql: &'static str,
) -> Result<ResetLink, StoreError> {
    let Some(secret) = Secret::parse(shown) else { return Ok(ResetLink::Unknown) };
    let found = tx.query_opt(sql, params![secret.hash()], |row| read(row, now))?;
    Ok(found.unwrap_or(ResetLink::Unknown))
}

fn read(row: &Row<'_>, now: Timestamp) -> Result<ResetLink, StoreError> {
    let (user, expires_at) = (row.int(0)?, Timestamp::from_micros(row.int(1)?));
    let used = row.opt_int(2)?.is_some();
    Ok(if used || user == NOBODY {
        ResetLink::Unknown
    } else if expires_at <= now {
        ResetLink::Expired
    } else {
        ResetLink::Good(UserId(user))
    })
}
