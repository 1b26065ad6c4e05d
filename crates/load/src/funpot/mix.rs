//! Which kinds of requests are sent to FunPot, and the named mixes of them.

use crate::results::Kind;
use crate::weights::Weights;

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

/// Weights of the kinds of requests. Their sum need not be 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunpotMix(Weights<DRAWN>);

impl Default for FunpotMix {
    fn default() -> Self {
        Self(Weights(VOTES))
    }
}

impl std::fmt::Display for FunpotMix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.0 {
            VOTES => f.write_str("votes"),
            MIXED => f.write_str("mixed"),
            weights => {
                let weighed = FunpotKind::ALL.iter().zip(weights).filter(|(_, weight)| *weight > 0);
                let words: Vec<_> =
                    weighed.map(|(kind, weight)| format!("{}={weight}", kind.name())).collect();
                f.write_str(&words.join(","))
            }
        }
    }
}

impl FunpotMix {
    /// Reads `votes`, `mixed` or `vote=94,replay=2,...`. Errors: a sentence naming the bad part.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "votes" => Ok(Self(Weights(VOTES))),
            "mixed" => Ok(Self(Weights(MIXED))),
            _ => Weights::parse(text, std::array::from_fn(|at| FunpotKind::ALL[at].name())).map(Self),
        }
    }

    /// The sum of the weights: `pick` takes rolls below it.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.total()
    }

    /// The kind that `roll` (0 to `total()` - 1) falls on.
    #[must_use]
    pub fn pick(&self, roll: u32) -> FunpotKind {
        FunpotKind::ALL[self.0.pick(roll)]
    }
}

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
