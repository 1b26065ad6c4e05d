//! The record of ordinary writes: taken before the effect, filled with the answer after it, forgotten when its time is over.
//!
//! A row whose `expires_at` has passed counts as absent everywhere; that is how a crashed attempt frees its key.

use super::attempt::Attempt;
use super::keys::Lifetime;
use crate::{MigrationSet, StoreError, Tx, params};
use kernel::{Meaning, Refusal, Timestamp};

/// The table's migrations, under the name of the crate that first had it: databases know them by it.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    name: "web",
    sqlite: &[("0001_idempotency", include_str!("migrations/sqlite/0001_idempotency.sql"))],
    postgres: &[("0001_idempotency", include_str!("migrations/postgres/0001_idempotency.sql"))],
};

/// Seconds after which an attempt that never finished counts as crashed.
const RUNNING_S: i64 = 60;
/// Seconds an answer is kept for replays.
const ANSWER_S: i64 = 24 * 3600;
/// How long a key of an ordinary write stands.
pub const LIFETIME: Lifetime = Lifetime::Seconds(ANSWER_S);
/// Rows one purge removes at most, so that it never holds the writer for long.
const PURGE_ROWS_MAX: i64 = 1_000;

/// An answer to a keyed request, fresh or replayed.
///
/// Status and body are the caller's: the record keeps them and reads only whether the status is worth keeping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status, as HTTP numbers it.
    pub status: u16,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// Whether it comes from the record.
    pub replayed: bool,
}

/// Proof that this attempt holds the key; an attempt that was given up for crashed finds its ticket void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    started_at: Timestamp,
}

/// What a key says before the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// Nobody has done this: do it, then [`finish`].
    New(Ticket),
    /// It was done; this was the answer.
    Same(Answer),
    /// The key stands for another request.
    Changed,
    /// The same request is being done right now.
    Running,
}

const TAKE: &str = "INSERT INTO idempotency (tenant_id, user_id, key, request_hash, started_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (tenant_id, user_id, key) DO UPDATE SET request_hash = excluded.request_hash,
        started_at = excluded.started_at, expires_at = excluded.expires_at, status = NULL, body = NULL
    WHERE idempotency.expires_at <= excluded.started_at";
const READ: &str = "SELECT request_hash, status, body FROM idempotency
    WHERE tenant_id = $1 AND user_id = $2 AND key = $3";
const FILL: &str = "UPDATE idempotency SET status = $5, body = $6, expires_at = $7
    WHERE tenant_id = $1 AND user_id = $2 AND key = $3 AND started_at = $4 AND status IS NULL";
const FREE: &str = "DELETE FROM idempotency
    WHERE tenant_id = $1 AND user_id = $2 AND key = $3 AND started_at = $4 AND status IS NULL";
const PURGE: &str = "DELETE FROM idempotency WHERE (tenant_id, user_id, key) IN
    (SELECT tenant_id, user_id, key FROM idempotency WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";

/// Takes the key, or says why not. Two attempts at once: the second waits on PostgreSQL for the first one's commit.
pub fn begin(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<Begin, StoreError> {
    let scope = &attempt.scope;
    let until = now.plus_secs(RUNNING_S);
    let hash = attempt.hash.as_slice();
    if tx.execute(TAKE, params![scope.tenant, scope.user, &scope.key, hash, now, until])? == 1 {
        return Ok(Begin::New(Ticket { started_at: now }));
    }
    let known = tx.query_opt(READ, params![scope.tenant, scope.user, &scope.key], |row| {
        Ok((row.blob(0)?, row.opt_int(1)?, row.opt_blob(2)?))
    })?;
    Ok(match known {
        // It was purged between the two statements: for this caller the same as one just now being done.
        None => Begin::Running,
        Some((known_hash, ..)) if known_hash != hash => Begin::Changed,
        Some((_, None, _)) => Begin::Running,
        Some((_, Some(status), body)) => Begin::Same(stored(status, body)?),
    })
}

fn stored(status: i64, body: Option<Vec<u8>>) -> Result<Answer, StoreError> {
    let status =
        u16::try_from(status).map_err(|_| StoreError::Corrupt(format!("idempotency.status {status}")))?;
    Ok(Answer { status, body: body.unwrap_or_default(), replayed: true })
}

/// Stores the answer with the effect. An answer of 5xx or 429 is not kept: the key is free again.
/// Errors: the ticket is void (another attempt took over after 60 s), so this one's effect must not commit.
pub fn finish(
    tx: &mut Tx<'_>,
    attempt: &Attempt,
    ticket: Ticket,
    answer: &Answer,
    now: Timestamp,
) -> Result<(), StoreError> {
    if answer.status >= 500 || answer.status == 429 {
        return abandon(tx, attempt, ticket);
    }
    let scope = &attempt.scope;
    let (status, until) = (i64::from(answer.status), now.plus_secs(ANSWER_S));
    let body = answer.body.as_slice();
    let owner = params![scope.tenant, scope.user, &scope.key, ticket.started_at, status, body, until];
    match tx.execute(FILL, owner)? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(String::from(
            "an idempotency ticket is void: its attempt took over 60 s",
        ))),
    }
}

/// Gives the key back without an answer; nothing happens when the ticket is void.
pub fn abandon(tx: &mut Tx<'_>, attempt: &Attempt, ticket: Ticket) -> Result<(), StoreError> {
    let scope = &attempt.scope;
    tx.execute(FREE, params![scope.tenant, scope.user, &scope.key, ticket.started_at])?;
    Ok(())
}

/// Does `effect` once for this attempt, in the caller's transaction, and answers what it answers: a status and a body. A
/// repeated attempt gets the first answer, and a refused one leaves no trace because the caller's error rolls everything back.
/// Errors: 422 `IDEMPOTENCY_KEY_REUSED`, 409 `REQUEST_IN_PROGRESS`, and whatever `effect` refuses.
pub fn answer<E: From<Refusal> + From<StoreError>>(
    tx: &mut Tx<'_>,
    attempt: &Attempt,
    now: Timestamp,
    effect: impl FnOnce(&mut Tx<'_>) -> Result<(u16, Vec<u8>), E>,
) -> Result<Answer, E> {
    let ticket = match begin(tx, attempt, now)? {
        Begin::New(ticket) => ticket,
        Begin::Same(answer) => return Ok(answer),
        Begin::Changed => return Err(reused().into()),
        Begin::Running => return Err(in_progress().into()),
    };
    let (status, body) = effect(tx)?;
    let answer = Answer { status, body, replayed: false };
    finish(tx, attempt, ticket, &answer, now)?;
    Ok(answer)
}

/// Removes rows whose time is over, at most a thousand a call; how many. Run it until it says less.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(PURGE, params![now, PURGE_ROWS_MAX])
}

fn reused() -> Refusal {
    let text = "This Idempotency-Key was used for another request. Make a new key for a new request.";
    Refusal::new(Meaning::Unprocessable, "IDEMPOTENCY_KEY_REUSED", text)
}

fn in_progress() -> Refusal {
    let text = "The same request is still being done. Ask again in a second with the same key.";
    Refusal::new(Meaning::Conflict, "REQUEST_IN_PROGRESS", text).retry_after(1)
}
