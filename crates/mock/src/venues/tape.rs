//! What happens on one simulated venue: trades with ids that have no gap, best bid and offer, and the trades of late.

use super::VenueProfile;
use super::path::normal;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use std::collections::VecDeque;

/// Trades that the history remembers: eleven minutes of the busiest venue.
const HISTORY_MAX: usize = 20_000;
/// How much of its straying a venue keeps from one step to the next.
const NOISE_KEPT: f64 = 0.98;
/// Share of steps at which an unmoved book is sent again, as sizes change more often than prices.
const BOOK_AGAIN: f64 = 0.15;

/// A trade on the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TapeTrade {
    pub(super) id: i64,
    /// In cents.
    pub(super) price: i64,
    /// In hundred-millionths.
    pub(super) quantity: i64,
    /// The buyer's order was on the book.
    pub(super) buyer_made: bool,
    /// Unix microseconds.
    pub(super) at_us: i64,
}

/// A best bid and offer on the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TapeBook {
    pub(super) number: i64,
    /// In cents.
    pub(super) bid: i64,
    /// In cents.
    pub(super) ask: i64,
    /// Unix microseconds.
    pub(super) at_us: i64,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TapeEvent {
    Trade(TapeTrade),
    Book(TapeBook),
}

/// One venue's tape.
#[derive(Debug)]
pub(super) struct Tape {
    profile: VenueProfile,
    rng: SmallRng,
    noise_bp: f64,
    next_id: i64,
    book: TapeBook,
    history: VecDeque<TapeTrade>,
}

impl Tape {
    /// Ids begin at `first_id`; a tape that is started again begins higher, as venues never count anew.
    pub(super) fn new(profile: VenueProfile, seed: u64, first_id: i64) -> Self {
        let book = TapeBook { number: first_id, bid: 0, ask: 0, at_us: 0 };
        let rng = SmallRng::seed_from_u64(seed);
        Self { profile, rng, noise_bp: 0.0, next_id: first_id, book, history: VecDeque::new() }
    }

    /// Moves on by `dt` seconds under the common `price` (cents); returns what happened.
    pub(super) fn step(&mut self, price: f64, dt: f64, at_us: i64) -> Vec<TapeEvent> {
        let mut events = Vec::new();
        events.extend(self.move_book(price, at_us));
        for _ in 0..self.trades_in(dt) {
            events.push(TapeEvent::Trade(self.trade(at_us)));
        }
        events
    }

    fn move_book(&mut self, price: f64, at_us: i64) -> Option<TapeEvent> {
        let fresh = self.profile.noise_bp * (1.0 - NOISE_KEPT * NOISE_KEPT).sqrt();
        self.noise_bp = NOISE_KEPT * self.noise_bp + fresh * normal(&mut self.rng);
        let own = price * (1.0 + (self.profile.basis_bp + self.noise_bp) / 10_000.0);
        let tick = self.profile.tick.max(1);
        let bid = (own as i64).div_euclid(tick).max(1) * tick;
        let unmoved = bid == self.book.bid;
        if unmoved && self.rng.random::<f64>() >= BOOK_AGAIN {
            return None;
        }
        self.book = TapeBook { number: self.book.number + 1, bid, ask: bid + tick, at_us };
        Some(TapeEvent::Book(self.book))
    }

    /// How many trades there are in `dt` seconds (Knuth's way to a Poisson number).
    fn trades_in(&mut self, dt: f64) -> usize {
        let none = (-self.profile.trades_per_s * dt).exp();
        let (mut count, mut product) = (0, self.rng.random::<f64>());
        while product > none {
            count += 1;
            product *= self.rng.random::<f64>();
        }
        count
    }

    fn trade(&mut self, at_us: i64) -> TapeTrade {
        let buyer_made = self.rng.random();
        let price = if buyer_made { self.book.bid } else { self.book.ask };
        let quantity = self.rng.random_range(1_000..50_000_000);
        let trade = TapeTrade { id: self.next_id, price, quantity, buyer_made, at_us };
        self.next_id += 1;
        if self.history.len() >= HISTORY_MAX {
            self.history.pop_front();
        }
        self.history.push_back(trade);
        trade
    }

    /// Trades from `first_id` on, at most `count`, oldest first.
    pub(super) fn from(&self, first_id: i64, count: usize) -> Vec<TapeTrade> {
        self.history.iter().filter(|trade| trade.id >= first_id).take(count).copied().collect()
    }

    /// Trades before `id`, at most `count`, newest first.
    pub(super) fn before(&self, id: i64, count: usize) -> Vec<TapeTrade> {
        self.history.iter().rev().filter(|trade| trade.id < id).take(count).copied().collect()
    }

    /// Trades after a moment, at most `count`, oldest first.
    pub(super) fn since(&self, at_us: i64, count: usize) -> Vec<TapeTrade> {
        self.history.iter().filter(|trade| trade.at_us > at_us).take(count).copied().collect()
    }

    /// The latest trade.
    pub(super) fn last(&self) -> Option<TapeTrade> {
        self.history.back().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venues::VenuesSettings;

    fn tape() -> Tape {
        Tape::new(VenuesSettings::default().venues[0], 3, 1_000)
    }

    #[test]
    fn trades_have_ids_without_a_gap_and_prices_of_the_book() {
        let mut tape = tape();
        let events: Vec<TapeEvent> =
            (0..500).flat_map(|step| tape.step(6_000_000.0, 0.02, step * 20_000)).collect();
        let (mut expected, mut book) = (1_000, None);
        for event in events {
            match event {
                TapeEvent::Book(now) => book = Some(now),
                TapeEvent::Trade(trade) => {
                    assert_eq!(trade.id, expected);
                    expected += 1;
                    let book = book.expect("a book comes before the first trade");
                    assert!([book.bid, book.ask].contains(&trade.price));
                    assert!(book.bid < book.ask);
                }
            }
        }
        assert!((200..400).contains(&(expected - 1_000)), "thirty a second for ten seconds, not {expected}");
    }

    #[test]
    fn the_same_seed_writes_the_same_tape() {
        let (mut one, mut two) = (tape(), tape());
        for step in 0..200 {
            assert_eq!(one.step(6_000_000.0, 0.02, step), two.step(6_000_000.0, 0.02, step));
        }
    }

    #[test]
    fn history_is_found_by_id_from_both_sides_and_by_time() {
        let mut tape = tape();
        (0..200).for_each(|step| drop(tape.step(6_000_000.0, 0.02, step)));
        let ids = |trades: Vec<TapeTrade>| trades.iter().map(|trade| trade.id).collect::<Vec<_>>();
        assert_eq!(ids(tape.from(1_010, 3)), [1_010, 1_011, 1_012]);
        assert_eq!(ids(tape.before(1_010, 3)), [1_009, 1_008, 1_007]);
        let first = tape.since(100, 1)[0];
        assert!(first.at_us > 100 && tape.before(first.id, 1)[0].at_us <= 100);
    }
}
