//! Looking at money: a player's balance, and the entries of the ledger behind it.

use crate::app::App;
use crate::domain::money::{locator_kind, transfer_code};
use kernel::{IdSource, Refusal, Timestamp, UserId};
use ledger::Book;
use store::locator::{self, JoinSql, Joined, Kind};
use store::{Row, StoreError, Tx, params};

/// A bet is decided well within a day; older ones are not looked for.
const OPEN_FOR_S: i64 = 86_400;

const OPEN_STAKE: JoinSql = JoinSql {
    sqlite: "SELECT CAST(COALESCE(SUM(b.amount), 0) AS BIGINT) FROM
               (SELECT id FROM locators WHERE owner = $1 AND kind = $2 UNION ALL SELECT value ->> 2 AS id FROM json_each($4)) l
             JOIN bets b ON b.id = l.id WHERE l.id >= $3 AND b.status = 'confirmed'",
    postgres: "SELECT CAST(COALESCE(SUM(b.amount), 0) AS BIGINT) FROM locators l JOIN bets b ON b.id = l.id
               WHERE l.owner = $1 AND l.kind = $2 AND l.id >= $3 AND b.status = 'confirmed'",
};

/// Every posted transfer of a player is named by a locator: a bet's by its nonce, a payout's by its bet, a faucet's by its
/// day, deposits and withdrawals by their numbers.
const NAMED: [Kind; 5] = [
    locator_kind::NONCE,
    locator_kind::PAYOUT,
    locator_kind::FAUCET,
    locator_kind::DEPOSIT,
    locator_kind::WITHDRAWAL,
];

const ENTRIES: JoinSql = JoinSql {
    sqlite: "SELECT t.id, t.amount, t.code, t.credit, t.at, t.debit_posted_after, t.credit_posted_after, l.kind, l.key FROM
               (SELECT kind, key, id FROM locators WHERE owner = $1 AND kind IN (1, 5, 6, 7, 8) UNION ALL
                SELECT value ->> 0 AS kind, value ->> 1 AS key, value ->> 2 AS id FROM json_each($4)) l
             JOIN transfers t ON t.id = l.id WHERE l.id < $2 ORDER BY l.id DESC LIMIT $3",
    postgres: "SELECT t.id, t.amount, t.code, t.credit, t.at, t.debit_posted_after, t.credit_posted_after, l.kind, l.key
               FROM locators l JOIN transfers t ON t.id = l.id
               WHERE l.owner = $1 AND l.kind IN (1, 5, 6, 7, 8) AND l.id < $2 ORDER BY l.id DESC LIMIT $3",
};

/// What a player has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Cents that can be staked.
    pub balance: i64,
    /// The number of the player's last event; grows with every change.
    pub version: i64,
    /// Cents in bets that are not decided.
    pub open_stake: i64,
    /// Cents held for withdrawals that wait for a decision.
    pub held: i64,
}

/// The balance of `user`.
pub async fn balance(app: &App, user: UserId) -> Result<Balance, Refusal> {
    let since = IdSource::first_of(app.clock.now().plus_secs(-OPEN_FOR_S));
    Ok(app.store.read(move |tx| read_balance(tx, user, since)).await?)
}

fn read_balance(tx: &mut Tx<'_>, user: UserId, since: i64) -> Result<Balance, StoreError> {
    let account = Book::peek(tx, user.0)?;
    let nonces = Joined { owner: user.0, kinds: &[locator_kind::NONCE], from: since };
    let stakes = params![user.0, locator_kind::NONCE, since];
    let open_stake = locator::join(tx, OPEN_STAKE, nonces, stakes, |row| row.int(0))?.pop().unwrap_or(0);
    Ok(Balance {
        balance: account.as_ref().map_or(0, |account| account.balances.available()),
        held: account.map_or(0, |account| account.balances.debits_pending),
        version: sequence(tx, user)?,
        open_stake,
    })
}

/// The number of the last event of `user`.
pub async fn last_sequence(app: &App, user: UserId) -> Result<i64, Refusal> {
    Ok(app.store.read(move |tx| sequence(tx, user)).await?)
}

fn sequence(tx: &mut Tx<'_>, user: UserId) -> Result<i64, StoreError> {
    store::sequence::last(tx, locator_kind::SEQUENCE, user.0)
}

/// One movement of a player's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The transfer's number.
    pub id: i64,
    /// Cents; negative: it left the player.
    pub amount: i64,
    /// Cents right after it.
    pub balance_after: i64,
    /// What it was, as entries are called (`BET`, `PAYOUT`, `REFUND`, `DEPOSIT`, `WITHDRAWAL`).
    pub kind: &'static str,
    /// The bet, for all but deposits and withdrawals.
    pub bet: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// A player's entries with smaller numbers than `before`, newest first.
pub async fn entries(app: &App, user: UserId, before: i64, limit: i64) -> Result<Vec<Entry>, Refusal> {
    let read = move |row: &Row<'_>| {
        let (id, amount, came) = (row.int(0)?, row.int(1)?, row.int(3)? == user.0);
        let bet = match row.int(7)? {
            locator_kind::NONCE => Some(id),
            locator_kind::PAYOUT => Some(row.int(8)?),
            _ => None,
        };
        Ok(Entry {
            id,
            amount: if came { amount } else { -amount },
            balance_after: row.int(if came { 6 } else { 5 })?,
            kind: kind_of(row.int(2)?),
            bet,
            at: Timestamp::from_micros(row.int(4)?),
        })
    };
    let joined = Joined { owner: user.0, kinds: &NAMED, from: i64::MIN };
    let find =
        move |tx: &mut Tx<'_>| locator::join(tx, ENTRIES, joined, params![user.0, before, limit], read);
    Ok(app.store.read(find).await?)
}

fn kind_of(code: i64) -> &'static str {
    match code {
        transfer_code::BET => "BET",
        transfer_code::PAYOUT => "PAYOUT",
        transfer_code::REFUND => "REFUND",
        transfer_code::DEPOSIT => "DEPOSIT",
        transfer_code::WITHDRAWAL => "WITHDRAWAL",
        _ => "ADJUST",
    }
}
