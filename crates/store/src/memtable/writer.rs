//! The writer's side: what the transaction at hand has made, and how far the moving has come.

use super::memory::{Memory, SharedMemory};
use super::moving::{Stage, share};
use super::rows;
use super::segment::{Segment, Seqs, Version, newest_at, newest_between};
use crate::StoreError;
use crate::place::Place;
use crate::stop::{self, Point};
use parking_lot::RwLock;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much the transaction at hand had made: where a savepoint goes back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark(usize);

/// The newest entries, on the one connection that writes.
#[derive(Debug)]
pub(crate) struct WriterMemtable {
    memory: SharedMemory,
    /// Of the transaction at hand.
    pending: Segment,
    /// The same, in the order in which they were made.
    made: Vec<(Place, i64)>,
    /// What is in the log: rows of transactions before.
    log: Seqs,
    stage: Stage,
    /// Log and stage as they will be when the transaction at hand is committed.
    after: Option<(i64, Stage)>,
    /// Entries after which what was made is moved.
    limit: usize,
    /// A commit failed in a way that may have kept it, or the log was folded: memory must be read anew.
    is_doubtful: bool,
}

impl WriterMemtable {
    /// Reads the log. All that it holds is to be moved.
    pub(crate) fn open(conn: &Connection, limit: usize) -> Result<Self, StoreError> {
        let memory = Arc::new(RwLock::new(Memory::of_log(Segment::default(), 1, 0)));
        let mut memtable = Self {
            memory,
            pending: Segment::default(),
            made: Vec::new(),
            log: Seqs { first: 1, last: 0 },
            stage: Stage::Rests,
            after: None,
            limit: limit.max(1),
            is_doubtful: false,
        };
        memtable.reload(conn)?;
        Ok(memtable)
    }

    /// What readers look into.
    pub(crate) fn shared(&self) -> SharedMemory {
        Arc::clone(&self.memory)
    }

    fn reload(&mut self, conn: &Connection) -> Result<(), StoreError> {
        let mut frozen = Segment::default();
        self.log = Seqs { first: 1, last: 0 };
        if rows::has_log(conn)? {
            self.log = rows::seqs(conn)?;
            rows::read(conn, self.log, &mut frozen)?;
        }
        self.stage = if frozen.is_empty() { Stage::Rests } else { Stage::Moves { after: None } };
        *self.memory.write() = Memory::of_log(frozen, self.log.first, self.log.last);
        self.is_doubtful = false;
        stop::reach(Point::Reloaded);
        Ok(())
    }

    /// Memory is read anew before the next transaction: the log was changed behind it.
    pub(crate) fn doubt(&mut self) {
        self.is_doubtful = true;
    }

    /// A transaction begins.
    pub(crate) fn begin(&mut self, conn: &Connection) -> Result<(), StoreError> {
        self.discard();
        if self.is_doubtful { self.reload(conn) } else { Ok(()) }
    }

    /// What the transaction at hand has made is undone.
    pub(crate) fn discard(&mut self) {
        self.after = None;
        if !self.made.is_empty() {
            stop::reach(Point::RolledBack);
        }
        self.made.clear();
        drop(self.pending.take());
    }

    /// Before a savepoint.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.made.len())
    }

    /// The savepoint was rolled back.
    pub(crate) fn undo_to(&mut self, mark: Mark) {
        for (place, seq) in self.made.drain(mark.0..) {
            self.pending.remove(place, seq);
        }
        stop::reach(Point::RolledBack);
    }

    /// Every row there is, the transaction's own too.
    const fn seqs(&self) -> Seqs {
        Seqs { first: self.log.first, last: i64::MAX }
    }

    pub(crate) fn at(&self, place: Place) -> Option<Version> {
        let own = self.pending.at(place, self.seqs());
        own.or_else(|| newest_at(&self.memory.read().layers(), place, self.seqs()))
    }

    pub(crate) fn between(&self, places: (Place, Place), limit: usize) -> BTreeMap<Place, Version> {
        let memory = self.memory.read();
        let [active, frozen, retired] = memory.layers();
        newest_between(&[&self.pending, active, frozen, retired], places, self.seqs(), limit)
    }

    /// Appends an entry to the log.
    pub(crate) fn append(
        &mut self,
        conn: &Connection,
        place: Place,
        (id, replaces): (Option<i64>, bool),
    ) -> Result<(), StoreError> {
        let version = Version { seq: self.next_seq(), id, replaces };
        rows::append(conn, place, version)?;
        self.made.push((place, version.seq));
        self.pending.insert(place, version);
        stop::reach(Point::Appended);
        Ok(())
    }

    fn next_seq(&self) -> i64 {
        self.made.last().map_or(self.log.last, |(_, seq)| *seq) + 1
    }

    /// Before the commit: moves a share of older entries into the tree, in proportion to what was made.
    pub(crate) fn move_share(&mut self, conn: &Connection) -> Result<(), StoreError> {
        if self.made.is_empty() {
            return Ok(());
        }
        let memory = self.memory.read();
        self.after = Some(share(conn, &memory, self.log.first, self.stage, self.made.len())?);
        Ok(())
    }

    /// After the commit, before anybody is answered: memory takes over what was made.
    pub(crate) fn accept(&mut self) {
        if let Some((first, stage)) = self.after.take() {
            (self.log.first, self.stage) = (first, stage);
        }
        if self.made.is_empty() {
            return;
        }
        stop::reach(Point::Committed);
        self.log.last = self.next_seq() - 1;
        self.made.clear();
        let mut memory = self.memory.write();
        memory.publish(self.pending.take());
        let forgotten = (matches!(self.stage, Stage::Rests) && memory.active_len() >= self.limit)
            .then(|| memory.freeze());
        drop(memory);
        if forgotten.is_some() {
            self.stage = Stage::Moves { after: None };
            stop::reach(Point::Frozen);
        }
    }
}
