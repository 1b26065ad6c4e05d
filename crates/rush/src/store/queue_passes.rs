//! Passes of waiting rooms in rows.

use crate::domain::ids::EventId;
use crate::domain::queue::StoredPass;
use kernel::{IdSource, Timestamp};
use store::{BulkSql, Column, Flight, Row, StoreError, Tx, params};

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO queue_passes (id, event_id, user_id, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    postgres: "INSERT INTO queue_passes (id, event_id, user_id, issued_at, expires_at)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])",
};

/// In the order of ids, so that two nodes never wait for each other crosswise.
const LOCK: BulkSql = BulkSql {
    sqlite: "SELECT id, event_id, user_id, expires_at, booking_id FROM queue_passes WHERE id = $1",
    postgres: "SELECT 1::bigint, id, event_id, user_id, expires_at, booking_id FROM queue_passes
               WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE",
};

const USE: BulkSql = BulkSql {
    sqlite: "UPDATE queue_passes SET booking_id = $2, used_at = $3 WHERE id = $1 AND booking_id IS NULL",
    postgres: "UPDATE queue_passes SET booking_id = u.booking, used_at = u.at
               FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[]) AS u(id, booking, at)
               WHERE queue_passes.id = u.id AND queue_passes.booking_id IS NULL",
};

/// Adds fresh passes of `event`: number, owner and end of each.
pub fn insert(
    tx: &mut Tx<'_>,
    event: EventId,
    passes: &[(i64, i64, Timestamp)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let ids: Vec<_> = passes.iter().map(|(id, ..)| *id).collect();
    let users: Vec<_> = passes.iter().map(|(_, user, _)| *user).collect();
    let ends: Vec<_> = passes.iter().map(|(.., until)| until.as_micros()).collect();
    let (events, issued) = (vec![event.0; ids.len()], vec![now.as_micros(); ids.len()]);
    tx.bulk_execute(
        INSERT,
        &[
            Column::Int(&ids),
            Column::Int(&events),
            Column::Int(&users),
            Column::Int(&issued),
            Column::Int(&ends),
        ],
    )?;
    Ok(())
}

/// Asks for these passes, locked until the transaction ends; unknown ones are left out.
pub fn query_locked<'f>(
    flight: &mut Flight<'_, '_, 'f>,
    ids: &[i64],
    found: &'f mut Vec<StoredPass>,
) -> Result<(), StoreError> {
    flight.bulk_query(LOCK, &[Column::Int(ids)], |_, row, first| {
        found.push(read(row, first)?);
        Ok(())
    })
}

/// One pass.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<StoredPass>, StoreError> {
    let sql = "SELECT id, event_id, user_id, expires_at, booking_id FROM queue_passes WHERE id = $1";
    tx.query_opt(sql, params![id], |row| read(row, 0))
}

/// Uses locked passes up: each with its booking. Errors: one was used already.
pub fn use_up(tx: &mut Tx<'_>, used: &[(i64, i64)], now: Timestamp) -> Result<(), StoreError> {
    let ids: Vec<_> = used.iter().map(|(id, _)| *id).collect();
    let bookings: Vec<_> = used.iter().map(|(_, booking)| *booking).collect();
    let at = vec![now.as_micros(); used.len()];
    tx.bulk_change("queue_passes", USE, &[Column::Int(&ids), Column::Int(&bookings), Column::Int(&at)])
}

/// Ends an unused pass at `now`: its owner gave it back.
pub fn end(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = tx.pick(
        "UPDATE queue_passes SET expires_at = MAX(issued_at, MIN(expires_at, $2)) WHERE id = $1 AND booking_id IS NULL",
        "UPDATE queue_passes SET expires_at = GREATEST(issued_at, LEAST(expires_at, $2))
         WHERE id = $1 AND booking_id IS NULL",
    );
    tx.execute(sql, params![id, now])?;
    Ok(())
}

/// How many passes of `event` are good and unused; none is good for longer than `longest_secs`.
pub fn live(tx: &mut Tx<'_>, event: EventId, longest_secs: i64, now: Timestamp) -> Result<i64, StoreError> {
    let oldest = IdSource::first_of(now.plus_secs(-longest_secs));
    let sql = "SELECT COUNT(*) FROM queue_passes
               WHERE id >= $1 AND event_id = $2 AND expires_at > $3 AND booking_id IS NULL";
    tx.query_one(sql, params![oldest, event.0, now], |row| row.int(0))
}

fn read(row: &Row<'_>, first: usize) -> Result<StoredPass, StoreError> {
    Ok(StoredPass {
        id: row.int(first)?,
        event: EventId(row.int(first + 1)?),
        user: row.int(first + 2)?,
        expires_at: Timestamp::from_micros(row.int(first + 3)?),
        booking: row.opt_int(first + 4)?,
    })
}
