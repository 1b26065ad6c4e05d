//! One door to SQLite and PostgreSQL: transactions as closures, group commit, batches, migrations,
//! keyed requests, and the tables every stall needs (outbox, inbox, jobs, leases, locators).
//!
//! Async at the edge, synchronous inside: a closure gets a [`Tx`] and runs to its end without an await.
//! - [`Store::write`] answers only after a commit with a real fsync. On SQLite one writer thread takes whatever is
//!   queued, gives each closure its own savepoint and commits once; on PostgreSQL each closure is a transaction that
//!   is run again after a serialization failure. A closure must therefore be re-runnable, and must not carry on after
//!   a statement failed (PostgreSQL has aborted the transaction by then): use `ON CONFLICT` instead.
//! - [`Batcher`] is the same for hot verbs: one load, decide, save for all commands that are waiting.
//!
//! What never happens here: a decision about money or seats.

mod batch;
mod bulk;
mod config;
mod erased;
mod error;
mod flight;
mod memtable;
mod migrate;
mod newest;
mod param;
mod place;
mod postgres;
mod sql;
mod sqlite;
mod store;
mod tx;
mod write_health;

pub mod audit;
pub mod inbox;
pub mod jobs;
pub mod keyed;
pub mod leases;
pub mod locator;
pub mod outbox;
pub mod outbox_tail;
pub mod sequence;
#[doc(hidden)]
pub mod stop;

pub use batch::{BatchHandler, Batcher};
pub use bulk::{BulkSql, Column};
pub use config::{Location, StoreConfig};
pub use error::StoreError;
pub use flight::Flight;
pub use migrate::{AppliedMigration, MigrationSet, applied as applied_migrations, migrations_of_the_ground};
pub use param::{Param, Row};
pub use store::Store;
pub use tx::{Backend, Tx};
