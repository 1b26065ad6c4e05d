//! Which kinds of requests are sent to Tap, and the named mixes of them.

use crate::results::Kind;
use crate::weights::{DrawnKind, KindMix};

/// A kind of request, as the report counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TapKind {
    /// A new bet: own player, own nonce, an offered cell at a live quote.
    Bet,
    /// An earlier bet again, byte for byte.
    Replay,
    /// A new bet on a cell that the player has tapped.
    Duplicate,
    /// A new bet with a stake that is not offered.
    BadStake,
    /// The own balance.
    Balance,
    /// The own bets.
    List,
    /// One own bet.
    One,
    /// The newest price.
    Price,
    /// The grid.
    Grid,
    /// The fixed answer of the load profile.
    Ceiling,
}

impl Kind for TapKind {
    const ALL: &'static [Self] = &[
        Self::Bet,
        Self::Replay,
        Self::Duplicate,
        Self::BadStake,
        Self::Balance,
        Self::List,
        Self::One,
        Self::Price,
        Self::Grid,
        Self::Ceiling,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Bet => "bet",
            Self::Replay => "replay",
            Self::Duplicate => "duplicate",
            Self::BadStake => "bad_stake",
            Self::Balance => "balance",
            Self::List => "list",
            Self::One => "one",
            Self::Price => "price",
            Self::Grid => "grid",
            Self::Ceiling => "ceiling",
        }
    }

    fn index(self) -> usize {
        self as usize
    }

    fn writes(self) -> bool {
        self == Self::Bet
    }

    fn is_ceiling(self) -> bool {
        self == Self::Ceiling
    }
}

/// Kinds that can be drawn: all but the ceiling.
const DRAWN: usize = TapKind::ALL.len() - 1;
/// Bets alone: nearly all new, and some of everything that must be refused or answered as before.
const BETS: [u32; DRAWN] = [94, 2, 2, 2, 0, 0, 0, 0, 0];
/// A crowd at play (specification, section 16.2): 20 % bets, 60 % reads of one's own, 20 % prices and grid.
const MIXED: [u32; DRAWN] = [20, 0, 0, 0, 20, 20, 20, 10, 10];

impl DrawnKind for TapKind {
    const NAMED: &'static [(&'static str, &'static [u32])] = &[("bets", &BETS), ("mixed", &MIXED)];
}

/// Weights of the kinds of requests.
pub type TapMix = KindMix<TapKind>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_written_as_it_is_read() {
        for text in ["bets", "mixed", "bet=3,one=1", "grid=1"] {
            assert_eq!(TapMix::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "bet", "bet=-1", "tea=3", "bet=0", "ceiling=1", "bet=99999999999"] {
            assert!(TapMix::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_crowd_is_a_fifth_bets_and_a_fifth_prices() {
        let mix = TapMix::parse("mixed").unwrap();
        let count =
            |kinds: &[TapKind]| (0..mix.total()).filter(|roll| kinds.contains(&mix.pick(*roll))).count();
        assert_eq!(count(&[TapKind::Bet]), 20);
        assert_eq!(count(&[TapKind::Balance, TapKind::List, TapKind::One]), 60);
        assert_eq!(count(&[TapKind::Price, TapKind::Grid]), 20);
    }

    #[test]
    fn every_kind_stands_where_its_index_says() {
        for (at, kind) in TapKind::ALL.iter().enumerate() {
            assert_eq!(kind.index(), at);
        }
    }
}
