//! Why a database could not be checked. A broken invariant is a line, not a fault.

/// The check could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum CheckFault {
    /// No file, no server, no rights.
    #[error("cannot open the database: {0}")]
    Unopened(String),
    /// The tables are not there.
    #[error("this database holds no ledger; was it ever started by `fairground serve`?")]
    NoLedger,
    /// A query failed or a column holds something else than it should.
    #[error("cannot read the database: {0}")]
    Unreadable(String),
    /// The check itself broke.
    #[error("the check ended early: {0}")]
    Broken(String),
}

impl From<rusqlite::Error> for CheckFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<tokio_postgres::Error> for CheckFault {
    fn from(error: tokio_postgres::Error) -> Self {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        Self::Unreadable(format!("{error}{}", cause.unwrap_or_default()))
    }
}
