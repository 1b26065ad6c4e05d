//! Moving entries from the log into the tree: a share in each transaction that makes new ones, in the order of their places, so
//! that those of one page are moved together; then the rows of the log are deleted, in the order in which they were made.

use super::memory::Memory;
use super::rows;
use super::segment::{Seqs, Version};
use crate::StoreError;
use crate::place::Place;
use crate::stop::{self, Point};
use rusqlite::Connection;

/// Entries moved for each that is made: what was made last time is moved before as much is made again.
const MOVED_PER_ENTRY: usize = 2;
/// Rows deleted for each entry that is made.
const DELETED_PER_ENTRY: usize = 4;
/// The smallest place.
const LEAST: Place = (i64::MIN, i64::MIN, i64::MIN);
/// The largest.
const LARGEST: Place = (i64::MAX, i64::MAX, i64::MAX);

/// How far the moving of what is frozen has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing is to be moved.
    Rests,
    /// All places up to one are in the tree.
    Moves { after: Option<Place> },
    /// All are in the tree; their rows are being deleted.
    Deletes,
}

/// Does the share of a transaction that makes `made` entries: the log's first row and the stage as they are when it is committed.
pub(super) fn share(
    conn: &Connection,
    memory: &Memory,
    first: i64,
    stage: Stage,
    made: usize,
) -> Result<(i64, Stage), StoreError> {
    match stage {
        Stage::Rests => Ok((first, Stage::Rests)),
        Stage::Moves { after } => {
            let last = move_some(conn, memory, after, made * MOVED_PER_ENTRY)?;
            Ok((first, last.map_or(Stage::Deletes, |last| Stage::Moves { after: Some(last) })))
        }
        Stage::Deletes => delete_some(conn, memory, first, made * DELETED_PER_ENTRY),
    }
}

/// Moves at most `limit` places after one; the last that was moved, none where there are no more.
fn move_some(
    conn: &Connection,
    memory: &Memory,
    after: Option<Place>,
    limit: usize,
) -> Result<Option<Place>, StoreError> {
    let all = Seqs { first: i64::MIN, last: i64::MAX };
    let ahead = memory.frozen().newest(after.unwrap_or(LEAST), LARGEST, all);
    let mut last = None;
    for (place, version) in ahead.filter(|(place, _)| Some(*place) != after).take(limit) {
        if !rows::move_one(conn, place, version)? {
            report(place, version);
        }
        last = Some(place);
        stop::reach(Point::Moved);
    }
    Ok(last)
}

/// Two entries took one place: a fault of this program, found late. The older one stays, and `check` finds the other missing.
fn report((owner, kind, key): Place, version: Version) {
    metrics::counter!("store_locator_conflicts_total").increment(1);
    tracing::error!(owner, kind, key, id = version.id, "a locator was entered twice; the older one stays");
}

fn delete_some(
    conn: &Connection,
    memory: &Memory,
    first: i64,
    limit: usize,
) -> Result<(i64, Stage), StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let last = first.saturating_add(limit).saturating_sub(1).min(memory.frozen_last());
    rows::delete_to(conn, last)?;
    stop::reach(Point::Deleted);
    Ok((last + 1, if last == memory.frozen_last() { Stage::Rests } else { Stage::Deletes }))
}
