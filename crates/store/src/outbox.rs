//! The outbox: facts committed with the state they tell of, published afterwards, in order.
//!
//! The relay keeps one cursor; no row is written again. On SQLite the order of numbers is the order of commits. On PostgreSQL a
//! lower number may commit later, so the numbers that the cursor passed while they could not be seen are remembered as gaps, and
//! looked at again until whoever took them has come to an end:
//! - A transaction has its own number before it takes one of the outbox (`APPEND` sees to that), and numbers of the outbox are
//!   given out in order. So whoever took a number below one that can be seen had a lower transaction number than the transaction
//!   which notes the gap: that one's is the gap's horizon.
//! - A snapshot whose oldest running transaction is not below the horizon sees all that those transactions have committed. What
//!   is not there then never will be, and the gap is forgotten.
//! - Two facts of one key are appended under a lock, so the second is not there before the first can be seen: they leave in order.

mod gaps;

use crate::{Backend, BulkSql, Column, Row, StoreError, Tx, params};
use gaps::{Gap, without};
use kernel::{Event, Timestamp};

const APPEND: BulkSql = BulkSql {
    sqlite: "INSERT INTO outbox (event_id, topic, kind, key, occurred_at, payload) VALUES ($1, $2, $3, $4, $5, $6)",
    postgres: "WITH own AS MATERIALIZED (SELECT pg_current_xact_id() AS number)
               INSERT INTO outbox (event_id, topic, kind, key, occurred_at, payload)
               SELECT u.* FROM own
               CROSS JOIN UNNEST($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[]) u
               WHERE own.number IS NOT NULL",
};

const ENTER_GAPS: BulkSql = BulkSql {
    sqlite: "",
    postgres: "INSERT INTO outbox_gaps (first_seq, last_seq, horizon)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[])",
};

/// Appends events, in order, to the transaction that makes them true.
pub fn append(tx: &mut Tx<'_>, events: &[Event]) -> Result<(), StoreError> {
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let topics: Vec<_> = events.iter().map(|event| event.topic.as_str()).collect();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    let keys: Vec<_> = events.iter().map(|event| event.key).collect();
    let times: Vec<_> = events.iter().map(|event| event.occurred_at.as_micros()).collect();
    let payloads: Vec<_> = events.iter().map(|event| event.payload.as_str()).collect();
    tx.bulk_write(
        APPEND,
        &[
            Column::Int(&ids),
            Column::Text(&topics),
            Column::Text(&kinds),
            Column::Int(&keys),
            Column::Int(&times),
            Column::Text(&payloads),
        ],
    )
}

/// An event and its place in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its number; grows with time.
    pub seq: i64,
    /// The event.
    pub event: Event,
}

/// The oldest unpublished events, in order, at most `limit`.
pub fn pending(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Queued>, StoreError> {
    let sql = tx.pick(
        "SELECT seq, event_id, topic, kind, key, occurred_at, payload FROM outbox
         WHERE seq > (SELECT seq FROM outbox_cursor) ORDER BY seq LIMIT $1",
        "SELECT * FROM (
           (SELECT o.* FROM outbox_gaps CROSS JOIN LATERAL
              (SELECT seq, event_id, topic, kind, key, occurred_at, payload FROM outbox
               WHERE seq BETWEEN first_seq AND last_seq ORDER BY seq LIMIT $1) o)
           UNION ALL
           (SELECT seq, event_id, topic, kind, key, occurred_at, payload FROM outbox
            WHERE seq > (SELECT seq FROM outbox_cursor) ORDER BY seq LIMIT $1)) o ORDER BY seq LIMIT $1",
    );
    tx.query(sql, params![i64::try_from(limit).unwrap_or(i64::MAX)], read_queued)
}

/// Notes that these events, the oldest pending ones, are published.
pub fn mark_published(tx: &mut Tx<'_>, published: &[i64]) -> Result<(), StoreError> {
    let Some(last) = published.iter().copied().max() else { return Ok(()) };
    if tx.backend() == Backend::Postgres {
        let mut published = published.to_vec();
        published.sort_unstable();
        keep_gaps(tx, &published)?;
    }
    tx.write("UPDATE outbox_cursor SET seq = $1 WHERE seq < $1", params![last])
}

/// Brings the gaps up to date with what was published: numbers below it that were not there become one, numbers that were in one
/// are taken out, and those that nobody can fill any more are forgotten.
fn keep_gaps(tx: &mut Tx<'_>, published: &[i64]) -> Result<(), StoreError> {
    let own = "SELECT seq, CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) FROM outbox_cursor FOR UPDATE";
    let (cursor, horizon) = tx.query_one(own, &[], |row| Ok((row.int(0)?, row.int(1)?)))?;
    let passed = Gap { first: cursor + 1, last: published[published.len() - 1], horizon };
    let mut gaps = without(passed, published);
    let some = "SELECT first_seq, last_seq, horizon FROM outbox_gaps WHERE first_seq <= $1";
    let before = tx.query(some, params![cursor], |row| {
        Ok(Gap { first: row.int(0)?, last: row.int(1)?, horizon: row.int(2)? })
    })?;
    let mut filled = Vec::new();
    for gap in before {
        let left = without(gap, published);
        if left != [gap] {
            filled.push(gap.first);
            gaps.extend(left);
        }
    }
    tx.write("DELETE FROM outbox_gaps WHERE first_seq = ANY($1)", params![filled])?;
    enter_gaps(tx, &gaps)?;
    tx.write(
        "DELETE FROM outbox_gaps WHERE horizon <= CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)
           AND NOT EXISTS (SELECT 1 FROM outbox WHERE seq BETWEEN first_seq AND last_seq)",
        &[],
    )
}

fn enter_gaps(tx: &mut Tx<'_>, gaps: &[Gap]) -> Result<(), StoreError> {
    let column = |of: fn(&Gap) -> i64| gaps.iter().map(of).collect::<Vec<_>>();
    let (first, last, horizon) = (column(|gap| gap.first), column(|gap| gap.last), column(|gap| gap.horizon));
    tx.bulk_write(ENTER_GAPS, &[Column::Int(&first), Column::Int(&last), Column::Int(&horizon)])
}

/// How many events wait.
pub fn backlog(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = tx.pick(
        "SELECT COALESCE(MAX(seq), 0) - (SELECT seq FROM outbox_cursor) FROM outbox",
        "SELECT (SELECT COUNT(*) FROM outbox WHERE seq > (SELECT seq FROM outbox_cursor))
              + (SELECT COUNT(*) FROM outbox_gaps JOIN outbox ON seq BETWEEN first_seq AND last_seq)",
    );
    Ok(tx.query_one(sql, &[], |row| row.int(0))?.max(0))
}

/// Deletes published events older than `before`, at most `limit`; how many. On SQLite the newest published one stays,
/// so that numbers never start again below the cursor.
pub fn purge(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    let sql = tx.pick(
        "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox
         WHERE seq < (SELECT seq FROM outbox_cursor) AND occurred_at < $1 ORDER BY seq LIMIT $2)",
        "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox
         WHERE seq <= (SELECT seq FROM outbox_cursor) AND occurred_at < $1
           AND NOT EXISTS (SELECT 1 FROM outbox_gaps WHERE seq BETWEEN first_seq AND last_seq)
         ORDER BY seq LIMIT $2)",
    );
    tx.execute(sql, params![before, limit])
}

/// The events after number `seq`, published or not, in order, at most `limit`: for those who only look.
pub fn after(tx: &mut Tx<'_>, seq: i64, limit: usize) -> Result<Vec<Queued>, StoreError> {
    let sql = "SELECT seq, event_id, topic, kind, key, occurred_at, payload FROM outbox
               WHERE seq > $1 ORDER BY seq LIMIT $2";
    tx.query(sql, params![seq, i64::try_from(limit).unwrap_or(i64::MAX)], read_queued)
}

/// The number of the newest event; 0 when there is none.
pub fn newest(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_one("SELECT COALESCE(MAX(seq), 0) FROM outbox", &[], |row| row.int(0))
}

fn read_queued(row: &Row<'_>) -> Result<Queued, StoreError> {
    Ok(Queued {
        seq: row.int(0)?,
        event: Event {
            id: row.int(1)?,
            topic: row.text(2)?,
            kind: row.text(3)?,
            key: row.int(4)?,
            occurred_at: Timestamp::from_micros(row.int(5)?),
            payload: row.text(6)?,
        },
    })
}
