//! Streamers, in rows.

use crate::domain::ids::StreamerId;
use crate::domain::streamer::{Streamer, StreamerStatus};
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, username, twitch_user_id, display_name, online, viewers, status, reason, absent_polls, added_by, ",
            "checked_at, created_at FROM streamers ",
            $rest
        )
    };
}

/// Which streamers are listed.
#[derive(Debug, Clone, Default)]
pub struct StreamerFilter {
    /// A part of either name, in lower case; empty: any.
    pub text: String,
    /// Of this status; none: all but banned ones.
    pub status: Option<StreamerStatus>,
    /// Rows to pass over.
    pub offset: i64,
    /// Rows to give.
    pub limit: i64,
}

/// The streamer of this number.
pub fn by_id(tx: &mut Tx<'_>, id: StreamerId) -> Result<Option<Streamer>, StoreError> {
    tx.query_opt(select!("WHERE id = $1"), params![id.0], read)
}

/// The streamer of this name.
pub fn by_username(tx: &mut Tx<'_>, username: &str) -> Result<Option<Streamer>, StoreError> {
    tx.query_opt(select!("WHERE username = $1"), params![username], read)
}

/// Those of a list, newest last.
pub fn list(tx: &mut Tx<'_>, filter: &StreamerFilter) -> Result<Vec<Streamer>, StoreError> {
    let status = filter.status.map(StreamerStatus::as_str);
    let escaped = filter.text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{escaped}%");
    let sql = select!(
        "WHERE (CAST($1 AS TEXT) IS NULL AND status <> 'banned' OR status = $1)
         AND (username LIKE $2 ESCAPE '\\' OR LOWER(display_name) LIKE $2 ESCAPE '\\')
         ORDER BY id LIMIT $3 OFFSET $4"
    );
    tx.query(sql, params![status, pattern, filter.limit, filter.offset], read)
}

/// Those to be looked at: eligible ones last seen before the first moment, waiting ones before the second; longest ago first.
pub fn due(
    tx: &mut Tx<'_>,
    (ok_before, pending_before): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Streamer>, StoreError> {
    let sql = select!(
        "WHERE status = 'ok' AND (checked_at IS NULL OR checked_at <= $1)
           OR status = 'pending' AND (checked_at IS NULL OR checked_at <= $2)
         ORDER BY COALESCE(checked_at, 0), id LIMIT $3"
    );
    tx.query(sql, params![ok_before, pending_before, limit], read)
}

/// A new streamer. Errors: `Unique` where the name has one.
pub fn insert(tx: &mut Tx<'_>, streamer: &Streamer) -> Result<(), StoreError> {
    let sql = "INSERT INTO streamers (id, platform, username, twitch_user_id, display_name, online, viewers, status, reason,
                 absent_polls, added_by, checked_at, created_at, updated_at)
               VALUES ($1, 'twitch', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    let row = params![
        streamer.id.0,
        &streamer.username,
        streamer.twitch_user_id.clone(),
        &streamer.display_name,
        streamer.online,
        streamer.viewers,
        streamer.status.as_str(),
        streamer.reason.clone(),
        streamer.absent_polls,
        streamer.added_by.0,
        streamer.checked_at,
        streamer.created_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Writes what can change of a streamer.
pub fn update(tx: &mut Tx<'_>, streamer: &Streamer, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE streamers SET twitch_user_id = $2, display_name = $3, online = $4, viewers = $5, status = $6, reason = $7,
                 absent_polls = $8, checked_at = $9, updated_at = $10 WHERE id = $1";
    let row = params![
        streamer.id.0,
        streamer.twitch_user_id.clone(),
        &streamer.display_name,
        streamer.online,
        streamer.viewers,
        streamer.status.as_str(),
        streamer.reason.clone(),
        streamer.absent_polls,
        streamer.checked_at,
        now
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// How a stream stood at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamReport {
    /// Whose.
    pub streamer: StreamerId,
    /// Whether it was live.
    pub online: bool,
    /// How many watched.
    pub viewers: i64,
    /// When somebody looked.
    pub at: Timestamp,
}

/// Takes a report over, unless one that is as new is known; whether it was taken.
pub fn report(tx: &mut Tx<'_>, report: &StreamReport, now: Timestamp) -> Result<bool, StoreError> {
    let sql =
        "UPDATE streamers SET online = $2, viewers = $3, reported_at = $4, updated_at = $5 WHERE id = $1
               AND (reported_at IS NULL OR reported_at < $4) AND (checked_at IS NULL OR checked_at < $4)";
    let StreamReport { streamer, online, viewers, at } = *report;
    Ok(tx.execute(sql, params![streamer.0, online, viewers, at, now])? == 1)
}

/// Whether a streamer was looked at and had no more viewers than the bar.
pub fn is_below(tx: &mut Tx<'_>, id: StreamerId, min_viewers: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM streamers WHERE id = $1 AND (checked_at IS NOT NULL OR reported_at IS NOT NULL)
               AND (NOT online OR viewers <= $2)";
    Ok(tx.query_opt(sql, params![id.0, min_viewers], |row| row.int(0))?.is_some())
}

fn read(row: &Row<'_>) -> Result<Streamer, StoreError> {
    let status = row.text(6)?;
    Ok(Streamer {
        id: StreamerId(row.int(0)?),
        username: row.text(1)?,
        twitch_user_id: row.opt_text(2)?,
        display_name: row.text(3)?,
        online: row.bool(4)?,
        viewers: row.int(5)?,
        status: StreamerStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("a streamer is '{status}'")))?,
        reason: row.opt_text(7)?,
        absent_polls: row.int(8)?,
        added_by: UserId(row.int(9)?),
        checked_at: row.opt_int(10)?.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.int(11)?),
    })
}
