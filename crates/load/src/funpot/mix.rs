//! Which kinds of requests are sent to FunPot, and the named mixes of them.

use crate::results::Kind;
use crate::weights::{DrawnKind, KindMix};

/// A kind of request, as the report counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunpotKind {
    /// A new vote: own voter, own key, an open event that the voter has not voted on.
    Vote,
    /// An earlier vote again, under its key.
    Replay,
    /// A second vote of a voter on an event, under another key.
    Second,
    /// A vote for an option that the event does not have.
    BadOption,
    /// The own wallet.
    Wallet,
    /// The own votes.
    Mine,
    /// The live events of a streamer.
    Live,
    /// One event.
    Event,
    /// The fixed answer of the load profile.
    Ceiling,
}

impl Kind for FunpotKind {
    const ALL: &'static [Self] = &[
        Self::Vote,
        Self::Replay,
        Self::Second,
        Self::BadOption,
        Self::Wallet,
        Self::Mine,
        Self::Live,
        Self::Event,
        Self::Ceiling,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Vote => "vote",
            Self::Replay => "replay",
            Self::Second => "second",
            Self::BadOption => "bad_option",
            Self::Wallet => "wallet",
            Self::Mine => "mine",
            Self::Live => "live",
            Self::Event => "event",
            Self::Ceiling => "ceiling",
        }
    }

    fn index(self) -> usize {
        self as usize
    }

    fn writes(self) -> bool {
        self == Self::Vote
    }

    fn is_ceiling(self) -> bool {
        self == Self::Ceiling
    }
}

/// Kinds that can be drawn: all but the ceiling.
const DRAWN: usize = FunpotKind::ALL.len() - 1;
/// Votes alone: nearly all new, and some of everything that must be refused or answered as before.
const VOTES: [u32; DRAWN] = [94, 2, 2, 2, 0, 0, 0, 0];
/// A crowd that watches a stream.
const MIXED: [u32; DRAWN] = [20, 0, 0, 0, 10, 10, 50, 10];

impl DrawnKind for FunpotKind {
    const NAMED: &'static [(&'static str, &'static [u32])] = &[("votes", &VOTES), ("mixed", &MIXED)];
}

/// Weights of the kinds of requests.
pub type FunpotMix = KindMix<FunpotKind>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_written_as_it_is_read() {
        for text in ["votes", "mixed", "vote=3,live=1", "event=1"] {
            assert_eq!(FunpotMix::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "vote", "vote=-1", "tea=3", "vote=0", "ceiling=1"] {
            assert!(FunpotMix::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_kind_stands_where_its_index_says() {
        for (at, kind) in FunpotKind::ALL.iter().enumerate() {
            assert_eq!(kind.index(), at);
        }
    }
}
