//! What can be wrong with the simulated Twitch, one fault at a time.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Every channel is offline: it is simply missing from the answer.
    Offline,
    /// Every second channel that was asked for is missing, live or not.
    Missing,
    /// 429 until the bucket is full again.
    Limited,
    /// 503 for everything.
    Down,
    /// Tokens are over as soon as they are given out.
    TokensExpire,
    /// Answers take three seconds.
    Slow,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 7] =
        [Self::None, Self::Offline, Self::Missing, Self::Limited, Self::Down, Self::TokensExpire, Self::Slow];

    /// Its name at the control endpoint.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Offline => "offline",
            Self::Missing => "missing",
            Self::Limited => "limited",
            Self::Down => "down",
            Self::TokensExpire => "tokens_expire",
            Self::Slow => "slow",
        }
    }

    /// The fault of that name; `None` when there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}
