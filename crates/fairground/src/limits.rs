//! What the machine lets this process have: open files, raised as far as it may be.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The limit of open files, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFiles {
    /// What is in force; none: no limit.
    pub soft: Option<u64>,
    /// How far it can be raised; none: as far as one likes.
    pub hard: Option<u64>,
}

/// The limit as it is.
#[must_use]
pub fn open_files() -> OpenFiles {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    OpenFiles { soft: current, hard: maximum }
}

/// Open files that are left for databases, feeds, logs and the edge's own reserve; half of them where there are few.
const RESERVED: u64 = 256;

/// As many connections as this process may have files open, less a reserve, and no more than `wanted`.
#[must_use]
pub fn connections_below(wanted: usize) -> usize {
    let Some(files) = open_files().soft else { return wanted };
    let free = files - RESERVED.min(files / 2);
    wanted.min(usize::try_from(free).unwrap_or(usize::MAX)).max(1)
}

/// Raises the limit of open files to what is allowed: each connection is one.
pub fn raise_open_files() {
    let before = open_files();
    if before.soft == before.hard {
        return tracing::info!(open_files = before.soft, "the limit of open files is as high as it may be");
    }
    let raised = setrlimit(Resource::Nofile, Rlimit { current: before.hard, maximum: before.hard });
    match raised {
        Ok(()) => tracing::info!(from = before.soft, to = before.hard, "the limit of open files was raised"),
        Err(error) => {
            tracing::warn!(%error, open_files = before.soft, "the limit of open files was not raised")
        }
    }
}
