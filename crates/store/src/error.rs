//! What can go wrong below a business rule.

/// A failure of the store. None of these is a business refusal.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint said no (the text names it).
    #[error("unique constraint violated: {0}")]
    Unique(String),
    /// PostgreSQL asks for the transaction to be run again (40001, 40P01). Seen by callers only after all retries.
    #[error("the transaction lost a race and was tried too often: {0}")]
    Serialization(String),
    /// More work is queued than may wait; the caller answers 503.
    #[error("the writer's queue is full")]
    Overloaded,
    /// The database cannot be reached or cannot keep anything now: disk full, connection lost, no answer in time, read-only
    /// after a fail-over. What a commit came to may be unknown; repeating the request with its key finds out. 503.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The store was closed, or its writer is gone.
    #[error("the store is closed")]
    Closed,
    /// A closure panicked; its own changes were rolled back, nobody else's.
    #[error("a transaction panicked: {0}")]
    Panicked(String),
    /// Another process has the database file open for writing.
    #[error(
        "{0} is in use by another fairground process; stop it first, or give this one its own --data folder"
    )]
    InUse(String),
    /// The database refuses durability, or is of another version than this program.
    #[error("{0}")]
    Unfit(String),
    /// A stored row is not what this program wrote.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// Whatever else the database said.
    #[error("database: {0}")]
    Database(String),
}

impl StoreError {
    /// Whether a unique constraint was violated.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Unique(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        match &error {
            rusqlite::Error::SqliteFailure(failure, text)
                if failure.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE
                    || failure.extended_code == ffi::SQLITE_CONSTRAINT_PRIMARYKEY =>
            {
                Self::Unique(text.clone().unwrap_or_default())
            }
            rusqlite::Error::SqliteFailure(failure, _) if is_unavailable(failure.code) => {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            let text = format!("{error}{}", cause(&error));
            // What is no answer of the server is a connection that broke, but for values that do not fit their column.
            let is_ours = error.to_string().starts_with("error serializing")
                || error.to_string().starts_with("error deserializing");
            return if is_ours { Self::Database(text) } else { Self::Unavailable(text) };
        };
        let text = format!("{} ({})", db.message(), db.constraint().or(db.table()).unwrap_or("-"));
        match db.code().code() {
            code if UNAVAILABLE.iter().any(|class| code.starts_with(class)) => {
                Self::Unavailable(format!("{code} {text}"))
            }
            "23505" => Self::Unique(text),
            "40001" | "40P01" => Self::Serialization(text),
            code => Self::Database(format!("{code} {text}")),
        }
    }
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Closed => Self::Closed,
            error => Self::Unavailable(format!("no connection: {error}{}", cause(&error))),
        }
    }
}

/// Codes of PostgreSQL that speak of the server and not of the statement: connections, resources (a full disk, too many
/// connections), operators (shutting down, starting up), read-only after a fail-over, and the system's own errors.
const UNAVAILABLE: [&str; 6] = ["08", "53", "57P", "58", "25006", "XX"];

/// Failures of SQLite that speak of the disk and not of the statement.
fn is_unavailable(code: rusqlite::ErrorCode) -> bool {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, FileLockingProtocolFailed,
        NotADatabase, OutOfMemory, PermissionDenied, ReadOnly, SystemIoFailure,
    };
    matches!(
        code,
        CannotOpen
            | DatabaseBusy
            | DatabaseCorrupt
            | DatabaseLocked
            | DiskFull
            | FileLockingProtocolFailed
            | NotADatabase
            | OutOfMemory
            | PermissionDenied
            | ReadOnly
            | SystemIoFailure
    )
}

fn cause(error: &dyn std::error::Error) -> String {
    error.source().map(|cause| format!(": {cause}")).unwrap_or_default()
}

impl From<StoreError> for kernel::Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded
            | StoreError::Unavailable(_)
            | StoreError::Closed
            | StoreError::Serialization(_) => Self::unavailable(error),
            other => Self::internal(other),
        }
    }
}
