//! An event of somebody else, as it arrived.

use sha2::{Digest, Sha256};

/// Which way an event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From a broker.
    Broker,
    /// Posted to us.
    Http,
    /// Read again by an operator.
    Replay,
}

impl Source {
    /// As written in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Broker => "broker",
            Self::Http => "http",
            Self::Replay => "replay",
        }
    }
}

/// An event as it arrived; nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// Where it was published.
    pub subject: String,
    /// What it says; a JSON object if it is fit.
    pub payload: String,
    /// Which way it came.
    pub source: Source,
    /// The W3C trace it belongs to.
    pub trace: Option<String>,
}

impl InboundMessage {
    /// SHA-256 of what it says: two copies of one event are the same to the byte.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.payload.as_bytes()).to_vec()
    }

    /// A name for what has none that can be read.
    #[must_use]
    pub(super) fn name_of_unreadable(&self) -> String {
        let digest = self.hash();
        digest.iter().take(16).fold(String::from("unreadable:"), |name, byte| name + &format!("{byte:02x}"))
    }
}
