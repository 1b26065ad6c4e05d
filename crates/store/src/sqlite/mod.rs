//! SQLite: one writer thread with group commit, a pool of readers, pragmas.

mod checkpointer;
mod readers;
mod writer;

pub(crate) use readers::Readers;
pub(crate) use writer::{Job, Mode, Verdict, Writer};

use crate::{StoreConfig, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{File, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

/// Statements kept prepared per connection; larger than the number of statements a stall has.
const STATEMENTS_CACHED: usize = 256;
/// How long a connection waits for SQLite's own locks; only start-up and `check` beside a server ever wait.
const BUSY: Duration = Duration::from_secs(10);
/// Page cache of one reader in KiB; readers answer single rows and pages, they need no more.
const READER_CACHE_KIB: u32 = 4 * 1024;
/// Read and written by the owner alone.
const OWNERS_FILE: u32 = 0o600;
/// Entered by the owner alone.
const OWNERS_FOLDER: u32 = 0o700;

/// Opens the one connection that writes, and takes the lock that keeps a second process out.
pub(crate) fn open_writer(path: &Path, config: &StoreConfig) -> Result<(Connection, File), StoreError> {
    if let Some(folder) = path.parent() {
        let making = std::fs::DirBuilder::new().recursive(true).mode(OWNERS_FOLDER).create(folder);
        making.map_err(|error| {
            StoreError::Unfit(format!("cannot make the folder {}: {error}", folder.display()))
        })?;
    }
    let lock = take_lock(path)?;
    keep_from_others(path)?;
    let conn = Connection::open(path)?;
    // Every pragma here is measured or argued in docs/performance.md; FULL is what "durable before yes" means.
    conn.execute_batch(&format!(
        "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;
         PRAGMA cache_size=-{}; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF;",
        config.cache_kib
    ))?;
    prepare(&conn)?;
    Ok((conn, lock))
}

/// The file is its owner's alone: it holds addresses, sessions and money. SQLite gives its log and index the same mode.
fn keep_from_others(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    let made = options.create(true).append(true).mode(OWNERS_FILE).open(path);
    let kept = made.and_then(|file| file.set_permissions(Permissions::from_mode(OWNERS_FILE)));
    kept.map_err(|error| StoreError::Unfit(format!("cannot keep {} from others: {error}", path.display())))?;
    for suffix in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        // What is not there yet is made with the mode of the file.
        let _ = std::fs::set_permissions(beside, Permissions::from_mode(OWNERS_FILE));
    }
    Ok(())
}

/// Opens the connection of the checkpointer: it moves pages from the log into the file and changes none.
fn open_checkpointer(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.execute_batch("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;")?;
    Ok(conn)
}

/// Opens a connection that can only read, also beside another process that writes.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.execute_batch(&format!("PRAGMA query_only=ON; PRAGMA cache_size=-{READER_CACHE_KIB};"))?;
    prepare(&conn)?;
    Ok(conn)
}

fn prepare(conn: &Connection) -> Result<(), StoreError> {
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    // A plan is made for a statement, not for the values of a range: without this every new range is planned anew.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn take_lock(path: &Path) -> Result<File, StoreError> {
    let name = path.with_extension("lock");
    let file = File::create(&name)
        .map_err(|error| StoreError::Unfit(format!("cannot write {}: {error}", name.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(StoreError::InUse(path.display().to_string())),
    }
}
