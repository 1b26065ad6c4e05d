//! Which kinds of requests are sent to Tiris, and the named mixes of them.

use crate::results::Kind;
use crate::weights::Weights;

/// A kind of request, as the report counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TirisKind {
    /// A new log that moves money, or a batch of them: a bot buys, then it sells.
    Log,
    /// An earlier request again, under its key.
    Replay,
    /// A purchase of more than there is.
    TooMuch,
    /// A log that moves nothing.
    Informational,
    /// The own sub-accounts.
    Accounts,
    /// A page of the own transactions.
    Transactions,
    /// A page of the own logs.
    Logs,
    /// The fixed answer of the load profile.
    Ceiling,
}

impl Kind for TirisKind {
    const ALL: &'static [Self] = &[
        Self::Log,
        Self::Replay,
        Self::TooMuch,
        Self::Informational,
        Self::Accounts,
        Self::Transactions,
        Self::Logs,
        Self::Ceiling,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Replay => "replay",
            Self::TooMuch => "too_much",
            Self::Informational => "informational",
            Self::Accounts => "accounts",
            Self::Transactions => "transactions",
            Self::Logs => "logs",
            Self::Ceiling => "ceiling",
        }
    }

    fn index(self) -> usize {
        self as usize
    }

    fn writes(self) -> bool {
        matches!(self, Self::Log | Self::Informational)
    }

    fn is_ceiling(self) -> bool {
        self == Self::Ceiling
    }
}

/// Kinds that can be drawn: all but the ceiling.
const DRAWN: usize = TirisKind::ALL.len() - 1;
/// Logs with money alone: nearly all new, and some of what must be refused or answered as before.
const LOGS: [u32; DRAWN] = [94, 2, 2, 2, 0, 0, 0];
/// Bots and the people who look at them.
const MIXED: [u32; DRAWN] = [20, 0, 0, 10, 30, 20, 20];

/// Weights of the kinds of requests. Their sum need not be 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TirisMix(Weights<DRAWN>);

impl Default for TirisMix {
    fn default() -> Self {
        Self(Weights(LOGS))
    }
}

impl std::fmt::Display for TirisMix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.0 {
            LOGS => f.write_str("logs"),
            MIXED => f.write_str("mixed"),
            weights => {
                let weighed = TirisKind::ALL.iter().zip(weights).filter(|(_, weight)| *weight > 0);
                let words: Vec<_> =
                    weighed.map(|(kind, weight)| format!("{}={weight}", kind.name())).collect();
                f.write_str(&words.join(","))
            }
        }
    }
}

impl TirisMix {
    /// Reads `logs`, `mixed` or `log=94,replay=2,...`. Errors: a sentence naming the bad part.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "logs" => Ok(Self(Weights(LOGS))),
            "mixed" => Ok(Self(Weights(MIXED))),
            _ => Weights::parse(text, std::array::from_fn(|at| TirisKind::ALL[at].name())).map(Self),
        }
    }

    /// The sum of the weights: `pick` takes rolls below it.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.total()
    }

    /// The kind that `roll` (0 to `total()` - 1) falls on.
    #[must_use]
    pub fn pick(&self, roll: u32) -> TirisKind {
        TirisKind::ALL[self.0.pick(roll)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_written_as_it_is_read() {
        for text in ["logs", "mixed", "log=3,informational=1", "accounts=1"] {
            assert_eq!(TirisMix::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "log", "log=-1", "tea=3", "log=0", "ceiling=1"] {
            assert!(TirisMix::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_kind_stands_where_its_index_says() {
        for (at, kind) in TirisKind::ALL.iter().enumerate() {
            assert_eq!(kind.index(), at);
        }
    }
}
