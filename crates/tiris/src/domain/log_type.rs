//! Types of trading logs: five move money, every other word is informational and never does.

/// Characters of the longest type.
pub const TYPE_CHARS_MAX: usize = 50;

/// What a log that moves money stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BusinessType {
    /// A buy.
    Long,
    /// A sale of what is held; not a margin short.
    Short,
    /// A sale at a loss limit; posted as a short.
    StopLoss,
    /// Money comes in.
    Deposit,
    /// Money leaves.
    Withdraw,
}

impl BusinessType {
    const ALL: [Self; 5] = [Self::Long, Self::Short, Self::StopLoss, Self::Deposit, Self::Withdraw];

    /// As written in logs and as reason of transactions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::Short => "short",
            Self::StopLoss => "stop_loss",
            Self::Deposit => "deposit",
            Self::Withdraw => "withdraw",
        }
    }

    /// The business type of a word; `None` for an informational one. Documents also call a withdrawal so.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = if word == "withdrawal" { "withdraw" } else { word };
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who wrote a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A person, or a program in a person's name.
    Manual,
    /// A bot.
    Bot,
}

impl Source {
    /// As written in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Bot => "bot",
        }
    }

    /// The source of a word; documents also call a person's program `api`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "manual" | "api" => Some(Self::Manual),
            "bot" => Some(Self::Bot),
            _ => None,
        }
    }
}
