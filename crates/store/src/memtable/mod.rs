//! The newest locators on SQLite: in memory and in a log that is appended to, until they are moved into the tree, sorted, many to
//! a page. A tree in random order dirties a page for each owner; a log a page for a hundred entries.
//!
//! - The writer appends to the log in the transaction that makes an entry, and memory takes the entry over after the commit,
//!   before anybody is answered. A transaction that is rolled back, or a savepoint, takes what it made with it.
//! - A reader sees the rows that its own snapshot of the log has, no more and no less.
//! - When enough was made, it is frozen, and each transaction that makes more moves a share of it into the tree, in the order of
//!   the places; when all are there, the log's rows are deleted, again in shares. What is in the tree and in the log is the same
//!   or older in the tree: the log counts.
//! - At start the log is read: it holds two such parts at most.
//!
//! PostgreSQL has none of this: it writes a page once a checkpoint, however often it changes.

mod memory;
mod moving;
mod reader;
mod rows;
mod segment;
mod writer;

pub(crate) use memory::SharedMemory;
pub(crate) use reader::ReaderMemtable;
pub(crate) use rows::{FOLD, has_log};
pub(crate) use segment::Version;
pub(crate) use writer::{Mark, WriterMemtable};

use std::cell::RefCell;

/// What a transaction knows of the newest entries.
pub(crate) enum Memtable<'c> {
    /// Nothing: PostgreSQL, or a migration, before which the log is folded.
    Absent,
    Writer(&'c RefCell<WriterMemtable>),
    Reader(ReaderMemtable),
}
