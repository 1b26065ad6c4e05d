//! Games, in rows.

use crate::domain::game::{Game, GameStatus};
use crate::domain::ids::{GameId, StreamerId};
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, streamer_id, slug, title, description, rules, defaults, status, start_at, end_at, created_at, updated_at ",
            "FROM games ",
            $rest
        )
    };
}

/// The game of this number.
pub fn by_id(tx: &mut Tx<'_>, id: GameId) -> Result<Option<Game>, StoreError> {
    tx.query_opt(select!("WHERE id = $1"), params![id.0], read)
}

/// The game of this slug.
pub fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Game>, StoreError> {
    tx.query_opt(select!("WHERE slug = $1"), params![slug], read)
}

/// Games with smaller numbers than `before`, newest first.
pub fn list(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Game>, StoreError> {
    tx.query(select!("WHERE id < $1 ORDER BY id DESC LIMIT $2"), params![before, limit], read)
}

/// Writes a game, new or changed.
pub fn put(tx: &mut Tx<'_>, game: &Game) -> Result<(), StoreError> {
    let sql = "INSERT INTO games (id, streamer_id, slug, title, description, rules, defaults, status, start_at, end_at,
                 created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               ON CONFLICT (id) DO UPDATE SET streamer_id = excluded.streamer_id, slug = excluded.slug,
                 title = excluded.title, description = excluded.description, rules = excluded.rules,
                 defaults = excluded.defaults, status = excluded.status, start_at = excluded.start_at,
                 end_at = excluded.end_at, updated_at = excluded.updated_at";
    let row = params![
        game.id.0,
        game.streamer.map(|streamer| streamer.0),
        &game.slug,
        &game.title,
        &game.description,
        json(&game.rules)?,
        json(&game.defaults)?,
        game.status.as_str(),
        game.start_at,
        game.end_at,
        game.created_at,
        game.updated_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Removes a game.
pub fn delete(tx: &mut Tx<'_>, id: GameId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM games WHERE id = $1", params![id.0])?;
    Ok(())
}

/// Whether an event belongs to it.
pub fn has_events(tx: &mut Tx<'_>, id: GameId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM events WHERE game_id = $1 LIMIT 1";
    Ok(tx.query_opt(sql, params![id.0], |row| row.int(0))?.is_some())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn read(row: &Row<'_>) -> Result<Game, StoreError> {
    let (rules, defaults, status) = (row.text(5)?, row.text(6)?, row.text(7)?);
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(format!("a game: {error}"));
    Ok(Game {
        id: GameId(row.int(0)?),
        streamer: row.opt_int(1)?.map(StreamerId),
        slug: row.text(2)?,
        title: row.text(3)?,
        description: row.text(4)?,
        rules: serde_json::from_str(&rules).map_err(corrupt)?,
        defaults: serde_json::from_str(&defaults).map_err(corrupt)?,
        status: GameStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("a game is '{status}'")))?,
        start_at: row.opt_int(8)?.map(Timestamp::from_micros),
        end_at: row.opt_int(9)?.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.int(10)?),
        updated_at: Timestamp::from_micros(row.int(11)?),
    })
}
