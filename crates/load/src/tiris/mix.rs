//! Which kinds of requests are sent to Tiris, and the named mixes of them.

use crate::results::Kind;
use crate::weights::{DrawnKind, KindMix};

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

impl DrawnKind for TirisKind {
    const NAMED: &'static [(&'static str, &'static [u32])] = &[("logs", &LOGS), ("mixed", &MIXED)];
}

/// Weights of the kinds of requests.
pub type TirisMix = KindMix<TirisKind>;

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
