//! What can be wrong with the simulated mail server, one fault at a time.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// 421 instead of a greeting.
    Down,
    /// 451 for every recipient: try later.
    Later,
    /// 550 for every recipient: there is no such mailbox.
    NoMailbox,
    /// 554 for every mail, after it was read.
    Refused,
    /// A mail is kept, and the answer takes three seconds.
    Slow,
    /// A mail is kept, and the connection ends before the answer.
    DropsAfterData,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Down,
        Self::Later,
        Self::NoMailbox,
        Self::Refused,
        Self::Slow,
        Self::DropsAfterData,
    ];

    /// Its name at the control endpoint.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Down => "down",
            Self::Later => "later",
            Self::NoMailbox => "no_mailbox",
            Self::Refused => "refused",
            Self::Slow => "slow",
            Self::DropsAfterData => "drops_after_data",
        }
    }

    /// The fault of that name; `None` when there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}
