//! Which kinds of requests are sent, their words, and how often each is unless said otherwise.

use crate::results::Kind;
use crate::weights::Weights;

/// A kind of request, as the report counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RushKind {
    /// A new reserve in a zone that has seats.
    Reserve,
    /// An earlier reserve again: same buyer, key and body.
    Replay,
    /// A new reserve in a zone that has none left.
    SoldOut,
    /// A payment for an own booking; a success is followed by a `Confirm` on the same connection.
    Pay,
    /// The confirmation of a paid booking.
    Confirm,
    /// The release of an own booking.
    Cancel,
    /// The fixed answer of the load profile, the best any design could do.
    Ceiling,
}

impl Kind for RushKind {
    const ALL: &'static [Self] =
        &[Self::Reserve, Self::Replay, Self::SoldOut, Self::Pay, Self::Confirm, Self::Cancel, Self::Ceiling];

    fn name(self) -> &'static str {
        match self {
            Self::Reserve => "reserve",
            Self::Replay => "replay",
            Self::SoldOut => "sold_out",
            Self::Pay => "pay",
            Self::Confirm => "confirm",
            Self::Cancel => "cancel",
            Self::Ceiling => "ceiling",
        }
    }

    fn index(self) -> usize {
        self as usize
    }

    fn writes(self) -> bool {
        !matches!(self, Self::Replay | Self::Ceiling)
    }

    fn is_ceiling(self) -> bool {
        self == Self::Ceiling
    }
}

/// The words of `--mix` and what each draws. A confirm begins with its payment.
const WORDS: [(&str, RushKind); 5] = [
    ("reserve", RushKind::Reserve),
    ("replay", RushKind::Replay),
    ("sold_out", RushKind::SoldOut),
    ("confirm", RushKind::Pay),
    ("cancel", RushKind::Cancel),
];
/// New reserves, replays, sold-out refusals, payments with confirms, cancels.
const DEFAULT_WEIGHTS: [u32; 5] = [88, 2, 10, 2, 2];

/// Weights of the kinds of requests. Their sum need not be 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix(Weights);

impl Default for Mix {
    fn default() -> Self {
        Self(Weights::of(&DEFAULT_WEIGHTS))
    }
}

impl std::fmt::Display for Mix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, ((word, _), weight)) in WORDS.iter().zip(self.0.0).enumerate() {
            write!(f, "{}{word}={weight}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl Mix {
    /// Reads `reserve=88,replay=2,...`. Errors: a sentence naming the bad part.
    pub fn parse(text: &str) -> Result<Self, String> {
        Weights::parse(text, &WORDS.map(|(word, _)| word)).map(Self)
    }

    /// The sum of the weights: `pick` takes rolls below it.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.total()
    }

    /// The kind that `roll` (0 to `total()` - 1) falls on.
    #[must_use]
    pub fn pick(&self, roll: u32) -> RushKind {
        WORDS[self.0.pick(roll)].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    fn drawn(mix: &Mix, seed: u64, count: usize) -> Vec<RushKind> {
        let mut rng = SmallRng::seed_from_u64(seed);
        (0..count).map(|_| mix.pick(rng.random_range(0..mix.total()))).collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_kinds_and_another_seed_others() {
        let mix = Mix::default();
        assert_eq!(drawn(&mix, 7, 500), drawn(&mix, 7, 500));
        assert_ne!(drawn(&mix, 7, 500), drawn(&mix, 8, 500));
    }

    #[test]
    fn kinds_come_as_often_as_their_weights_say() {
        let mix = Mix::parse("reserve=6,sold_out=3,cancel=1").unwrap();
        let drawn = drawn(&mix, 3, 100_000);
        for (class, share) in [
            (RushKind::Reserve, 0.6),
            (RushKind::SoldOut, 0.3),
            (RushKind::Cancel, 0.1),
            (RushKind::Replay, 0.0),
        ] {
            let seen = drawn.iter().filter(|other| **other == class).count() as f64 / 100_000.0;
            assert!((seen - share).abs() < 0.01, "{class:?} {seen}");
        }
    }

    #[test]
    fn the_default_is_written_as_it_is_read() {
        assert_eq!(Mix::parse(&Mix::default().to_string()), Ok(Mix::default()));
        for bad in ["", "reserve", "reserve=-1", "tea=3", "reserve=0", "reserve=99999999999"] {
            assert!(Mix::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_class_stands_where_its_index_says() {
        for (at, class) in RushKind::ALL.iter().enumerate() {
            assert_eq!(class.index(), at);
        }
    }
}
