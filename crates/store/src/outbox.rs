//! The outbox: facts committed with the state they tell of, published afterwards, in order.
//!
//! On SQLite the order of numbers is the order of commits, so the relay keeps one cursor. On PostgreSQL a lower number
//! may commit later, so each row carries whether it was published.

use crate::{Backend, BulkSql, Column, Row, StoreError, Tx, params};
use kernel::{Event, Timestamp};

const APPEND: BulkSql = BulkSql {
    sqlite: "INSERT INTO outbox (event_id, topic, kind, key, occurred_at, payload) VALUES ($1, $2, $3, $4, $5, $6)",
    postgres: "INSERT INTO outbox (event_id, topic, kind, key, occurred_at, payload)
               SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])",
};

/// Appends events, in order, to the transaction that makes them true.
pub fn append(tx: &mut Tx<'_>, events: &[Event]) -> Result<(), StoreError> {
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let topics: Vec<_> = events.iter().map(|event| event.topic.as_str()).collect();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    let keys: Vec<_> = events.iter().map(|event| event.key).collect();
    let times: Vec<_> = events.iter().map(|event| event.occurred_at.as_micros()).collect();
    let payloads: Vec<_> = events.iter().map(|event| event.payload.as_str()).collect();
    tx.bulk_execute(
        APPEND,
        &[
            Column::Int(&ids),
            Column::Text(&topics),
            Column::Text(&kinds),
            Column::Int(&keys),
            Column::Int(&times),
            Column::Text(&payloads),
        ],
    )?;
    Ok(())
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
        "SELECT seq, event_id, topic, kind, key, occurred_at, payload FROM outbox
         WHERE NOT published ORDER BY seq LIMIT $1",
    );
    tx.query(sql, params![i64::try_from(limit).unwrap_or(i64::MAX)], read_queued)
}

/// Notes that these events, the oldest pending ones, are published.
pub fn mark_published(tx: &mut Tx<'_>, published: &[i64]) -> Result<(), StoreError> {
    let Some(last) = published.iter().max() else { return Ok(()) };
    match tx.backend() {
        Backend::Sqlite => {
            tx.execute("UPDATE outbox_cursor SET seq = $1 WHERE seq < $1", params![*last])?;
        }
        Backend::Postgres => {
            tx.execute(
                "UPDATE outbox SET published = TRUE WHERE seq = ANY($1)",
                params![published.to_vec()],
            )?;
        }
    }
    Ok(())
}

/// How many events wait.
pub fn backlog(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = tx.pick(
        "SELECT COALESCE(MAX(seq), 0) - (SELECT seq FROM outbox_cursor) FROM outbox",
        "SELECT COUNT(*) FROM outbox WHERE NOT published",
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
         WHERE published AND occurred_at < $1 ORDER BY seq LIMIT $2)",
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
