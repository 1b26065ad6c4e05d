//! A trading: what a bot does on one binding. Its rules of form.

use super::ids::{ExchangeBindingId, TradingId};
use kernel::{Timestamp, UserId};

/// Characters of the longest name of a trading, a sub-account, a portfolio.
pub const NAME_CHARS_MAX: usize = 100;

/// What kind of trading this is. Paper and virtual mean the same; what was sent is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TradingType {
    /// Real money.
    Real,
    /// Simulated with live prices.
    Virtual,
    /// The same under the portal's word.
    Paper,
    /// Simulated over the past.
    Backtest,
}

impl TradingType {
    const ALL: [Self; 4] = [Self::Real, Self::Virtual, Self::Paper, Self::Backtest];

    /// As written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Virtual => "virtual",
            Self::Paper => "paper",
            Self::Backtest => "backtest",
        }
    }

    /// The type of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether no real money is behind it.
    #[must_use]
    pub const fn is_simulated(self) -> bool {
        !matches!(self, Self::Real)
    }

    /// Whether a filter by `wanted` finds this one.
    #[must_use]
    pub const fn matches(self, wanted: Self) -> bool {
        matches!(
            (self, wanted),
            (Self::Virtual | Self::Paper, Self::Virtual | Self::Paper)
                | (Self::Real, Self::Real)
                | (Self::Backtest, Self::Backtest)
        )
    }
}

/// Where a trading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TradingStatus {
    /// It trades.
    Active,
    /// It does not.
    Inactive,
    /// It will go on.
    Paused,
}

impl TradingStatus {
    const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Paused];

    /// As written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Paused => "paused",
        }
    }

    /// The status of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A trading as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trading {
    /// Its number.
    pub id: TradingId,
    /// Whose.
    pub user: UserId,
    /// Where.
    pub binding: ExchangeBindingId,
    /// Unique among its user's live ones.
    pub name: String,
    /// What kind.
    pub kind: TradingType,
    /// Where it stands.
    pub status: TradingStatus,
    /// A JSON object, as it was sent.
    pub info: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted; its history stays.
    pub deleted_at: Option<Timestamp>,
}

impl Trading {
    /// Whether guests may read it: a simulated one that its owner marked so.
    #[must_use]
    pub fn is_public(&self) -> bool {
        let marked = serde_json::from_str::<serde_json::Value>(&self.info);
        let marked = marked.is_ok_and(|info| info["is_public"] == serde_json::Value::Bool(true));
        marked && self.kind.is_simulated() && self.deleted_at.is_none()
    }
}

/// A name without blanks at its ends; `None` when it is empty or longer than [`NAME_CHARS_MAX`].
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let text = text.trim();
    (1..=NAME_CHARS_MAX).contains(&text.chars().count()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_and_virtual_are_one_to_a_filter() {
        let virtually = |kind: TradingType| kind.matches(TradingType::Virtual);
        assert!(virtually(TradingType::Paper) && virtually(TradingType::Virtual));
        assert!(!virtually(TradingType::Real) && !virtually(TradingType::Backtest));
    }

    #[test]
    fn a_name_has_1_to_100_characters() {
        assert_eq!(name("  Grid "), Some("Grid".to_owned()));
        assert_eq!((name("   "), name(&"é".repeat(101))), (None, None));
        assert!(name(&"é".repeat(100)).is_some());
    }
}
