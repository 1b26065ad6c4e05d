//! Columns with bets, in rows.

use crate::domain::column::{ColumnRow, ColumnState};
use crate::domain::column_book::ColumnBook;
use kernel::Timestamp;
use store::{Flight, Row, StoreError, Tx, params};

/// Every column that is not settled, for a decision: on PostgreSQL their rows stay locked until the transaction ends.
pub fn query_unsettled<'f>(
    flight: &mut Flight<'_, '_, 'f>,
    columns: &'f mut Vec<ColumnRow>,
) -> Result<(), StoreError> {
    let sqlite = "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
         WHERE state <> 'settled' ORDER BY t1_ms, id";
    let postgres = "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
         WHERE state <> 'settled' ORDER BY t1_ms, id FOR UPDATE";
    let sql = if flight.at_once().is_some() { sqlite } else { postgres };
    flight.query(sql, &[], |row| {
        columns.push(read(row)?);
        Ok(())
    })
}

/// Every column that is not settled, for looking.
pub fn unsettled(tx: &mut Tx<'_>) -> Result<Vec<ColumnRow>, StoreError> {
    let sql = "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
               WHERE state <> 'settled' ORDER BY t1_ms, id";
    tx.query(sql, &[], read)
}

/// One column for a decision.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Option<ColumnRow>, StoreError> {
    let sql = tx.pick(
        "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
         WHERE id = $1",
        "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
         WHERE id = $1 FOR UPDATE",
    );
    tx.query_opt(sql, params![id], read)
}

/// One column for looking.
pub fn by_id(tx: &mut Tx<'_>, id: i64) -> Result<Option<ColumnRow>, StoreError> {
    let sql = "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
               WHERE id = $1";
    tx.query_opt(sql, params![id], read)
}

/// Writes what bets changed: a new column, or its sums.
pub fn save_book(tx: &mut Tx<'_>, row: &ColumnRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO columns (id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book,
                 first_bet, last_bet)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, $12, $13, $14)
               ON CONFLICT (id) DO UPDATE SET bets = excluded.bets, stakes = excluded.stakes,
                 reserved = excluded.reserved, book = excluded.book, last_bet = excluded.last_bet
               WHERE columns.state = 'open'";
    tx.change(
        "columns",
        sql,
        params![
            row.id,
            row.epoch,
            row.col,
            row.width_ms,
            row.t0_ms,
            row.t1_ms,
            row.height,
            i64::from(row.rule_version),
            row.bets,
            row.stakes,
            row.reserved,
            row.book.to_json().as_str(),
            row.first_bet,
            row.last_bet
        ],
    )
}

/// Marks a column decided.
pub fn close(tx: &mut Tx<'_>, id: i64, due: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE columns SET state = 'paying', reserved = 0, due = $2, closed_at = $3
               WHERE id = $1 AND state = 'open'";
    expect_one(tx.execute(sql, params![id, due, now])?, id)
}

/// Marks a column settled.
pub fn settle(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE columns SET state = 'settled', settled_at = $2 WHERE id = $1 AND state = 'paying'";
    expect_one(tx.execute(sql, params![id, now])?, id)
}

fn expect_one(changed: u64, id: i64) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Corrupt(format!("column {id} is in another state"))) }
}

fn read(row: &Row<'_>) -> Result<ColumnRow, StoreError> {
    let (id, version, state, book) = (row.int(0)?, row.int(7)?, row.text(8)?, row.text(12)?);
    Ok(ColumnRow {
        id,
        epoch: row.int(1)?,
        col: row.int(2)?,
        width_ms: row.int(3)?,
        t0_ms: row.int(4)?,
        t1_ms: row.int(5)?,
        height: row.int(6)?,
        rule_version: u32::try_from(version)
            .map_err(|_| StoreError::Corrupt(format!("rule version {version}")))?,
        state: ColumnState::parse(&state)
            .ok_or_else(|| StoreError::Corrupt(format!("a column says '{state}'")))?,
        bets: row.int(9)?,
        stakes: row.int(10)?,
        reserved: row.int(11)?,
        book: ColumnBook::from_json(&book)
            .ok_or_else(|| StoreError::Corrupt(format!("the book of column {id}")))?,
        due: row.opt_int(13)?,
        first_bet: row.int(14)?,
        last_bet: row.int(15)?,
    })
}
