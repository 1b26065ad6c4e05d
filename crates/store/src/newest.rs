//! What a transaction says of the newest locators, and where it puts new ones: the door between locators and `memtable`.

use crate::memtable::{FOLD, Mark, Memtable, Version, has_log};
use crate::place::Place;
use crate::stop::{self, Point};
use crate::tx::On;
use crate::{StoreError, Tx};
use std::collections::BTreeMap;

impl Tx<'_> {
    /// Whether new entries go to the log.
    pub(crate) const fn has_memtable(&self) -> bool {
        matches!(self.memtable, Memtable::Writer(_))
    }

    /// The newest version of a place; none: the tree counts.
    pub(crate) fn newest_version(&mut self, place: Place) -> Result<Option<Version>, StoreError> {
        match (&mut self.memtable, &self.on) {
            (Memtable::Writer(memtable), _) => Ok(memtable.borrow().at(place)),
            (Memtable::Reader(memtable), On::Sqlite(conn)) => memtable.at(conn, place),
            (Memtable::Absent | Memtable::Reader(_), _) => Ok(None),
        }
    }

    /// The newest versions of the places from one to another, at most `limit`, the smallest; for all others the tree counts.
    pub(crate) fn newest_versions(
        &mut self,
        places: (Place, Place),
        limit: usize,
    ) -> Result<BTreeMap<Place, Version>, StoreError> {
        match (&mut self.memtable, &self.on) {
            (Memtable::Writer(memtable), _) => Ok(memtable.borrow().between(places, limit)),
            (Memtable::Reader(memtable), On::Sqlite(conn)) => memtable.between(conn, places, limit),
            (Memtable::Absent | Memtable::Reader(_), _) => Ok(BTreeMap::new()),
        }
    }

    /// Appends an entry to the log: an id or none, and whether the place may have been taken before.
    pub(crate) fn append_version(
        &mut self,
        place: Place,
        entry: (Option<i64>, bool),
    ) -> Result<(), StoreError> {
        match (&self.memtable, &self.on) {
            (Memtable::Writer(memtable), On::Sqlite(conn)) => {
                self.wrote = true;
                let done = memtable.borrow_mut().append(conn, place, entry);
                self.noted(done)
            }
            _ => Err(StoreError::Database("an entry for the log, and nobody who keeps it".into())),
        }
    }

    /// Moves all of the log into the tree, for what knows the tree alone.
    pub(crate) fn fold_log(&mut self) -> Result<(), StoreError> {
        let On::Sqlite(conn) = self.on else { return Ok(()) };
        if !has_log(conn)? {
            return Ok(());
        }
        self.script(FOLD)?;
        stop::reach(Point::Folded);
        if let Memtable::Writer(memtable) = &self.memtable {
            memtable.borrow_mut().doubt();
        }
        Ok(())
    }

    /// Before a savepoint.
    pub(crate) fn mark(&self) -> Option<Mark> {
        match &self.memtable {
            Memtable::Writer(memtable) => Some(memtable.borrow().mark()),
            Memtable::Absent | Memtable::Reader(_) => None,
        }
    }

    /// The savepoint was rolled back.
    pub(crate) fn undo_to(&mut self, mark: Option<Mark>) {
        if let (Memtable::Writer(memtable), Some(mark)) = (&self.memtable, mark) {
            memtable.borrow_mut().undo_to(mark);
        }
    }
}
