//! In which order the server is made to end.

use super::round::End;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::time::{SystemTime, UNIX_EPOCH};

/// Points of a sealed minute: they come once a minute, so they are taken when a minute is about to end.
const OF_A_MINUTE: [&str; 2] = ["block_saved", "block_committed"];
/// Where money is about to move or has just moved.
const OF_MONEY: [&str; 8] = [
    "place_saved",
    "pay_saved",
    "close_committed",
    "pay_committed",
    "place_committed",
    "close_saved",
    "settle_saved",
    "tick_writer_saved",
];
/// The others. `Run::begin` compares all three lists with the server's own.
const OTHERS: [&str; 12] = [
    "place_asked",
    "place_loaded",
    "place_answering",
    "engine_shown",
    "tick_writer_holds",
    "tick_writer_committed",
    "close_built",
    "close_moved",
    "pay_loaded",
    "settle_committed",
    "tail_read",
    "tail_told",
];
/// A minute's end is met when it is so far away as a round begins, ms: a start, a recovery and some taps before it.
const MINUTE_MS: u128 = 60_000;
const MEET_MS: std::ops::RangeInclusive<u128> = 5_000..=14_000;

/// The ends that are left, the next one last.
pub struct Points {
    of_a_minute: Vec<End>,
    others: Vec<End>,
}

impl Points {
    /// Every point but one that the drawn ends have: either run meets one end of a minute without waiting for it.
    pub fn named() -> Self {
        let others = OTHERS.iter().chain(&OF_MONEY).map(|point| End::At(point)).collect();
        Self { of_a_minute: vec![End::At(OF_A_MINUTE[0])], others }
    }

    /// So many drawn moments, and that one point.
    pub fn drawn(rounds: u64) -> Self {
        let others = (0..rounds).map(|_| End::Killed).collect();
        Self { of_a_minute: vec![End::At(OF_A_MINUTE[1])], others }
    }

    /// So many points of money, one after another and again from the first, from one on that the seed draws: few rounds try
    /// others in every run, and many try all.
    pub fn of_money(rounds: usize, seed: u64) -> Self {
        let first = SmallRng::seed_from_u64(seed).random_range(0..OF_MONEY.len());
        eprintln!("crash test of tap: {rounds} points of money, from {} on", OF_MONEY[first]);
        let points = OF_MONEY.iter().cycle().skip(first).take(rounds);
        let mut others: Vec<End> = points.map(|point| End::At(point)).collect();
        others.reverse();
        Self { of_a_minute: Vec::new(), others }
    }

    /// Every name that is known here.
    pub fn names() -> Vec<&'static str> {
        OF_A_MINUTE.iter().chain(&OF_MONEY).chain(&OTHERS).copied().collect()
    }
}

impl Iterator for Points {
    type Item = End;

    fn next(&mut self) -> Option<End> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let ends_soon = MEET_MS.contains(&(MINUTE_MS - since % MINUTE_MS));
        let (first, then) = if ends_soon || self.others.is_empty() {
            (&mut self.of_a_minute, &mut self.others)
        } else {
            (&mut self.others, &mut self.of_a_minute)
        };
        first.pop().or_else(|| then.pop())
    }
}

#[test]
fn points_of_money_go_round_and_begin_where_the_seed_says() {
    let met = |ends: &[End], point| ends.contains(&End::At(point));
    let mut begun = Vec::new();
    for seed in 0..200 {
        let ends: Vec<End> = Points::of_money(100, seed).collect();
        assert_eq!(ends.len(), 100, "seed {seed}");
        for row in ends.windows(OF_MONEY.len()) {
            assert!(OF_MONEY.iter().all(|point| met(row, point)), "seed {seed}: {row:?}");
        }
        let few: Vec<End> = Points::of_money(2, seed).collect();
        assert_eq!(few, ends[..2], "seed {seed}");
        begun.push(few[0]);
    }
    assert!(OF_MONEY.iter().all(|point| met(&begun, point)), "no run of one round would try some point");
}
