//! Votes, in rows that lie in the order of their events and of their numbers there.

use crate::domain::event::Tally;
use crate::domain::ids::{EventId, VoteId};
use crate::domain::money::locator_kind;
use crate::domain::split::VoteOutcome;
use crate::domain::vote::Vote;
use kernel::{Timestamp, UserId};
use std::sync::Arc;
use store::keyed::{Earlier, Key};
use store::locator;
use store::{BulkSql, Column, Flight, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "event_id, seq, id, user_id, option, cost, idempotency_key, request_hash, accepted_at, balance_after, outcome, payout"
    };
}
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM votes ", $rest)
    };
}

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO votes (event_id, seq, id, user_id, option, cost, idempotency_key, request_hash, accepted_at, balance_after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    postgres: "INSERT INTO votes (event_id, seq, id, user_id, option, cost, idempotency_key, request_hash, accepted_at, balance_after)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::text[], $8::bigint[], $9::bigint[], $10::bigint[])",
};

const BY_PLACE: BulkSql = BulkSql {
    sqlite: select!("WHERE event_id = $1 AND seq = $2"),
    postgres: concat!(
        "SELECT u.at, v.* FROM UNNEST($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(event, seq, at)
         CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM votes WHERE event_id = u.event AND seq = u.seq OFFSET 0) v"
    ),
};

/// PostgreSQL: the vote that a key was used for. The key's locator names the event, the voter's own locator there the number.
const BY_KEY: &str = concat!(
    "SELECT u.at, v.* FROM ",
    store::located_columns!(),
    " CROSS JOIN LATERAL ",
    // Its kind is `locator_kind::VOTE`.
    store::located!("u.owner", "2", "l.id"),
    " n CROSS JOIN LATERAL (SELECT ",
    columns!(),
    " FROM votes WHERE event_id = l.id AND seq = n.id OFFSET 0) v"
);

const RESOLVE: BulkSql = BulkSql {
    sqlite: "UPDATE votes SET outcome = $3, payout = $4, attempt = $5 WHERE event_id = $1 AND seq = $2",
    postgres: "UPDATE votes v SET outcome = u.outcome, payout = u.payout, attempt = u.attempt
               FROM UNNEST($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
                 AS u(event, seq, outcome, payout, attempt)
               WHERE v.event_id = u.event AND v.seq = u.seq",
};

/// Writes new votes.
pub fn insert(tx: &mut Tx<'_>, votes: &[&Vote]) -> Result<(), StoreError> {
    let column = |value: fn(&Vote) -> i64| -> Vec<i64> { votes.iter().map(|vote| value(vote)).collect() };
    let keys: Vec<&str> = votes.iter().map(|vote| vote.key.as_str()).collect();
    tx.bulk_write(
        INSERT,
        &[
            Column::Int(&column(|vote| vote.event.0)),
            Column::Int(&column(|vote| vote.seq)),
            Column::Int(&column(|vote| vote.id.0)),
            Column::Int(&column(|vote| vote.user.0)),
            Column::Int(&column(|vote| i64::try_from(vote.option).unwrap_or(i64::MAX))),
            Column::Int(&column(|vote| vote.cost)),
            Column::Text(&keys),
            Column::Int(&column(|vote| vote.request_hash)),
            Column::Int(&column(|vote| vote.accepted_at.as_micros())),
            Column::Int(&column(|vote| vote.balance_after)),
        ],
    )
}

/// The votes at these places (event, number); one that is not there is passed over.
pub fn by_places(tx: &mut Tx<'_>, places: &[(i64, i64)]) -> Result<Vec<Vote>, StoreError> {
    let events: Vec<i64> = places.iter().map(|(event, _)| *event).collect();
    let numbers: Vec<i64> = places.iter().map(|(_, seq)| *seq).collect();
    let mut votes = Vec::with_capacity(places.len());
    tx.bulk_query(BY_PLACE, &[Column::Int(&events), Column::Int(&numbers)], |_, row, first| {
        votes.push(read(row, first)?);
        Ok(())
    })?;
    Ok(votes)
}

/// Asks PostgreSQL for the votes that keys were used for, together with other questions.
pub fn query_earlier<'f>(
    flight: &mut Flight<'_, '_, 'f>,
    asked: Vec<Key>,
    earlier: &'f mut Earlier<Arc<Vote>>,
) -> Result<(), StoreError> {
    earlier.query_joined(flight, asked, (locator_kind::VOTE_KEY, BY_KEY), |row, first| {
        read(row, first).map(Arc::new)
    })
}

/// The next votes of an event after number `after`, in order.
pub fn of_event(tx: &mut Tx<'_>, event: EventId, after: i64, limit: i64) -> Result<Vec<Vote>, StoreError> {
    let sql = select!("WHERE event_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    tx.query(sql, params![event.0, after, limit], |row| read(row, 0))
}

/// The tallies of an event by choice, of its votes that were accepted at or before `until`.
pub fn tallies(
    tx: &mut Tx<'_>,
    event: EventId,
    options: usize,
    until: Timestamp,
) -> Result<Vec<Tally>, StoreError> {
    let sql = "SELECT option, COUNT(*), CAST(SUM(cost) AS BIGINT) FROM votes WHERE event_id = $1 AND accepted_at <= $2
               GROUP BY option";
    let mut tallies = vec![Tally::default(); options];
    let rows = tx.query(sql, params![event.0, until], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))?;
    for (option, votes, stake) in rows {
        let place = usize::try_from(option).ok().and_then(|option| tallies.get_mut(option));
        *place.ok_or_else(|| StoreError::Corrupt(format!("a vote for choice {option}")))? =
            Tally { votes, stake };
    }
    Ok(tallies)
}

/// What became of a vote.
#[derive(Debug, Clone, Copy)]
pub struct Resolution {
    /// Its number in its event.
    pub seq: i64,
    /// What became of it.
    pub outcome: VoteOutcome,
    /// What it got.
    pub payout: i64,
}

/// Writes what became of votes of one event in an attempt.
pub fn resolve(
    tx: &mut Tx<'_>,
    event: EventId,
    attempt: i64,
    resolutions: &[Resolution],
) -> Result<(), StoreError> {
    let same = |value: i64| vec![value; resolutions.len()];
    let numbers: Vec<i64> = resolutions.iter().map(|one| one.seq).collect();
    let outcomes: Vec<&str> = resolutions.iter().map(|one| one.outcome.as_str()).collect();
    let payouts: Vec<i64> = resolutions.iter().map(|one| one.payout).collect();
    tx.bulk_execute(
        RESOLVE,
        &[
            Column::Int(&same(event.0)),
            Column::Int(&numbers),
            Column::Text(&outcomes),
            Column::Int(&payouts),
            Column::Int(&same(attempt)),
        ],
    )?;
    Ok(())
}

/// The places of a user's votes on events with smaller numbers than `before`, newest event first.
pub fn places_of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let last = before.saturating_sub(1);
    locator::last_entries(tx, user.0, locator_kind::VOTE, last, limit)
}

/// Who voted on an event for what: (user, choice).
pub fn voters(tx: &mut Tx<'_>, event: EventId) -> Result<Vec<(i64, usize)>, StoreError> {
    let sql = "SELECT user_id, option FROM votes WHERE event_id = $1";
    tx.query(sql, params![event.0], |row| {
        Ok((row.int(0)?, usize::try_from(row.int(1)?).unwrap_or(usize::MAX)))
    })
}

fn read(row: &Row<'_>, first: usize) -> Result<Vote, StoreError> {
    let int = |at: usize| row.int(first + at);
    let outcome = row.opt_text(first + 10)?;
    let known = outcome.as_deref().map(|text| {
        VoteOutcome::parse(text).ok_or_else(|| StoreError::Corrupt(format!("a vote is '{text}'")))
    });
    Ok(Vote {
        event: EventId(int(0)?),
        seq: int(1)?,
        id: VoteId(int(2)?),
        user: UserId(int(3)?),
        option: usize::try_from(int(4)?).map_err(|_| StoreError::Corrupt("a vote's choice".into()))?,
        cost: int(5)?,
        key: row.text(first + 6)?,
        request_hash: int(7)?,
        accepted_at: Timestamp::from_micros(int(8)?),
        balance_after: int(9)?,
        outcome: known.transpose()?,
        payout: row.opt_int(first + 11)?,
    })
}
