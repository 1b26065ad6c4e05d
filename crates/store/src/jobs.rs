//! Jobs: work enqueued inside a business transaction, claimed with a lease, retried with a documented back-off.

use crate::{StoreError, Tx, params};
use kernel::Timestamp;

/// A job that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Its id.
    pub id: i64,
    /// What kind of work.
    pub kind: String,
    /// JSON for the worker.
    pub payload: String,
    /// Times it was tried before, 0 at first.
    pub attempts: i64,
}

/// Enqueues work of `kind` to run at or after `run_at`.
pub fn enqueue(
    tx: &mut Tx<'_>,
    id: i64,
    kind: &str,
    payload: &str,
    run_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO jobs (id, kind, payload, run_at, attempts, state) VALUES ($1, $2, $3, $4, 0, 'waiting')",
        params![id, kind, payload, run_at],
    )?;
    Ok(())
}

/// Whether any job of `kind` is due; cheap, for a reader to ask before a writer is troubled.
pub fn any_due(tx: &mut Tx<'_>, kind: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM jobs WHERE kind = $1 AND state = 'waiting' AND run_at <= $2 LIMIT 1";
    Ok(tx.query_opt(sql, params![kind, now], |_| Ok(()))?.is_some())
}

/// Claims up to `limit` due jobs of `kind` until `lease_until`, after which another worker may have them.
pub fn claim(
    tx: &mut Tx<'_>,
    kind: &str,
    now: Timestamp,
    lease_until: Timestamp,
    limit: i64,
) -> Result<Vec<ClaimedJob>, StoreError> {
    let sql = tx.pick(
        "UPDATE jobs SET run_at = $3 WHERE id IN (SELECT id FROM jobs
           WHERE kind = $1 AND state = 'waiting' AND run_at <= $2 ORDER BY run_at, id LIMIT $4)
         RETURNING id, kind, payload, attempts",
        "UPDATE jobs SET run_at = $3 WHERE id IN (SELECT id FROM jobs
           WHERE kind = $1 AND state = 'waiting' AND run_at <= $2 ORDER BY run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, payload, attempts",
    );
    tx.query(sql, params![kind, now, lease_until, limit], |row| {
        Ok(ClaimedJob { id: row.int(0)?, kind: row.text(1)?, payload: row.text(2)?, attempts: row.int(3)? })
    })
}

/// The job is done.
pub fn done(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM jobs WHERE id = $1", params![id])?;
    Ok(())
}

/// The job failed for a reason that may pass: again at `run_at`.
pub fn retry(tx: &mut Tx<'_>, id: i64, run_at: Timestamp, error: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE jobs SET attempts = attempts + 1, run_at = $2, last_error = $3 WHERE id = $1",
        params![id, run_at, error],
    )?;
    Ok(())
}

/// The job failed for good; it stays for an operator to see.
pub fn give_up(tx: &mut Tx<'_>, id: i64, error: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE jobs SET attempts = attempts + 1, state = 'failed', last_error = $2 WHERE id = $1",
        params![id, error],
    )?;
    Ok(())
}

/// Seconds to wait before try number `attempts` + 1: doubling from 1, at most 30, plus or minus 10 % drawn by the
/// caller as `jitter` in -1.0..=1.0.
#[must_use]
pub fn backoff_secs(attempts: u32, jitter: f64) -> f64 {
    let base = f64::from(1_u32 << attempts.min(5)).min(30.0);
    base * (1.0 + 0.1 * jitter.clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_to_thirty_seconds_within_a_tenth() {
        assert_eq!(
            (0..8).map(|n| backoff_secs(n, 0.0) as u32).collect::<Vec<_>>(),
            [1, 2, 4, 8, 16, 30, 30, 30]
        );
        assert!((backoff_secs(9, 1.0) - 33.0).abs() < 1e-9 && (backoff_secs(9, -5.0) - 27.0).abs() < 1e-9);
    }
}
