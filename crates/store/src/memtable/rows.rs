//! The log's rows and the tree's, as SQLite holds them.

use super::segment::{Segment, Seqs, Version};
use crate::StoreError;
use crate::place::Place;
use rusqlite::{Connection, OptionalExtension as _, params};

/// Moves all of the log into the tree: before a migration, which knows the tree alone.
pub(crate) const FOLD: &str = "
    DELETE FROM locators WHERE (owner, kind, key) IN (SELECT owner, kind, key FROM locator_log);
    INSERT INTO locators (owner, kind, key, id)
      SELECT owner, kind, key, id FROM (SELECT owner, kind, key, id, MAX(seq) FROM locator_log GROUP BY owner, kind, key)
      WHERE id IS NOT NULL ORDER BY owner, kind, key;
    DELETE FROM locator_log;";

/// Whether there is a log.
pub(crate) fn has_log(conn: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'locator_log')";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// The log's rows, as this connection sees them now.
pub(super) fn seqs(conn: &Connection) -> Result<Seqs, StoreError> {
    let sql = "SELECT (SELECT MIN(seq) FROM locator_log), (SELECT MAX(seq) FROM locator_log)";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (first, last): (Option<i64>, Option<i64>) = conn.prepare_cached(sql)?.query_row([], read)?;
    Ok(Seqs { first: first.unwrap_or(1), last: last.unwrap_or(0) })
}

/// Reads the rows of `seqs` into `segment`.
pub(super) fn read(conn: &Connection, seqs: Seqs, segment: &mut Segment) -> Result<(), StoreError> {
    let sql = "SELECT seq, owner, kind, key, id, replaces FROM locator_log WHERE seq BETWEEN ?1 AND ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([seqs.first, seqs.last])?;
    while let Some(row) = rows.next()? {
        let version = Version { seq: row.get(0)?, id: row.get(4)?, replaces: row.get(5)? };
        segment.insert((row.get(1)?, row.get(2)?, row.get(3)?), version);
    }
    Ok(())
}

/// Appends a row to the log.
pub(super) fn append(conn: &Connection, place: Place, version: Version) -> Result<(), StoreError> {
    let sql = "INSERT INTO locator_log (seq, owner, kind, key, id, replaces) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (owner, kind, key) = place;
    let row = params![version.seq, owner, kind, key, version.id, version.replaces];
    conn.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

/// Deletes the log's rows up to `last`.
pub(super) fn delete_to(conn: &Connection, last: i64) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM locator_log WHERE seq <= ?1")?.execute([last])?;
    Ok(())
}

/// Brings the tree's place to `version`. False: the place was new when it was taken, and the tree has another id there.
pub(super) fn move_one(conn: &Connection, place: Place, version: Version) -> Result<bool, StoreError> {
    let (owner, kind, key) = place;
    let Some(id) = version.id else {
        let sql = "DELETE FROM locators WHERE owner = ?1 AND kind = ?2 AND key = ?3";
        conn.prepare_cached(sql)?.execute([owner, kind, key])?;
        return Ok(true);
    };
    let sql = if version.replaces {
        "INSERT INTO locators (owner, kind, key, id) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (owner, kind, key) DO UPDATE SET id = excluded.id WHERE id <> excluded.id"
    } else {
        "INSERT INTO locators (owner, kind, key, id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (owner, kind, key) DO NOTHING"
    };
    let changed = conn.prepare_cached(sql)?.execute([owner, kind, key, id])?;
    // After a start what was moved already is moved again.
    Ok(changed == 1 || in_tree(conn, place)? == Some(id))
}

/// What the tree has at `place`.
pub(super) fn in_tree(conn: &Connection, (owner, kind, key): Place) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT id FROM locators WHERE owner = ?1 AND kind = ?2 AND key = ?3";
    Ok(conn.prepare_cached(sql)?.query_row([owner, kind, key], |row| row.get(0)).optional()?)
}
