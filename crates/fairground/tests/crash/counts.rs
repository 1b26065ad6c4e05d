//! What the rounds of any stall come to, in numbers, and how an answer that nobody got is asked for again.

use std::fmt;

/// What a stall answers to whoever asks for a booking or a bet.
pub trait Answer: fmt::Debug + PartialEq {
    /// No whole answer: it may have happened or not.
    const UNKNOWN: Self;

    /// The booking or the bet, where there is one.
    fn made(&self) -> Option<&str>;
}

/// What happened, in numbers.
#[derive(Debug, Default)]
pub struct Counts {
    pub acknowledged: u64,
    refused: u64,
    unknown: u64,
    /// Unknown ones that a repeat shows as done or does now.
    pub settled: u64,
    /// Acknowledged ones that were sent again and answered alike.
    pub repeats: u64,
    ready_ms_max: u128,
}

impl Counts {
    /// Of a round whose server was ready again after `ready_ms`: the answers as they came, before anything is repeated.
    pub fn of<'a, A: Answer + 'a>(answers: impl Iterator<Item = &'a A>, ready_ms: u128) -> Self {
        let mut counts = Self { ready_ms_max: ready_ms, ..Self::default() };
        for answer in answers {
            if answer.made().is_some() {
                counts.acknowledged += 1;
            } else if *answer == A::UNKNOWN {
                counts.unknown += 1;
            } else {
                counts.refused += 1;
            }
        }
        counts
    }

    pub fn add(&mut self, other: &Self) {
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.unknown += other.unknown;
        self.settled += other.settled;
        self.repeats += other.repeats;
        self.ready_ms_max = self.ready_ms_max.max(other.ready_ms_max);
    }

    /// Repeats what nobody knows, twice: the second answer must be the first, which is returned.
    pub fn settle<A: Answer>(&mut self, asked: &impl fmt::Debug, mut repeat: impl FnMut() -> A) -> A {
        let first = repeat();
        let second = repeat();
        assert_eq!(first.made(), second.made(), "two repeats of {asked:?} differ");
        assert_ne!(first, A::UNKNOWN, "a repeat of {asked:?} was not answered");
        self.settled += u64::from(first.made().is_some());
        first
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, refused, unknown, settled, repeats, ready_ms_max } = self;
        write!(
            out,
            "{acknowledged} acknowledged, {refused} refused, {unknown} unknown ({settled} of them made), \
             {repeats} repeats answered alike, ready again within {ready_ms_max} ms"
        )
    }
}
