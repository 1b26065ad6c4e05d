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
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return Self::Database(format!("{error}{}", cause(&error)));
        };
        let text = format!("{} ({})", db.message(), db.constraint().or(db.table()).unwrap_or("-"));
        match db.code().code() {
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
            error => Self::Database(format!("no connection: {error}{}", cause(&error))),
        }
    }
}

fn cause(error: &dyn std::error::Error) -> String {
    error.source().map(|cause| format!(": {cause}")).unwrap_or_default()
}

impl From<StoreError> for kernel::Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded | StoreError::Closed | StoreError::Serialization(_) => {
                Self::unavailable(error)
            }
            other => Self::internal(other),
        }
    }
}
