//! Why a run could not be carried out.

use super::server::ControlError;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Why a run could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file of the report cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Json { path: PathBuf, error: std::io::Error },
    /// The file is no journal of such a run.
    #[error("{} is no journal of `{command}`: {fault}", path.display())]
    Journal { path: PathBuf, command: &'static str, fault: String },
    /// Arguments that no command line of ours lets through.
    #[error(transparent)]
    Arguments(#[from] clap::Error),
    /// The runtime or the terminal.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A control call failed.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The server stopped filling.
    #[error("the server stopped filling at {reached} of {wanted} bookings; its log says why")]
    FillStopped { reached: u64, wanted: u64 },
    /// Measuring would be pointless.
    #[error("no request of the warm-up was answered as documented, only {0:?}")]
    NothingAnswered(BTreeMap<String, u64>),
    /// The server's set-up is of no use.
    #[error("{0}")]
    Setup(String),
}

impl LoadError {
    /// The arguments were unusable, as opposed to the server.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::Json { .. } | Self::Journal { .. } | Self::Arguments(_))
    }
}
