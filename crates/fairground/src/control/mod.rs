//! The way of the machine's own operators into a running server: a socket in the data folder that its owner alone can open. One
//! line of JSON asks, one answers. On PostgreSQL a command opens the database beside the server instead.

mod client;
mod server;

pub use client::send;
pub use server::serve;

use serde::{Deserialize, Serialize};
use stall::{AddedAccount, NewAccount};
use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

/// Bytes of the longest request or answer.
const LINE_BYTES_MAX: u64 = 16 * 1024;

/// What is asked of a running server.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Make an account of a stall.
    AddAccount {
        /// Which stall.
        stall: String,
        /// The account.
        account: NewAccount,
    },
}

/// What comes back: the account, or a sentence for the operator.
pub type Answer = Result<AddedAccount, String>;

/// The socket's address through the open folder: a path of its own may be longer than an address can be.
struct SocketPath {
    path: PathBuf,
    // Open while the path is used.
    _folder: File,
}

impl SocketPath {
    fn in_folder(data: &Path) -> std::io::Result<Self> {
        let folder = File::open(data)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/control.sock", folder.as_raw_fd()));
        Ok(Self { path, _folder: folder })
    }
}
