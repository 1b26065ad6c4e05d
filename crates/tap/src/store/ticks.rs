//! Ticks and their minute blocks in rows.

use crate::domain::evidence::{PastEnd, Window};
use crate::domain::tick::{STEP_MS, Tick, TickFlags};
use store::{BulkSql, Column, Row, StoreError, Tx, params};

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO ticks (seq, ts_ms, price, n_sources, flags) VALUES ($1, $2, $3, $4, $5)",
    postgres: "INSERT INTO ticks (seq, ts_ms, price, n_sources, flags)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])",
};

/// A stored block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRow {
    /// Unix minute.
    pub minute: i64,
    /// Its first tick.
    pub first_seq: i64,
    /// Its last tick.
    pub last_seq: i64,
    /// The hash before it, hex.
    pub prev_hash: String,
    /// Its hash, hex.
    pub hash: String,
}

/// Appends ticks.
pub fn append(tx: &mut Tx<'_>, ticks: &[Tick]) -> Result<(), StoreError> {
    let column = |of: fn(&Tick) -> i64| ticks.iter().map(of).collect::<Vec<_>>();
    tx.bulk_execute(
        INSERT,
        &[
            Column::Int(&column(|t| t.seq)),
            Column::Int(&column(|t| t.ts_ms)),
            Column::Int(&column(|t| t.price)),
            Column::Int(&column(|t| i64::from(t.n_sources))),
            Column::Int(&column(|t| i64::from(t.flags.0))),
        ],
    )?;
    Ok(())
}

/// The last tick.
pub fn last(tx: &mut Tx<'_>) -> Result<Option<Tick>, StoreError> {
    tx.query_opt("SELECT seq, ts_ms, price, n_sources, flags FROM ticks ORDER BY seq DESC LIMIT 1", &[], read)
}

/// The ticks of `from_ms <= ts < to_ms`, oldest first, at most `limit`.
pub fn between(tx: &mut Tx<'_>, from_ms: i64, to_ms: i64, limit: i64) -> Result<Vec<Tick>, StoreError> {
    let sql = "SELECT seq, ts_ms, price, n_sources, flags FROM ticks WHERE ts_ms >= $1 AND ts_ms < $2
               ORDER BY seq LIMIT $3";
    tx.query(sql, params![from_ms, to_ms, limit], read)
}

/// Forgets ticks of sealed minutes before `before_ms`, at most `limit` of them; how many. Those of the minute that is not
/// sealed are still to be hashed, and the last tick of all tells where the sequence goes on.
pub fn purge(tx: &mut Tx<'_>, before_ms: i64, limit: i64) -> Result<u64, StoreError> {
    let sql = "DELETE FROM ticks WHERE seq IN (SELECT seq FROM ticks WHERE ts_ms < $1
                 AND seq <= (SELECT COALESCE(MAX(last_seq), 0) FROM blocks) ORDER BY ts_ms LIMIT $2)";
    tx.execute(sql, params![before_ms, limit])
}

/// Appends a block. Errors: `Unique` when the minute has one.
pub fn append_block(tx: &mut Tx<'_>, block: &BlockRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO blocks (minute, first_seq, last_seq, prev_hash, hash) VALUES ($1, $2, $3, $4, $5)";
    let (prev, hash) = (block.prev_hash.as_str(), block.hash.as_str());
    tx.execute(sql, params![block.minute, block.first_seq, block.last_seq, prev, hash])?;
    Ok(())
}

/// The newest block.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<BlockRow>, StoreError> {
    let sql = "SELECT minute, first_seq, last_seq, prev_hash, hash FROM blocks ORDER BY minute DESC LIMIT 1";
    tx.query_opt(sql, &[], read_block)
}

/// The blocks of the minutes `from..=to`, oldest first.
pub fn blocks_between(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<BlockRow>, StoreError> {
    let sql =
        "SELECT minute, first_seq, last_seq, prev_hash, hash FROM blocks WHERE minute >= $1 AND minute <= $2
               ORDER BY minute";
    tx.query(sql, params![from, to], read_block)
}

/// The blocks that cover the minutes `from..=to`, and where those have none the nearest before and after: between two
/// blocks of a chain there is nothing.
pub fn blocks_around(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<Vec<BlockRow>, StoreError> {
    let before = "SELECT COALESCE(MAX(minute), $1) FROM blocks WHERE minute <= $1";
    let after = "SELECT COALESCE(MIN(minute), $1) FROM blocks WHERE minute >= $1";
    let first = tx.query_one(before, params![from], |row| row.int(0))?;
    let last = tx.query_one(after, params![to], |row| row.int(0))?;
    blocks_between(tx, first, last)
}

/// The tick behind which nothing changes what a column was ([`Window::is_closed_by`]), while it and those before it are
/// kept; `None` where what comes behind the window never matters.
pub fn closing(tx: &mut Tx<'_>, window: Window) -> Result<Option<Tick>, StoreError> {
    if window.rules.past_end == PastEnd::Cut {
        return Ok(None);
    }
    let sql = "SELECT seq, ts_ms, price, n_sources, flags FROM ticks
               WHERE seq >= (SELECT MAX(seq) FROM ticks WHERE ts_ms < $1) ORDER BY seq LIMIT $2";
    let from_ms = window.t1_ms().saturating_sub(STEP_MS);
    let behind = tx.query(sql, params![from_ms, window.ticks_max()], read)?;
    Ok(behind.into_iter().find(|tick| window.is_closed_by(tick)))
}

/// The ticks numbered `first..=last`, oldest first.
pub fn numbered(tx: &mut Tx<'_>, first: i64, last: i64) -> Result<Vec<Tick>, StoreError> {
    let sql =
        "SELECT seq, ts_ms, price, n_sources, flags FROM ticks WHERE seq >= $1 AND seq <= $2 ORDER BY seq";
    tx.query(sql, params![first, last], read)
}

fn read(row: &Row<'_>) -> Result<Tick, StoreError> {
    let small =
        |number: i64| u8::try_from(number).map_err(|_| StoreError::Corrupt(format!("a tick with {number}")));
    Ok(Tick {
        seq: row.int(0)?,
        ts_ms: row.int(1)?,
        price: row.int(2)?,
        n_sources: small(row.int(3)?)?,
        flags: TickFlags(small(row.int(4)?)?),
    })
}

fn read_block(row: &Row<'_>) -> Result<BlockRow, StoreError> {
    Ok(BlockRow {
        minute: row.int(0)?,
        first_seq: row.int(1)?,
        last_seq: row.int(2)?,
        prev_hash: row.text(3)?,
        hash: row.text(4)?,
    })
}
