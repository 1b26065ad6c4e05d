//! What kind of run this is, and what a check of combinations may look at.

use std::net::SocketAddr;

/// What kind of run this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A laptop.
    Dev,
    /// A load run: further endpoints, development keys.
    Load,
    /// Real users.
    Production,
}

impl Profile {
    /// The words of the configuration.
    pub const WORDS: &'static [&'static str] = &["dev", "load", "production"];

    /// The profile of a word; `None` for a word that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "dev" => Self::Dev,
            "load" => Self::Load,
            "production" => Self::Production,
            _ => return None,
        })
    }

    /// As written in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Load => "load",
            Self::Production => "production",
        }
    }
}

/// Where and how the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deployment {
    /// What kind of run this is.
    pub profile: Profile,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whether the public URL leads to a name or an address that is not this machine's own.
    pub is_public: bool,
}

impl Deployment {
    /// Whether only this machine can reach us.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.listen.ip().is_loopback()
    }

    /// Whether others may reach us, now or through a proxy: what everybody knows must not open anything.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        self.profile == Profile::Production || self.is_public || !self.is_loopback()
    }

    /// Whether this is a laptop that nobody else can reach: where demonstrations may show mails and passwords.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.profile == Profile::Dev && !self.is_exposed()
    }
}
