//! A reader's side: the rows of the log that its snapshot has. What memory lacks, because it is newer or older than the
//! snapshot, is read from the log itself.

use super::memory::SharedMemory;
use super::rows;
use super::segment::{Segment, Seqs, Version, newest_at, newest_between};
use crate::StoreError;
use crate::place::Place;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The newest entries, in one transaction that reads.
#[derive(Debug, Default)]
pub(crate) struct ReaderMemtable {
    /// None: another process writes.
    memory: Option<SharedMemory>,
    /// From the first look on.
    seen: Option<Seen>,
}

#[derive(Debug)]
struct Seen {
    seqs: Seqs,
    /// Rows that were read from the log: those before a number, and those that were not in memory yet.
    own: Segment,
    /// All rows of the snapshot before this one are in `own`.
    own_before: i64,
}

impl ReaderMemtable {
    pub(crate) fn new(memory: SharedMemory) -> Self {
        Self { memory: Some(memory), seen: None }
    }

    pub(crate) fn at(&mut self, conn: &Connection, place: Place) -> Result<Option<Version>, StoreError> {
        self.with_layers(conn, |layers, seqs| newest_at(layers, place, seqs))
    }

    pub(crate) fn between(
        &mut self,
        conn: &Connection,
        places: (Place, Place),
        limit: usize,
    ) -> Result<BTreeMap<Place, Version>, StoreError> {
        self.with_layers(conn, |layers, seqs| newest_between(layers, places, seqs, limit))
    }

    fn with_layers<T>(
        &mut self,
        conn: &Connection,
        look: impl FnOnce(&[&Segment], Seqs) -> T,
    ) -> Result<T, StoreError> {
        let Self { memory, seen } = self;
        let seen = match seen {
            Some(seen) => seen,
            None => seen.insert(Seen::begin(conn, memory.as_ref())?),
        };
        let Some(memory) = memory else { return Ok(look(&[&seen.own], seen.seqs)) };
        loop {
            let held = memory.read();
            if held.first() <= seen.own_before {
                let [active, frozen, retired] = held.layers();
                return Ok(look(&[&seen.own, active, frozen, retired], seen.seqs));
            }
            let until = held.first();
            drop(held);
            seen.read_before(conn, until)?;
        }
    }
}

impl Seen {
    /// Fixes the snapshot, and reads what memory does not have of it yet.
    fn begin(conn: &Connection, memory: Option<&SharedMemory>) -> Result<Self, StoreError> {
        let seqs = rows::seqs(conn)?;
        let last = memory.map_or(seqs.first - 1, |memory| memory.read().last());
        let mut own = Segment::default();
        if last < seqs.last {
            rows::read(conn, Seqs { first: last + 1, last: seqs.last }, &mut own)?;
        }
        Ok(Self { seqs, own, own_before: seqs.first })
    }

    /// Memory has forgotten what is before `until`, and the snapshot has not.
    fn read_before(&mut self, conn: &Connection, until: i64) -> Result<(), StoreError> {
        rows::read(
            conn,
            Seqs { first: self.own_before, last: (until - 1).min(self.seqs.last) },
            &mut self.own,
        )?;
        self.own_before = until;
        Ok(())
    }
}
