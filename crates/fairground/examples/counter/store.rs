//! SQL of the stall.

use crate::domain::Taken;
use kernel::Timestamp;
use store::{BulkSql, Column, MigrationSet, StoreError, Tx, params};

/// The stall's own tables.
pub const MIGRATIONS: MigrationSet = MigrationSet {
    name: "counter",
    sqlite: &[("0001_taken", include_str!("migrations/sqlite/0001_taken.sql"))],
    postgres: &[("0001_taken", include_str!("migrations/postgres/0001_taken.sql"))],
};

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO taken (id, visitor, request_hash, number, at) VALUES ($1, $2, $3, $4, $5)",
    postgres: "INSERT INTO taken (id, visitor, request_hash, number, at)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])",
};

/// Records what was taken.
pub fn insert(tx: &mut Tx<'_>, rows: &[Taken]) -> Result<(), StoreError> {
    let column = |of: fn(&Taken) -> i64| rows.iter().map(of).collect::<Vec<_>>();
    let columns = [
        column(|row| row.id),
        column(|row| row.visitor),
        column(|row| row.request_hash),
        column(|row| row.number),
        column(|row| row.at.as_micros()),
    ];
    tx.bulk_execute(INSERT, &columns.each_ref().map(|column| Column::Int(column)))?;
    Ok(())
}

/// Those with these numbers.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Taken>, StoreError> {
    let sql = "SELECT id, visitor, request_hash, number, at FROM taken WHERE id = $1";
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(tx.query_opt(sql, params![*id], |row| {
            Ok(Taken {
                id: row.int(0)?,
                visitor: row.int(1)?,
                request_hash: row.int(2)?,
                number: row.int(3)?,
                at: Timestamp::from_micros(row.int(4)?),
            })
        })?);
    }
    Ok(rows)
}

/// Adds to one of the counts.
pub fn count(tx: &mut Tx<'_>, what: &str, node: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE counts SET times = times + 1, node = $2 WHERE what = $1", params![what, node])?;
    Ok(())
}

/// A count, and the node that was last to add to it.
pub fn counted(tx: &mut Tx<'_>, what: &str) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT times, node FROM counts WHERE what = $1";
    tx.query_one(sql, params![what], |row| Ok((row.int(0)?, row.int(1)?)))
}
