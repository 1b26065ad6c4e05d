//! A user's wallet: what can be spent, what is held, and every movement, newest first.

use crate::app::App;
use crate::domain::money::{debt_of, locator_kind, transfer_code};
use kernel::{Refusal, Timestamp, UserId};
use ledger::Book;
use store::locator::{self, JoinSql, Joined};
use store::{Row, StoreError, Tx, params};

/// What a user has.
#[derive(Debug, Clone)]
pub struct Wallet {
    /// Units that can be spent.
    pub balance: i64,
    /// Units that wait to leave.
    pub held: i64,
    /// Units that are owed.
    pub debt: i64,
    /// Movements.
    pub history: Vec<Entry>,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// By this they are ordered.
    pub id: i64,
    /// Units; below zero: they left.
    pub amount: i64,
    /// Why.
    pub reason: &'static str,
    /// When.
    pub at: Timestamp,
}

/// Votes are found by their events, payouts by their votes; everything else is named by a locator.
macro_rules! history {
    ($located:literal) => {
        concat!(
            "WITH l AS (",
            $located,
            ")
  SELECT id, amount, code, at FROM (
    SELECT v.id AS id, -v.cost AS amount, 2 AS code, v.accepted_at AS at
      FROM l JOIN votes v ON v.event_id = l.key AND v.seq = l.id WHERE l.kind = $2 AND v.cost > 0
    UNION ALL
    SELECT COALESCE(s.last_transfer, v.id + 1), v.payout, CASE v.outcome WHEN 'won' THEN 3 ELSE 4 END,
        COALESCE(s.finished_at, s.started_at)
      FROM l JOIN votes v ON v.event_id = l.key AND v.seq = l.id
      JOIN settlements s ON s.event_id = v.event_id AND s.attempt = v.attempt WHERE l.kind = $2 AND v.payout > 0
    UNION ALL
    SELECT t.id, CASE WHEN t.credit = $1 OR t.kind = 4 THEN t.amount ELSE -t.amount END, t.code, t.at
      FROM l JOIN transfers t ON t.id = l.id WHERE l.kind = $3
  ) AS movements WHERE id < $4 ORDER BY id DESC LIMIT $5"
        )
    };
}
const HISTORY: JoinSql = JoinSql {
    sqlite: history!(
        "SELECT kind, key, id FROM locators WHERE owner = $1 AND kind IN ($2, $3)
         UNION ALL SELECT value ->> 0 AS kind, value ->> 1 AS key, value ->> 2 AS id FROM json_each($6)"
    ),
    postgres: history!("SELECT kind, key, id FROM locators WHERE owner = $1 AND kind IN ($2, $3)"),
};

/// The wallet, with movements of smaller numbers than `before`.
pub async fn run(app: &App, user: UserId, before: i64, limit: i64) -> Result<Wallet, Refusal> {
    Ok(app.store.read(move |tx| read(tx, user, before, limit)).await?)
}

fn read(tx: &mut Tx<'_>, user: UserId, before: i64, limit: i64) -> Result<Wallet, StoreError> {
    let wallet = Book::peek(tx, user.0)?.map(|account| account.balances).unwrap_or_default();
    let debt = Book::peek(tx, debt_of(user))?.map_or(0, |account| -account.balances.posted());
    let kinds = (locator_kind::VOTE, locator_kind::WALLET_ENTRY);
    let joined = Joined { owner: user.0, kinds: &[kinds.0, kinds.1], from: i64::MIN };
    let row = params![user.0, kinds.0, kinds.1, before, limit];
    let history = locator::join(tx, HISTORY, joined, row, entry)?;
    Ok(Wallet { balance: wallet.available(), held: wallet.debits_pending, debt, history })
}

fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    let (code, at) = (row.int(2)?, Timestamp::from_micros(row.int(3)?));
    Ok(Entry { id: row.int(0)?, amount: row.int(1)?, reason: transfer_code::name(code), at })
}
