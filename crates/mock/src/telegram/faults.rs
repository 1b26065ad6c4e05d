//! What can be wrong with the simulated Telegram, one fault at a time.

/// A fault. Those of delivery leave pre-checkout queries alone: a person is waiting for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Every update is delivered twice, both at once.
    Twice,
    /// Updates wait until three are there, and come newest first.
    Reversed,
    /// Updates wait until somebody releases them, and come newest first.
    Late,
    /// Updates never come.
    Lost,
    /// The Bot API takes three seconds for everything.
    Slow,
    /// The Bot API answers 500.
    Refuse,
    /// The Bot API answers 429 with a second to wait.
    Limited,
    /// A refund is done, and the answer says that it was done already.
    RefundTwice,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Twice,
        Self::Reversed,
        Self::Late,
        Self::Lost,
        Self::Slow,
        Self::Refuse,
        Self::Limited,
        Self::RefundTwice,
    ];

    /// Its name at the control endpoint.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Twice => "twice",
            Self::Reversed => "reversed",
            Self::Late => "late",
            Self::Lost => "lost",
            Self::Slow => "slow",
            Self::Refuse => "refuse",
            Self::Limited => "limited",
            Self::RefundTwice => "refund_twice",
        }
    }

    /// The fault of that name; `None` when there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}
