//! Bets in rows.

use crate::domain::bet::{Bet, BetStatus, Signed};
use crate::domain::ids::BetId;
use crate::domain::money::locator_kind;
use kernel::{Timestamp, UserId};
use std::sync::Arc;
use store::keyed::Making;
use store::locator::{self, JoinSql, Joined};
use store::{BulkSql, Column, Flight, Row, StoreError, Tx, params};

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO bets (id, user_id, column_id, low, high, amount, rate, payout, quote_seq, edge_bp, p_ppb, status,
               nonce, signed_at_ms, domain, chain_id, scheme, key, signature, request_hash, placed_at, seq, balance_after,
               rate_seen, quote_seen, min_rate)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
               $23, $24, $25, $26)",
    postgres: "INSERT INTO bets (id, user_id, column_id, low, high, amount, rate, payout, quote_seq, edge_bp, p_ppb, status,
                 nonce, signed_at_ms, domain, chain_id, scheme, key, signature, request_hash, placed_at, seq, balance_after,
                 rate_seen, quote_seen, min_rate)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::text[],
                 $14::bigint[], $15::text[], $16::bigint[], $17::bigint[], $18::bytea[], $19::bytea[], $20::bigint[],
                 $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[], $26::bigint[])",
};

const BY_ID: BulkSql = BulkSql {
    sqlite: "SELECT id, user_id, column_id, low, high, amount, rate, payout, quote_seq, edge_bp, p_ppb, status, nonce,
               signed_at_ms, domain, chain_id, scheme, key, signature, request_hash, placed_at, seq, balance_after,
               resolved_at, payout_amount, payout_transfer, rate_seen, quote_seen, min_rate FROM bets WHERE id = $1",
    postgres: "SELECT u.at, b.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT id, user_id, column_id, low, high, amount, rate, payout, quote_seq, edge_bp,
                 p_ppb, status, nonce, signed_at_ms, domain, chain_id, scheme, key, signature, request_hash, placed_at, seq,
                 balance_after, resolved_at, payout_amount, payout_transfer, rate_seen, quote_seen, min_rate
                 FROM bets WHERE id = u.id OFFSET 0) b",
};

const RESOLVE: BulkSql = BulkSql {
    sqlite: "UPDATE bets SET status = $2, resolved_at = $3, payout_amount = $4, payout_transfer = $5
             WHERE id = $1 AND status = 'confirmed'",
    postgres: "UPDATE bets b SET status = u.status, resolved_at = u.at, payout_amount = u.paid, payout_transfer = u.by
               FROM UNNEST($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
                 AS u(id, status, at, paid, by)
               WHERE b.id = u.id AND b.id = ANY($1::bigint[]) AND b.status = 'confirmed'",
};

const OWED: BulkSql = BulkSql {
    // Of one bet: on SQLite its bets are found first.
    sqlite: "SELECT payout FROM bets WHERE id = $1 AND column_id = $2",
    postgres: "SELECT u.at, b.owed FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
                 WITH ORDINALITY AS u(owner, column_id, first_key, last_key, at)
               CROSS JOIN LATERAL (SELECT CAST(COALESCE(SUM(b.payout), 0) AS BIGINT) AS owed FROM locators l
                 JOIN bets b ON b.id = l.id AND b.column_id = u.column_id
                 WHERE l.owner = u.owner AND l.kind = 2 AND l.key BETWEEN u.first_key AND u.last_key OFFSET 0) b",
};

/// A player and a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owing {
    /// Who.
    pub user: i64,
    /// The column's number.
    pub column: i64,
    /// Under which keys the column's cells are found.
    pub keys: (i64, i64),
}

/// Asks what each column owes each player if all of their bets there win, cents; in the order of the questions.
pub fn query_owed<'f>(
    flight: &mut Flight<'_, '_, 'f>,
    questions: &[Owing],
    owed: &'f mut Vec<i64>,
) -> Result<(), StoreError> {
    owed.resize(questions.len(), 0);
    if let Some(tx) = flight.at_once() {
        for (owed, question) in owed.iter_mut().zip(questions) {
            *owed = owed_on_sqlite(tx, question)?;
        }
        return Ok(());
    }
    let asked = |of: fn(&Owing) -> i64| questions.iter().map(of).collect::<Vec<_>>();
    let (users, columns) = (asked(|one| one.user), asked(|one| one.column));
    let (first, last) = (asked(|one| one.keys.0), asked(|one| one.keys.1));
    let bound = [Column::Int(&users), Column::Int(&columns), Column::Int(&first), Column::Int(&last)];
    flight.bulk_query(OWED, &bound, |at, row, from| {
        owed[at] = row.int(from)?;
        Ok(())
    })
}

fn owed_on_sqlite(tx: &mut Tx<'_>, question: &Owing) -> Result<i64, StoreError> {
    let (first, last) = question.keys;
    let cells = locator::entries(tx, question.user, locator_kind::CELL, first..=last)?;
    let (ids, columns): (Vec<_>, Vec<_>) = cells.iter().map(|(_, id)| (*id, question.column)).unzip();
    let mut owed = 0;
    tx.bulk_query(OWED, &[Column::Int(&ids), Column::Int(&columns)], |_, row, from| {
        owed += row.int(from)?;
        Ok(())
    })?;
    Ok(owed)
}
/// How the bet that a nonce has made is read.
pub(crate) const MAKING: Making<Arc<Bet>> = Making {
    kind: locator_kind::NONCE,
    by_ids: |tx, ids| Ok(by_ids(tx, ids)?.into_iter().map(Arc::new).collect()),
    id_of: |bet| bet.id.0,
    by_places: concat!(
        "SELECT u.at, b.* FROM ",
        store::located_columns!(),
        " CROSS JOIN LATERAL (SELECT id, user_id, column_id, low, high, amount, rate, payout, quote_seq, edge_bp,
                 p_ppb, status, nonce, signed_at_ms, domain, chain_id, scheme, key, signature, request_hash, placed_at, seq,
                 balance_after, resolved_at, payout_amount, payout_transfer, rate_seen, quote_seen, min_rate
                 FROM bets WHERE id = l.id OFFSET 0) b"
    ),
    read: |row, first| read(row, first).map(Arc::new),
};

fn column(rows: &[&Bet], of: impl Fn(&Bet) -> i64) -> Vec<i64> {
    rows.iter().map(|bet| of(bet)).collect()
}

/// Inserts fresh bets, in the order of their ids.
pub fn insert(tx: &mut Tx<'_>, rows: &[&Bet]) -> Result<(), StoreError> {
    let texts = |of: fn(&Bet) -> &str| rows.iter().map(|bet| of(bet)).collect::<Vec<_>>();
    let blobs = |of: fn(&Bet) -> &[u8]| rows.iter().map(|bet| of(bet)).collect::<Vec<_>>();
    let min_rates: Vec<_> = rows.iter().map(|bet| bet.signed.min_rate.map(i64::from)).collect();
    tx.bulk_write(
        INSERT,
        &[
            Column::Int(&column(rows, |b| b.id.0)),
            Column::Int(&column(rows, |b| b.user.0)),
            Column::Int(&column(rows, |b| b.column)),
            Column::Int(&column(rows, |b| b.low)),
            Column::Int(&column(rows, |b| b.high)),
            Column::Int(&column(rows, |b| b.amount)),
            Column::Int(&column(rows, |b| i64::from(b.rate))),
            Column::Int(&column(rows, |b| b.payout)),
            Column::Int(&column(rows, |b| b.quote_seq)),
            Column::Int(&column(rows, |b| b.edge_bp)),
            Column::Int(&column(rows, |b| b.p_ppb)),
            Column::Text(&texts(|b| b.status.as_str())),
            Column::Text(&texts(|b| &b.signed.nonce)),
            Column::Int(&column(rows, |b| b.signed.signed_at_ms)),
            Column::Text(&texts(|b| &b.signed.domain)),
            Column::Int(&column(rows, |b| b.signed.chain_id)),
            Column::Int(&column(rows, |b| b.signed.scheme)),
            Column::Blob(&blobs(|b| &b.signed.key)),
            Column::Blob(&blobs(|b| &b.signed.signature)),
            Column::Int(&column(rows, |b| b.request_hash)),
            Column::Int(&column(rows, |b| b.placed_at.as_micros())),
            Column::Int(&column(rows, |b| b.seq)),
            Column::Int(&column(rows, |b| b.balance_after)),
            Column::Int(&column(rows, |b| i64::from(b.signed.rate_seen))),
            Column::Int(&column(rows, |b| b.signed.quote_seen)),
            Column::OptInt(&min_rates),
        ],
    )
}

/// The bets of these ids; unknown ids are left out.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Bet>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    tx.bulk_query(BY_ID, &[Column::Int(ids)], |_, row, first| {
        found.push(read(row, first)?);
        Ok(())
    })?;
    Ok(found)
}

/// The bet of this id, if there is one.
pub fn by_id(tx: &mut Tx<'_>, id: BetId) -> Result<Option<Bet>, StoreError> {
    Ok(by_ids(tx, &[id.0])?.pop())
}

/// What a bet has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The bet.
    pub bet: i64,
    /// Whose.
    pub user: i64,
    /// The nonce it spent.
    pub nonce: String,
    /// Lower bound of its row, cents.
    pub low: i64,
    /// Index and width (ms) of the column, where the column is known.
    pub place: Option<(i64, i64)>,
}

/// What bets with larger numbers than `after` have taken, in their order.
pub fn taken_after(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Taken>, StoreError> {
    let sql = "SELECT b.id, b.user_id, b.nonce, b.low, c.col, c.width_ms
               FROM bets b LEFT JOIN columns c ON c.id = b.column_id WHERE b.id > $1 ORDER BY b.id LIMIT $2";
    tx.query(sql, params![after, limit], |row| {
        Ok(Taken {
            bet: row.int(0)?,
            user: row.int(1)?,
            nonce: row.text(2)?,
            low: row.int(3)?,
            place: row.opt_int(4)?.zip(row.opt_int(5)?),
        })
    })
}

/// The next bets of a column that wait for their outcome, after bet `after`, at most `limit`. On SQLite this walks over all
/// bets that were made between the column's first and its last.
pub fn waiting(tx: &mut Tx<'_>, column: i64, after: i64, limit: i64) -> Result<Vec<Bet>, StoreError> {
    let sql = tx.pick(
        "SELECT id, user_id, column_id, low, high, amount, rate, payout, quote_seq, edge_bp, p_ppb, status, nonce,
           signed_at_ms, domain, chain_id, scheme, key, signature, request_hash, placed_at, seq, balance_after,
           resolved_at, payout_amount, payout_transfer, rate_seen, quote_seen, min_rate
         FROM bets INDEXED BY bets_in_time WHERE column_id = $1 AND status = 'confirmed'
           AND id > MAX($2, (SELECT first_bet - 1 FROM columns WHERE id = $1))
           AND id <= (SELECT last_bet FROM columns WHERE id = $1) ORDER BY id LIMIT $3",
        "SELECT id, user_id, column_id, low, high, amount, rate, payout, quote_seq, edge_bp, p_ppb, status, nonce,
           signed_at_ms, domain, chain_id, scheme, key, signature, request_hash, placed_at, seq, balance_after,
           resolved_at, payout_amount, payout_transfer, rate_seen, quote_seen, min_rate
         FROM bets WHERE column_id = $1 AND id > $2 AND status = 'confirmed' ORDER BY id LIMIT $3",
    );
    tx.query(sql, params![column, after, limit], |row| read(row, 0))
}

/// What a bet became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution {
    /// The bet.
    pub bet: i64,
    /// Won, lost or void.
    pub status: BetStatus,
    /// What was paid, cents.
    pub paid: i64,
    /// The transfer that paid.
    pub by: Option<i64>,
}

/// Writes outcomes. Errors: a bet that had one already, which must have been filtered out before.
pub fn resolve(tx: &mut Tx<'_>, rows: &[Resolution], now: Timestamp) -> Result<(), StoreError> {
    let ids: Vec<_> = rows.iter().map(|row| row.bet).collect();
    let statuses: Vec<_> = rows.iter().map(|row| row.status.as_str()).collect();
    let paid: Vec<_> = rows.iter().map(|row| row.paid).collect();
    let by: Vec<_> = rows.iter().map(|row| row.by).collect();
    let changed = tx.bulk_execute(
        RESOLVE,
        &[
            Column::Int(&ids),
            Column::Text(&statuses),
            Column::Int(&vec![now.as_micros(); rows.len()]),
            Column::Int(&paid),
            Column::OptInt(&by),
        ],
    )?;
    if changed == rows.len() as u64 {
        return Ok(());
    }
    Err(StoreError::Corrupt(format!("{changed} of {} bets were waiting for an outcome", rows.len())))
}

/// Which bets of a user to list.
#[derive(Debug, Clone, Default)]
pub struct BetFilter {
    /// Only those of this status.
    pub status: Option<BetStatus>,
    /// Placed at or after.
    pub from: Option<Timestamp>,
    /// Placed before.
    pub to: Option<Timestamp>,
    /// Only those with a smaller id.
    pub before: Option<i64>,
    /// At most this many.
    pub limit: i64,
}

macro_rules! of_user {
    ($located:literal) => {
        concat!(
            "SELECT b.id, b.user_id, b.column_id, b.low, b.high, b.amount, b.rate, b.payout, b.quote_seq, b.edge_bp,
               b.p_ppb, b.status, b.nonce, b.signed_at_ms, b.domain, b.chain_id, b.scheme, b.key, b.signature,
               b.request_hash, b.placed_at, b.seq, b.balance_after, b.resolved_at, b.payout_amount, b.payout_transfer,
               b.rate_seen, b.quote_seen, b.min_rate
             FROM (",
            $located,
            ") l JOIN bets b ON b.id = l.id
             WHERE ($3 = '' OR b.status = $3) AND b.placed_at >= $4 AND b.placed_at < $5 AND b.id < $6
             ORDER BY l.id DESC LIMIT $7"
        )
    };
}

const OF_USER: JoinSql = JoinSql {
    sqlite: of_user!(
        "SELECT id FROM locators WHERE owner = $1 AND kind = $2 UNION ALL SELECT value ->> 2 AS id FROM json_each($8)"
    ),
    postgres: of_user!("SELECT id FROM locators WHERE owner = $1 AND kind = $2"),
};

/// A user's bets, newest first. They are found through the locator of spent nonces, which names every one.
pub fn of_user(tx: &mut Tx<'_>, user: UserId, filter: &BetFilter) -> Result<Vec<Bet>, StoreError> {
    let kind = locator_kind::NONCE;
    locator::join(
        tx,
        OF_USER,
        Joined { owner: user.0, kinds: &[kind], from: i64::MIN },
        params![
            user.0,
            kind,
            filter.status.map_or("", BetStatus::as_str),
            filter.from.map_or(i64::MIN, Timestamp::as_micros),
            filter.to.map_or(i64::MAX, Timestamp::as_micros),
            filter.before.unwrap_or(i64::MAX),
            filter.limit
        ],
        |row| read(row, 0),
    )
}

fn rate_of(stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::Corrupt(format!("a rate of {stored}")))
}

fn read(row: &Row<'_>, first: usize) -> Result<Bet, StoreError> {
    let status = row.text(first + 11)?;
    let (rate, quote_seq) = (row.int(first + 6)?, row.int(first + 8)?);
    Ok(Bet {
        id: BetId(row.int(first)?),
        user: UserId(row.int(first + 1)?),
        column: row.int(first + 2)?,
        low: row.int(first + 3)?,
        high: row.int(first + 4)?,
        amount: row.int(first + 5)?,
        rate: rate_of(rate)?,
        payout: row.int(first + 7)?,
        quote_seq,
        edge_bp: row.int(first + 9)?,
        p_ppb: row.int(first + 10)?,
        status: BetStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("a bet says '{status}'")))?,
        signed: Signed {
            rate_seen: rate_of(row.opt_int(first + 26)?.unwrap_or(rate))?,
            quote_seen: row.opt_int(first + 27)?.unwrap_or(quote_seq),
            min_rate: row.opt_int(first + 28)?.map(rate_of).transpose()?,
            nonce: row.text(first + 12)?,
            signed_at_ms: row.int(first + 13)?,
            domain: row.text(first + 14)?,
            chain_id: row.int(first + 15)?,
            scheme: row.int(first + 16)?,
            key: row.blob(first + 17)?,
            signature: row.blob(first + 18)?,
        },
        request_hash: row.int(first + 19)?,
        placed_at: Timestamp::from_micros(row.int(first + 20)?),
        seq: row.int(first + 21)?,
        balance_after: row.int(first + 22)?,
        resolved_at: row.opt_int(first + 23)?.map(Timestamp::from_micros),
        payout_amount: row.opt_int(first + 24)?,
        payout_transfer: row.opt_int(first + 25)?,
    })
}
