//! What may be wrong with the exchange, one fault at a time.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Every answer is a 503.
    Away,
    /// Every answer takes half a minute.
    Slow,
    /// Every answer is a page of HTML.
    Garbage,
    /// No key is known.
    BadKey,
    /// Too many requests, always.
    Limited,
    /// Every signature comes from the wrong time.
    Skewed,
    /// Every key can withdraw.
    Withdrawals,
    /// What it refuses repeats the key and the signature that it was sent.
    Leaky,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Away,
        Self::Slow,
        Self::Garbage,
        Self::BadKey,
        Self::Limited,
        Self::Skewed,
        Self::Withdrawals,
        Self::Leaky,
    ];

    /// Its name at the control endpoint.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Away => "away",
            Self::Slow => "slow",
            Self::Garbage => "garbage",
            Self::BadKey => "bad_key",
            Self::Limited => "limited",
            Self::Skewed => "skewed",
            Self::Withdrawals => "withdrawals",
            Self::Leaky => "leaky",
        }
    }

    /// The fault of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}
