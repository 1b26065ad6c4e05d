//! Events, in rows.

use crate::domain::event::{Kind, PotEvent, Settlement, State, tallies_from, tallies_json};
use crate::domain::ids::{EventId, GameId, StreamerId};
use kernel::Timestamp;
use store::{BulkSql, Column, Flight, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "id, streamer_id, game_id, external_id, title, kind, options, cost, rake_bps, blind_s, salt, state, settlement, opens_at, \
         closes_at, closed_at, votes, stakes, tallies, result, settle_at, outcome, result_option, decided_at, created_by, created_at"
    };
}
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM events ", $rest)
    };
}

const LOCK: BulkSql = BulkSql {
    sqlite: select!("WHERE id = $1"),
    postgres: concat!(
        "SELECT u.at, e.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at) CROSS JOIN LATERAL (SELECT ",
        columns!(),
        " FROM events WHERE id = u.id OFFSET 0 FOR UPDATE) e"
    ),
};

const COUNT: BulkSql = BulkSql {
    sqlite: "UPDATE events SET votes = $2, stakes = $3, tallies = $4 WHERE id = $1 AND state = 'live'",
    postgres: "UPDATE events e SET votes = u.votes, stakes = u.stakes, tallies = u.tallies
               FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS u(id, votes, stakes, tallies)
               WHERE e.id = u.id AND e.state = 'live'",
};

/// Which events are listed.
#[derive(Debug, Clone, Copy)]
pub struct EventFilter {
    /// Of this streamer.
    pub streamer: Option<StreamerId>,
    /// In this state.
    pub state: Option<State>,
    /// With smaller numbers.
    pub before: i64,
    /// Rows to give.
    pub limit: i64,
}

/// The event of this number, to look at.
pub fn by_id(tx: &mut Tx<'_>, id: EventId) -> Result<Option<PotEvent>, StoreError> {
    tx.query_opt(select!("WHERE id = $1"), params![id.0], |row| read(row, 0))
}

/// The event that its reporter calls so.
pub fn by_external(
    tx: &mut Tx<'_>,
    streamer: StreamerId,
    external_id: &str,
) -> Result<Option<PotEvent>, StoreError> {
    let sql = select!("WHERE streamer_id = $1 AND external_id = $2");
    tx.query_opt(sql, params![streamer.0, external_id], |row| read(row, 0))
}

/// Events for a decision: on PostgreSQL their rows stay locked, in the order of their numbers.
pub fn lock(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<PotEvent>, StoreError> {
    let mut events = Vec::with_capacity(ids.len());
    let mut flight = tx.flight();
    query_locked(&mut flight, ids, &mut events)?;
    flight.land()?;
    Ok(events)
}

/// The same, asked together with other questions.
pub fn query_locked<'f>(
    flight: &mut Flight<'_, '_, 'f>,
    ids: &[i64],
    events: &'f mut Vec<PotEvent>,
) -> Result<(), StoreError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    flight.bulk_query(LOCK, &[Column::Int(&ids)], |_, row, first| {
        events.push(read(row, first)?);
        Ok(())
    })
}

/// One event for a decision.
pub fn lock_one(tx: &mut Tx<'_>, id: EventId) -> Result<Option<PotEvent>, StoreError> {
    Ok(lock(tx, &[id.0])?.pop())
}

/// Those of a list, newest first.
pub fn list(tx: &mut Tx<'_>, filter: &EventFilter) -> Result<Vec<PotEvent>, StoreError> {
    let sql = select!(
        "WHERE id < $1 AND (CAST($2 AS BIGINT) IS NULL OR streamer_id = $2) AND (CAST($3 AS TEXT) IS NULL OR state = $3)
         ORDER BY id DESC LIMIT $4"
    );
    let streamer = filter.streamer.map(|streamer| streamer.0);
    let state = filter.state.map(State::as_str);
    tx.query(sql, params![filter.before, streamer, state, filter.limit], |row| read(row, 0))
}

/// Every event that takes votes.
pub fn live(tx: &mut Tx<'_>) -> Result<Vec<PotEvent>, StoreError> {
    tx.query(select!("WHERE state = 'live' ORDER BY id"), &[], |row| read(row, 0))
}

/// How many events of a streamer take votes.
pub fn count_live(tx: &mut Tx<'_>, streamer: StreamerId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM events WHERE streamer_id = $1 AND state = 'live'";
    tx.query_one(sql, params![streamer.0], |row| row.int(0))
}

/// The numbers of those whose time is over at `now`.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<EventId>, StoreError> {
    let sql = "SELECT id FROM events WHERE state = 'live' AND closes_at <= $1 ORDER BY closes_at LIMIT $2";
    tx.query(sql, params![now, limit], |row| Ok(EventId(row.int(0)?)))
}

/// The numbers of those whose result is carried out at `now`.
pub fn due_to_settle(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<EventId>, StoreError> {
    let sql = "SELECT id FROM events WHERE settlement IN ('pending', 'proposed') AND settle_at <= $1 ORDER BY id LIMIT $2";
    tx.query(sql, params![now, limit], |row| Ok(EventId(row.int(0)?)))
}

/// The numbers of those that were closed at or before `before` and have no result.
pub fn unresolved(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<EventId>, StoreError> {
    let sql = "SELECT id FROM events WHERE settlement IN ('pending', 'proposed') AND settlement = 'pending'
               AND settle_at IS NULL AND closed_at <= $1 ORDER BY id LIMIT $2";
    tx.query(sql, params![before, limit], |row| Ok(EventId(row.int(0)?)))
}

/// A new event. Errors: `Unique` where its streamer has one of that name.
pub fn insert(tx: &mut Tx<'_>, event: &PotEvent) -> Result<(), StoreError> {
    let sql = "INSERT INTO events (id, streamer_id, game_id, external_id, title, kind, options, cost, rake_bps, blind_s, salt,
                 state, settlement, opens_at, closes_at, votes, stakes, tallies, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)";
    let options =
        serde_json::to_string(&event.options).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let row = params![
        event.id.0,
        event.streamer.0,
        event.game.map(|game| game.0),
        &event.external_id,
        &event.title,
        event.kind.as_str(),
        options,
        event.cost,
        event.rake_bps,
        event.blind_s,
        event.salt.as_slice(),
        event.state.as_str(),
        event.settlement.as_str(),
        event.opens_at,
        event.closes_at,
        event.votes,
        event.stakes,
        tallies_json(&event.tallies),
        &event.created_by,
        event.created_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Writes the counts of live events. Errors: one of them is live no more.
pub fn save_counts<'e>(
    tx: &mut Tx<'_>,
    events: impl Iterator<Item = &'e PotEvent> + Clone,
) -> Result<(), StoreError> {
    let column = |value: fn(&PotEvent) -> i64| -> Vec<i64> { events.clone().map(value).collect() };
    let (ids, votes, stakes) =
        (column(|event| event.id.0), column(|event| event.votes), column(|event| event.stakes));
    let tallies: Vec<String> = events.map(|event| tallies_json(&event.tallies)).collect();
    let tallies: Vec<&str> = tallies.iter().map(String::as_str).collect();
    let columns = [Column::Int(&ids), Column::Int(&votes), Column::Int(&stakes), Column::Text(&tallies)];
    tx.bulk_change("events that take votes", COUNT, &columns)
}

/// Writes where an event stands; its terms and counts never change by this.
pub fn save_state(tx: &mut Tx<'_>, event: &PotEvent, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE events SET state = $2, settlement = $3, closes_at = $4, closed_at = $5, result = $6, settle_at = $7,
                 outcome = $8, result_option = $9, decided_at = $10, updated_at = $11 WHERE id = $1";
    let option = event.result_option.and_then(|option| i64::try_from(option).ok());
    let row = params![
        event.id.0,
        event.state.as_str(),
        event.settlement.as_str(),
        event.closes_at,
        event.closed_at,
        event.result,
        event.settle_at,
        event.outcome.clone(),
        option,
        event.decided_at,
        now
    ];
    match tx.execute(sql, row)? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("event {} is gone", event.id.0))),
    }
}

/// Writes counts that were made anew from the votes.
pub fn recount(tx: &mut Tx<'_>, event: &PotEvent) -> Result<(), StoreError> {
    let sql = "UPDATE events SET votes = $2, stakes = $3, tallies = $4 WHERE id = $1";
    tx.execute(sql, params![event.id.0, event.votes, event.stakes, tallies_json(&event.tallies)])?;
    Ok(())
}

fn read(row: &Row<'_>, first: usize) -> Result<PotEvent, StoreError> {
    let text = |at: usize| row.text(first + at);
    let int = |at: usize| row.int(first + at);
    let time = |at: usize| int(at).map(Timestamp::from_micros);
    let maybe_time = |at: usize| Ok::<_, StoreError>(row.opt_int(first + at)?.map(Timestamp::from_micros));
    let corrupt = |what: &str| StoreError::Corrupt(format!("an event: {what}"));
    Ok(PotEvent {
        id: EventId(int(0)?),
        streamer: StreamerId(int(1)?),
        game: row.opt_int(first + 2)?.map(GameId),
        external_id: text(3)?,
        title: text(4)?,
        kind: Kind::parse(&text(5)?).ok_or_else(|| corrupt("its kind"))?,
        options: serde_json::from_str(&text(6)?).map_err(|_| corrupt("its options"))?,
        cost: int(7)?,
        rake_bps: int(8)?,
        blind_s: int(9)?,
        salt: row.blob(first + 10)?,
        state: State::parse(&text(11)?).ok_or_else(|| corrupt("its state"))?,
        settlement: Settlement::parse(&text(12)?).ok_or_else(|| corrupt("its settlement"))?,
        opens_at: time(13)?,
        closes_at: time(14)?,
        closed_at: maybe_time(15)?,
        votes: int(16)?,
        stakes: int(17)?,
        tallies: tallies_from(&text(18)?).ok_or_else(|| corrupt("its tallies"))?,
        result: row.opt_int(first + 19)?,
        settle_at: maybe_time(20)?,
        outcome: row.opt_text(first + 21)?,
        result_option: row.opt_int(first + 22)?.and_then(|option| usize::try_from(option).ok()),
        decided_at: maybe_time(23)?,
        created_by: text(24)?,
        created_at: time(25)?,
    })
}
