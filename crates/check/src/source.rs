//! Raw reading: one read-only connection, one snapshot, rows in a stream. No other code of the platform is used.

use crate::fault::CheckFault;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::Client;

/// Rows fetched at a time from PostgreSQL: enough to hide the round trip, a few megabytes in memory.
const FETCHED_ROWS: u32 = 20_000;
/// How long we wait for SQLite's own locks beside a server that starts or stops.
const BUSY: Duration = Duration::from_secs(10);

/// The database to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A schema of a PostgreSQL database.
    Postgres {
        /// `postgres://user:password@host:port/database`
        url: String,
        /// The stall's schema.
        schema: String,
    },
}

impl Target {
    /// Whether there is anything to open; of a server only opening shows.
    pub fn exists(&self) -> bool {
        match self {
            Self::Sqlite(path) => path.exists(),
            Self::Postgres { .. } => true,
        }
    }
}

/// An open snapshot.
pub(crate) enum Source {
    Sqlite(Connection),
    Postgres { runtime: Runtime, client: Client },
}

/// One row; columns are numbered from 0.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Source {
    /// Opens `target` and takes the snapshot. Blocks; never call it on a runtime's own thread.
    pub(crate) fn open(target: &Target) -> Result<Self, CheckFault> {
        match target {
            Target::Sqlite(path) => open_sqlite(path).map(Self::Sqlite),
            Target::Postgres { url, schema } => open_postgres(url, schema),
        }
    }

    /// Whether there is a table of this name.
    pub(crate) fn has_table(&mut self, name: &str) -> Result<bool, CheckFault> {
        match self {
            Self::Sqlite(conn) => {
                let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1)";
                Ok(conn.query_row(sql, [name], |row| row.get(0))?)
            }
            Self::Postgres { runtime, client } => {
                let found = runtime
                    .block_on(client.query_one("SELECT to_regclass($1::text) IS NOT NULL", &[&name]))?;
                Ok(found.try_get(0)?)
            }
        }
    }

    /// The number that a statement answers with.
    pub(crate) fn count(&mut self, sql: &str) -> Result<u64, CheckFault> {
        let mut found = 0;
        self.for_each(sql, |row| {
            found = u64::try_from(row.int(0)?).unwrap_or(0);
            Ok(())
        })?;
        Ok(found)
    }

    /// Runs `sql` and passes every row to `on_row`, in order, without keeping them.
    pub(crate) fn for_each(
        &mut self,
        sql: &str,
        mut on_row: impl FnMut(&Row<'_>) -> Result<(), CheckFault>,
    ) -> Result<(), CheckFault> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare(sql)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    on_row(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            Self::Postgres { runtime, client } => runtime.block_on(async {
                client.batch_execute(&format!("DECLARE rows NO SCROLL CURSOR FOR {sql}")).await?;
                let fetch = client.prepare(&format!("FETCH {FETCHED_ROWS} FROM rows")).await?;
                loop {
                    let rows = client.query(&fetch, &[]).await?;
                    if rows.is_empty() {
                        break;
                    }
                    rows.iter().try_for_each(|row| on_row(&Row::Postgres(row)))?;
                }
                Ok(client.batch_execute("CLOSE rows").await?)
            }),
        }
    }
}

fn open_sqlite(path: &Path) -> Result<Connection, CheckFault> {
    let unopened = |error: rusqlite::Error| CheckFault::Unopened(format!("{}: {error}", path.display()));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(unopened)?;
    conn.busy_timeout(BUSY)?;
    // A pass over whole tables gains from large reads ahead, not from a cache: every page is seen once.
    conn.execute_batch("PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY; BEGIN").map_err(unopened)?;
    lay_log_over_locators(&conn)?;
    conn.execute_batch("PRAGMA query_only=ON")?;
    Ok(conn)
}

/// What was entered lately is in a log and not in the tree of locators yet: what `locators` means from here on is both, the last
/// row of the log before the tree.
fn lay_log_over_locators(conn: &Connection) -> Result<(), CheckFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'locator_log')";
    let has_log: bool = conn.query_row(sql, [], |row| row.get(0))?;
    if !has_log || !conn.query_row("SELECT EXISTS (SELECT 1 FROM locator_log)", [], |row| row.get(0))? {
        return Ok(());
    }
    conn.execute_batch(
        "CREATE TEMP TABLE newest_locators (
           owner INTEGER, kind INTEGER, key INTEGER, id INTEGER, PRIMARY KEY (owner, kind, key)) WITHOUT ROWID;
         INSERT OR REPLACE INTO newest_locators SELECT owner, kind, key, id FROM main.locator_log ORDER BY seq;
         CREATE TEMP VIEW locators AS
           SELECT owner, kind, key, id FROM main.locators t WHERE NOT EXISTS (
             SELECT 1 FROM newest_locators n WHERE n.owner = t.owner AND n.kind = t.kind AND n.key = t.key)
           UNION ALL SELECT owner, kind, key, id FROM newest_locators WHERE id IS NOT NULL",
    )?;
    Ok(())
}

fn open_postgres(url: &str, schema: &str) -> Result<Source, CheckFault> {
    let unopened = |error: &dyn std::fmt::Display| CheckFault::Unopened(error.to_string());
    let address = pg_connect::Address::parse(url)
        .map_err(|fault| CheckFault::Unopened(format!("database: {fault}")))?;
    let address = address.named("fairground check");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| unopened(&error))?;
    let client = runtime.block_on(async {
        let (client, connection) =
            address.config().connect(address.tls()).await.map_err(|error| unopened(&error))?;
        tokio::spawn(connection);
        // Set afterwards: a pooler between us refuses settings at the start.
        client.batch_execute(&format!("SET search_path TO \"{schema}\"")).await?;
        client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        Ok::<_, CheckFault>(client)
    })?;
    Ok(Source::Postgres { runtime, client })
}

impl Row<'_> {
    /// A whole number that is not NULL.
    pub(crate) fn int(&self, at: usize) -> Result<i64, CheckFault> {
        self.opt_int(at)?.ok_or_else(|| CheckFault::Unreadable(format!("column {at} is NULL")))
    }

    /// A whole number or NULL.
    pub(crate) fn opt_int(&self, at: usize) -> Result<Option<i64>, CheckFault> {
        match self {
            Self::Sqlite(row) => {
                Ok(row.get_ref(at)?.as_i64_or_null().map_err(|_| wrong(at, "whole number"))?)
            }
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// A fraction or NULL.
    pub(crate) fn opt_real(&self, at: usize) -> Result<Option<f64>, CheckFault> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// A truth value or NULL.
    pub(crate) fn opt_truth(&self, at: usize) -> Result<Option<bool>, CheckFault> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// Bytes that are not NULL.
    pub(crate) fn blob(&self, at: usize) -> Result<&[u8], CheckFault> {
        let bytes = match self {
            Self::Sqlite(row) => row.get_ref(at)?.as_blob_or_null().map_err(|_| wrong(at, "row of bytes"))?,
            Self::Postgres(row) => row.try_get(at)?,
        };
        bytes.ok_or_else(|| CheckFault::Unreadable(format!("column {at} is NULL")))
    }

    /// A text that is not NULL.
    pub(crate) fn text(&self, at: usize) -> Result<&str, CheckFault> {
        self.opt_text(at)?.ok_or_else(|| CheckFault::Unreadable(format!("column {at} is NULL")))
    }

    /// A text or NULL.
    pub(crate) fn opt_text(&self, at: usize) -> Result<Option<&str>, CheckFault> {
        match self {
            Self::Sqlite(row) => Ok(row.get_ref(at)?.as_str_or_null().map_err(|_| wrong(at, "text"))?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }
}

fn wrong(at: usize, what: &str) -> CheckFault {
    CheckFault::Unreadable(format!("column {at} is no {what}"))
}
