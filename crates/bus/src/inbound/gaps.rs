//! What a broker loses is found: publishers that count their events leave a gap where one never came. A late one fills it.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// Numbers of one publisher that never came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Who counts.
    pub publisher: String,
    /// The first missing number.
    pub first: i64,
    /// The last missing number.
    pub last: i64,
    /// When it was noticed.
    pub found_at: Timestamp,
}

/// Notes that number `sequence` of `publisher` arrived.
pub(super) fn arrived(
    tx: &mut Tx<'_>,
    publisher: &str,
    sequence: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Made if absent; on PostgreSQL the upsert keeps others out until the transaction ends.
    let sql = "INSERT INTO inbound_publishers (publisher, last_sequence, updated_at) VALUES ($1, $2, $3)
               ON CONFLICT (publisher) DO UPDATE SET updated_at = excluded.updated_at RETURNING last_sequence";
    let last = tx.query_one(sql, params![publisher, sequence, now], |row| row.int(0))?;
    if sequence <= last {
        return fill(tx, publisher, sequence);
    }
    if sequence > last + 1 {
        insert(
            tx,
            &Gap { publisher: publisher.to_owned(), first: last + 1, last: sequence - 1, found_at: now },
        )?;
    }
    let sql = "UPDATE inbound_publishers SET last_sequence = $2 WHERE publisher = $1";
    tx.execute(sql, params![publisher, sequence])?;
    Ok(())
}

/// A late number: takes it out of the gap it was in, if it was in one.
fn fill(tx: &mut Tx<'_>, publisher: &str, sequence: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM inbound_gaps WHERE publisher = $1 AND first_sequence <= $2 AND last_sequence >= $2
               RETURNING first_sequence, last_sequence, found_at";
    let found = tx.query_opt(sql, params![publisher, sequence], |row| {
        let found_at = Timestamp::from_micros(row.int(2)?);
        Ok(Gap { publisher: publisher.to_owned(), first: row.int(0)?, last: row.int(1)?, found_at })
    })?;
    let Some(gap) = found else { return Ok(()) };
    for part in [Gap { last: sequence - 1, ..gap.clone() }, Gap { first: sequence + 1, ..gap }] {
        if part.first <= part.last {
            insert(tx, &part)?;
        }
    }
    Ok(())
}

fn insert(tx: &mut Tx<'_>, gap: &Gap) -> Result<(), StoreError> {
    let sql = "INSERT INTO inbound_gaps (publisher, first_sequence, last_sequence, found_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (publisher, first_sequence) DO NOTHING";
    tx.execute(sql, params![gap.publisher.as_str(), gap.first, gap.last, gap.found_at])?;
    Ok(())
}

/// The open gaps, oldest first, at most `limit`.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Gap>, StoreError> {
    let sql = "SELECT publisher, first_sequence, last_sequence, found_at FROM inbound_gaps
               ORDER BY found_at, publisher, first_sequence LIMIT $1";
    tx.query(sql, params![limit], |row| {
        let found_at = Timestamp::from_micros(row.int(3)?);
        Ok(Gap { publisher: row.text(0)?, first: row.int(1)?, last: row.int(2)?, found_at })
    })
}
