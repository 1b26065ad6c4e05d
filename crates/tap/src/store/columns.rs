//! Columns with bets, in rows.

use crate::domain::column_book::ColumnBook;
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnState {
    /// Bets may come, or are waiting for its end.
    Open,
    /// Decided; its bets are being paid.
    Paying,
    /// Every bet has its outcome.
    Settled,
}

/// A column's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRow {
    /// Its number (`money::column_id`).
    pub id: i64,
    /// The epoch it was offered in.
    pub epoch: i64,
    /// Its index.
    pub col: i64,
    /// Its width, ms.
    pub width_ms: i64,
    /// Its start, Unix ms.
    pub t0_ms: i64,
    /// Its end, Unix ms.
    pub t1_ms: i64,
    /// Row height, cents.
    pub height: i64,
    /// The rules it was priced by and is decided by.
    pub rule_version: u32,
    /// Where it stands.
    pub state: ColumnState,
    /// How many bets.
    pub bets: i64,
    /// Their stakes, cents.
    pub stakes: i64,
    /// What the house reserved, cents.
    pub reserved: i64,
    /// What its rows owe.
    pub book: ColumnBook,
    /// What was due when it was decided, cents.
    pub due: Option<i64>,
    /// The number of its first bet. Another node's may be smaller.
    pub first_bet: i64,
    /// The number of its last bet so far. Another node's may be larger.
    pub last_bet: i64,
}

impl ColumnState {
    /// As written in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paying => "paying",
            Self::Settled => "settled",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "open" => Ok(Self::Open),
            "paying" => Ok(Self::Paying),
            "settled" => Ok(Self::Settled),
            other => Err(StoreError::Corrupt(format!("a column says '{other}'"))),
        }
    }
}

/// Every column that is not settled, for a decision: on PostgreSQL their rows stay locked until the transaction ends.
pub fn lock_unsettled(tx: &mut Tx<'_>) -> Result<Vec<ColumnRow>, StoreError> {
    let sql = tx.pick(
        "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
         WHERE state <> 'settled' ORDER BY t1_ms, id",
        "SELECT id, epoch, col, width_ms, t0_ms, t1_ms, height, rule_version, state, bets, stakes, reserved, book, due, first_bet, last_bet FROM columns
         WHERE state <> 'settled' ORDER BY t1_ms, id FOR UPDATE",
    );
    tx.query(sql, &[], read)
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
    let changed = tx.execute(
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
    )?;
    expect_one(changed, row.id)
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
    let (id, version, book) = (row.int(0)?, row.int(7)?, row.text(12)?);
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
        state: ColumnState::parse(&row.text(8)?)?,
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
