//! Where a store lies and how large its parts may grow.

use std::path::PathBuf;
use std::time::Duration;

/// Where the rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// One SQLite file (its folder is made when absent).
    Sqlite(PathBuf),
    /// One schema of a PostgreSQL database.
    Postgres {
        /// `postgres://user:password@host:port/database`
        url: String,
        /// The stall's schema; made when absent.
        schema: String,
    },
}

/// How to open a store.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The stall's name, a label in metrics.
    pub name: &'static str,
    /// Where.
    pub location: Location,
    /// Read connections (SQLite) or pooled connections in all (PostgreSQL).
    pub connections: usize,
    /// Jobs that may wait for the writer before callers hear `Overloaded`.
    pub queue: usize,
    /// WAL pages after which SQLite checkpoints, beside the writer (more: more answers a second, a longer log).
    pub checkpoint_pages: u32,
    /// Page cache of the SQLite writer in KiB. Small on purpose: SQLite scans it all after a commit that split a page.
    pub cache_kib: u32,
    /// Locators that SQLite keeps in memory and in a log before they are moved into their tree, sorted; three times as many at
    /// most. More: fewer pages written, more memory (100 bytes each), a longer start (a microsecond each).
    pub newest_locators: usize,
    /// How long a transaction on PostgreSQL may take, with the wait for its connection, before callers hear `Unavailable`:
    /// the server's own clock does not help where the server stands still.
    pub deadline: Duration,
}

impl StoreConfig {
    /// The defaults for a store at `location`.
    #[must_use]
    pub fn new(name: &'static str, location: Location) -> Self {
        Self {
            name,
            location,
            connections: 8,
            queue: 8192,
            checkpoint_pages: 16_000,
            cache_kib: 2 * 1024,
            newest_locators: 200_000,
            deadline: Duration::from_millis(4_500),
        }
    }
}
