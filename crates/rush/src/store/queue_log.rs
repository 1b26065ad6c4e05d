//! Waiting rooms' logs in rows: appended under the room's head, read in order.

use crate::domain::ids::EventId;
use kernel::Timestamp;
use store::{BulkSql, Column, Row, StoreError, Tx, params};
use waiting_room::{Entry, Fact};

/// Rows that are read at a time.
const ROWS: i64 = 10_000;

const APPEND: BulkSql = BulkSql {
    sqlite: "INSERT INTO queue_log (event_id, revision, id, at, kind, user_id, number, address, data)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    postgres: "INSERT INTO queue_log (event_id, revision, id, at, kind, user_id, number, address, data)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[],
                 $7::bigint[], $8::bigint[], $9::bytea[])",
};

/// Where a room's log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last revision; 0 before the first.
    pub revision: i64,
    /// The id of its entry.
    pub last_id: i64,
}

/// Begins a log, unless there is one.
pub fn begin(tx: &mut Tx<'_>, event: EventId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO queue_heads (event_id, revision, last_entry) VALUES ($1, 0, 0) ON CONFLICT (event_id) DO NOTHING",
        params![event.0],
    )?;
    Ok(())
}

/// The head, as this transaction sees it.
pub fn head(tx: &mut Tx<'_>, event: EventId) -> Result<Option<Head>, StoreError> {
    tx.query_opt(
        "SELECT revision, last_entry FROM queue_heads WHERE event_id = $1",
        params![event.0],
        read_head,
    )
}

/// The head, locked until the transaction ends: nobody else appends meanwhile.
pub fn lock(tx: &mut Tx<'_>, event: EventId) -> Result<Option<Head>, StoreError> {
    let sql = tx.pick(
        "SELECT revision, last_entry FROM queue_heads WHERE event_id = $1",
        "SELECT revision, last_entry FROM queue_heads WHERE event_id = $1 FOR UPDATE",
    );
    tx.query_opt(sql, params![event.0], read_head)
}

fn read_head(row: &Row<'_>) -> Result<Head, StoreError> {
    Ok(Head { revision: row.int(0)?, last_id: row.int(1)? })
}

/// The id of one entry.
pub fn id_at(tx: &mut Tx<'_>, event: EventId, revision: i64) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT id FROM queue_log WHERE event_id = $1 AND revision = $2";
    tx.query_opt(sql, params![event.0, revision], |row| row.int(0))
}

/// The entries after `revision`, as many as are read at a time; empty: there are no more.
pub fn after(tx: &mut Tx<'_>, event: EventId, revision: i64) -> Result<Vec<Entry>, StoreError> {
    tx.query(
        "SELECT revision, id, at, kind, user_id, number, address, data FROM queue_log
         WHERE event_id = $1 AND revision > $2 ORDER BY revision LIMIT $3",
        params![event.0, revision, ROWS],
        read,
    )
}

/// Appends entries, whose room is locked, and moves the head.
pub fn append(tx: &mut Tx<'_>, event: EventId, entries: &[Entry]) -> Result<(), StoreError> {
    let Some(last) = entries.last() else { return Ok(()) };
    let column = |of: fn(&Entry) -> i64| entries.iter().map(of).collect::<Vec<_>>();
    let parts: Vec<_> = entries.iter().map(|entry| parts(&entry.fact)).collect();
    let events = vec![event.0; entries.len()];
    let kinds: Vec<_> = parts.iter().map(|parts| parts.kind).collect();
    let users: Vec<_> = parts.iter().map(|parts| parts.user).collect();
    let numbers: Vec<_> = parts.iter().map(|parts| parts.number).collect();
    let addresses: Vec<_> = parts.iter().map(|parts| parts.address).collect();
    let data: Vec<&[u8]> = parts.iter().map(|parts| parts.data).collect();
    tx.bulk_execute(
        APPEND,
        &[
            Column::Int(&events),
            Column::Int(&column(|entry| entry.revision)),
            Column::Int(&column(|entry| entry.id)),
            Column::Int(&column(|entry| entry.at.as_micros())),
            Column::Text(&kinds),
            Column::OptInt(&users),
            Column::OptInt(&numbers),
            Column::OptInt(&addresses),
            Column::Blob(&data),
        ],
    )?;
    tx.execute(
        "UPDATE queue_heads SET revision = $2, last_entry = $3 WHERE event_id = $1",
        params![event.0, last.revision, last.id],
    )?;
    Ok(())
}

/// A fact as it lies in a row.
struct Parts<'f> {
    kind: &'static str,
    user: Option<i64>,
    /// The place; of a release the end of its pass.
    number: Option<i64>,
    address: Option<i64>,
    /// The contribution, or the seed.
    data: &'f [u8],
}

fn parts(fact: &Fact) -> Parts<'_> {
    let plain = |kind, user| Parts { kind, user, number: None, address: None, data: &[] };
    match fact {
        Fact::Joined { user, place, contribution, address } => Parts {
            number: Some(*place),
            address: Some(*address),
            data: contribution,
            ..plain("joined", Some(*user))
        },
        Fact::Left { user } => plain("left", Some(*user)),
        Fact::Opened { seed } => Parts { data: seed, ..plain("opened", None) },
        Fact::Released { user, until } => {
            Parts { number: Some(until.as_micros()), ..plain("released", Some(*user)) }
        }
        Fact::Closed => plain("closed", None),
        Fact::Reopened => plain("reopened", None),
    }
}

fn read(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        revision: row.int(0)?,
        id: row.int(1)?,
        at: Timestamp::from_micros(row.int(2)?),
        fact: read_fact(row)?,
    })
}

fn read_fact(row: &Row<'_>) -> Result<Fact, StoreError> {
    let kind = row.text(3)?;
    let broken = || StoreError::Corrupt(format!("an entry `{kind}` of a waiting room that cannot be read"));
    Ok(match kind.as_str() {
        "joined" => Fact::Joined {
            user: row.int(4)?,
            place: row.int(5)?,
            address: row.int(6)?,
            contribution: row.blob(7)?.try_into().map_err(|_| broken())?,
        },
        "left" => Fact::Left { user: row.int(4)? },
        "opened" => Fact::Opened { seed: row.blob(7)?.try_into().map_err(|_| broken())? },
        "released" => Fact::Released { user: row.int(4)?, until: Timestamp::from_micros(row.int(5)?) },
        "closed" => Fact::Closed,
        "reopened" => Fact::Reopened,
        _ => return Err(broken()),
    })
}
