//! Numbered migrations: applied once, checksummed, taken back in reverse.
//!
//! A file holds the way up, then a line `-- down`, then the way back. One change a file.

use crate::tx::On;
use crate::{Backend, StoreError, Tx, params};
use sha2::{Digest, Sha256};

/// The migrations of one crate, in order, per backend: (file name, text).
#[derive(Debug, Clone, Copy)]
pub struct MigrationSet {
    /// The crate's name; part of each migration's identity.
    pub name: &'static str,
    /// For SQLite.
    pub sqlite: &'static [(&'static str, &'static str)],
    /// For PostgreSQL.
    pub postgres: &'static [(&'static str, &'static str)],
}

/// Declares a crate's migrations: `migration_set!("shop", "0001_events", "0002_bookings")` reads
/// `migrations/{sqlite,postgres}/NNNN_what.sql` of the calling crate.
#[macro_export]
macro_rules! migration_set {
    ($name:expr, $($file:literal),* $(,)?) => {
        $crate::MigrationSet {
            name: $name,
            sqlite: &[$(($file, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $file, ".sql")))),*],
            postgres: &[$(($file, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/", $file, ".sql")))),*],
        }
    };
}

/// The tables every stall has: outbox, inbox, jobs, leases, locators, audit.
#[must_use]
pub const fn migrations_of_the_ground() -> MigrationSet {
    migration_set!(
        "store",
        "0001_outbox",
        "0002_inbox",
        "0003_jobs",
        "0004_leases",
        "0005_locators",
        "0006_audit",
        "0007_locator_log",
        "0008_outbox_cursor"
    )
}

/// A migration that this database has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedMigration {
    /// `set/file`.
    pub name: String,
    /// SHA-256 of its text, hex.
    pub checksum: String,
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migrations (
    position BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, checksum TEXT NOT NULL)";

impl MigrationSet {
    fn files(&self, backend: Backend) -> &'static [(&'static str, &'static str)] {
        match backend {
            Backend::Sqlite => self.sqlite,
            Backend::Postgres => self.postgres,
        }
    }
}

/// Applies what is missing. Errors: a text that has changed since it was applied, or an applied one that this program
/// does not know (it is older than the database).
pub(crate) fn up(tx: &mut Tx<'_>, sets: &[MigrationSet]) -> Result<(), StoreError> {
    if !has_ledger(tx)? {
        tx.script(LEDGER)?;
    }
    let done = applied(tx)?;
    let known = texts(sets, tx.backend());
    if let Some(strange) = done.iter().find(|had| !known.iter().any(|(name, _)| *name == had.name)) {
        return Err(StoreError::Unfit(format!(
            "the database has had migration {}, which this program does not know: use a newer program",
            strange.name
        )));
    }
    if known.len() > done.len() {
        tx.fold_log()?;
    }
    for (name, text) in &known {
        match done.iter().find(|had| had.name == *name) {
            Some(had) if had.checksum != checksum(text) => {
                return Err(StoreError::Unfit(format!("migration {name} was changed after it was applied")));
            }
            Some(_) => {}
            None => apply(tx, name, text)?,
        }
    }
    Ok(())
}

/// Whether the table of what was applied is there: making it asks for a right that a database in use need not give.
fn has_ledger(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let sql = tx.pick(
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations')",
        "SELECT to_regclass('migrations') IS NOT NULL",
    );
    tx.query_one(sql, &[], |row| row.bool(0))
}

/// Applies what is missing to a SQLite file, all of it or nothing: a crash half-way leaves the file as it was.
pub(crate) fn up_in_one(conn: &rusqlite::Connection, sets: &[MigrationSet]) -> Result<(), StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let done = up(&mut Tx::new(On::Sqlite(conn)), sets);
    conn.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

/// Takes back the last `steps`; their names, newest first.
pub(crate) fn down(tx: &mut Tx<'_>, sets: &[MigrationSet], steps: usize) -> Result<Vec<String>, StoreError> {
    let known = texts(sets, tx.backend());
    tx.fold_log()?;
    let mut taken_back = Vec::new();
    for had in applied(tx)?.into_iter().rev().take(steps) {
        let Some((_, text)) = known.iter().find(|(name, _)| *name == had.name) else {
            return Err(StoreError::Unfit(format!("migration {} is unknown to this program", had.name)));
        };
        tx.script(way_back(text))?;
        tx.execute("DELETE FROM migrations WHERE name = $1", params![had.name.as_str()])?;
        taken_back.push(had.name);
    }
    Ok(taken_back)
}

/// What this database has had, oldest first.
pub fn applied(tx: &mut Tx<'_>) -> Result<Vec<AppliedMigration>, StoreError> {
    tx.query("SELECT name, checksum FROM migrations ORDER BY position", &[], |row| {
        Ok(AppliedMigration { name: row.text(0)?, checksum: row.text(1)? })
    })
}

fn apply(tx: &mut Tx<'_>, name: &str, text: &str) -> Result<(), StoreError> {
    tx.script(way_up(text)).map_err(|error| StoreError::Unfit(format!("migration {name}: {error}")))?;
    tx.execute(
        "INSERT INTO migrations (position, name, checksum)
         SELECT COALESCE(MAX(position), 0) + 1, $1, $2 FROM migrations",
        params![name, checksum(text)],
    )?;
    Ok(())
}

fn texts(sets: &[MigrationSet], backend: Backend) -> Vec<(String, &'static str)> {
    let of_set = |set: &MigrationSet| {
        let name = set.name;
        set.files(backend).iter().map(move |(file, text)| (format!("{name}/{file}"), *text))
    };
    sets.iter().flat_map(of_set).collect()
}

fn way_up(text: &str) -> &str {
    text.split_once("\n-- down").map_or(text, |(up, _)| up)
}

fn way_back(text: &str) -> &str {
    text.split_once("\n-- down").map_or("", |(_, down)| down)
}

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
