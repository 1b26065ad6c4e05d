//! The order of one venue's trades and books, by the venue's own numbers: what is new, what came twice or late, and which
//! ids never came. Shared by all connections to the venue, so parallel ones are one stream. Pure: time is an argument.

use super::adapter::{Hole, PastTrade};

/// Open holes that are remembered; the oldest is forgotten. A venue that skips more often is broken anyway.
const HOLES_MAX: usize = 256;
/// When nothing was new for so long while lower numbers keep coming, the venue has begun to count anew. Long enough for a
/// parallel connection that lags, short enough that one absurd number cannot silence a venue.
const RENUMBERED_AFTER_MS: i64 = 10_000;

/// What a trade is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// It is the next one, or the first.
    New,
    /// It is new, and the ids before it are missing.
    NewAfter(Hole),
    /// It closes (a part of) a hole: too late to be live, welcome in history.
    Late,
    /// It came before.
    Duplicate,
}

/// The order of one venue's trades.
#[derive(Debug, Default)]
pub struct TradeOrder {
    newest: Option<Newest>,
    /// The lowest id that was ever seen; what is lower was before our time.
    lowest_id: i64,
    holes: Vec<Hole>,
}

#[derive(Debug, Clone, Copy)]
struct Newest {
    trade: PastTrade,
    mono_ms: i64,
}

impl TradeOrder {
    /// Puts a trade in its place. `mono_ms` is when it was received, on the monotonic clock.
    pub fn place(&mut self, trade: PastTrade, mono_ms: i64) -> Order {
        let Some(newest) = self.newest else {
            self.lowest_id = trade.trade_id;
            return self.advance(trade, mono_ms, Order::New);
        };
        let expected = newest.trade.trade_id.saturating_add(1);
        if trade.trade_id == expected {
            return self.advance(trade, mono_ms, Order::New);
        }
        if trade.trade_id > expected {
            let after_ms = Some(newest.trade.event_ms);
            let hole = Hole { first_id: expected, last_id: trade.trade_id.saturating_sub(1), after_ms };
            self.remember(hole);
            return self.advance(trade, mono_ms, Order::NewAfter(hole));
        }
        if self.was_renumbered(newest, trade, mono_ms) {
            *self = Self { lowest_id: trade.trade_id, ..Self::default() };
            return self.advance(trade, mono_ms, Order::New);
        }
        if self.fill(trade) { Order::Late } else { Order::Duplicate }
    }

    /// Whether the venue counts anew: nothing was new for a while, and this cannot be a trade that was seen before.
    fn was_renumbered(&self, newest: Newest, trade: PastTrade, mono_ms: i64) -> bool {
        let silent = mono_ms.saturating_sub(newest.mono_ms) >= RENUMBERED_AFTER_MS;
        let is_unseen = trade.trade_id < self.lowest_id
            || trade.event_ms > newest.trade.event_ms
            || self.holes.iter().any(|hole| hole.contains(trade.trade_id));
        silent && is_unseen
    }

    fn advance(&mut self, trade: PastTrade, mono_ms: i64, order: Order) -> Order {
        self.newest = Some(Newest { trade, mono_ms });
        order
    }

    fn remember(&mut self, hole: Hole) {
        if self.holes.len() >= HOLES_MAX {
            self.holes.remove(0);
        }
        self.holes.push(hole);
    }

    /// Takes the trade's id out of the hole it lies in. Returns whether it lay in one.
    pub fn fill(&mut self, trade: PastTrade) -> bool {
        let id = trade.trade_id;
        let Some(at) = self.holes.iter().position(|hole| hole.contains(id)) else { return false };
        let hole = self.holes.remove(at);
        let before = Hole { last_id: id.saturating_sub(1), ..hole };
        let behind = Hole { first_id: id.saturating_add(1), after_ms: Some(trade.event_ms), ..hole };
        for rest in [before, behind].into_iter().filter(|rest| !rest.is_empty()) {
            self.remember(rest);
        }
        true
    }

    /// The parts of `hole` that are still open, in no order.
    pub fn open_parts(&self, hole: &Hole) -> Vec<Hole> {
        let inside = |part: &&Hole| hole.contains(part.first_id) && hole.contains(part.last_id);
        self.holes.iter().filter(inside).copied().collect()
    }
}

/// The order of one venue's books, where they are numbered.
#[derive(Debug, Default)]
pub struct BookOrder {
    newest: Option<(i64, i64)>,
}

impl BookOrder {
    /// Whether a book of that number is newer than all before. A venue that counts anew is believed after a silence.
    pub fn is_new(&mut self, number: i64, mono_ms: i64) -> bool {
        let is_new = self.newest.is_none_or(|(newest, at_ms)| {
            number > newest || mono_ms.saturating_sub(at_ms) >= RENUMBERED_AFTER_MS
        });
        if is_new {
            self.newest = Some((number, mono_ms));
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trade(trade_id: i64) -> PastTrade {
        PastTrade { trade_id, price: 1, event_ms: 1_000_000 + trade_id }
    }

    fn placed(ids: &[i64]) -> (TradeOrder, Vec<Order>) {
        let mut order = TradeOrder::default();
        let places = ids.iter().map(|id| order.place(trade(*id), 0)).collect();
        (order, places)
    }

    fn hole(first_id: i64, last_id: i64) -> Hole {
        Hole { first_id, last_id, after_ms: Some(1_000_000 + first_id - 1) }
    }

    #[test]
    fn trades_in_order_are_new() {
        assert_eq!(placed(&[7, 8, 9]).1, [Order::New; 3]);
    }

    #[test]
    fn a_trade_that_comes_twice_is_new_once() {
        assert_eq!(
            placed(&[7, 7, 8, 7, 8]).1[1..],
            [Order::Duplicate, Order::New, Order::Duplicate, Order::Duplicate]
        );
    }

    #[test]
    fn missing_ids_are_a_hole_and_late_trades_close_it() {
        let (order, places) = placed(&[7, 11, 9, 9, 8, 10, 12]);
        assert_eq!(
            places,
            [
                Order::New,
                Order::NewAfter(hole(8, 10)),
                Order::Late,
                Order::Duplicate,
                Order::Late,
                Order::Late,
                Order::New
            ]
        );
        assert!(order.holes.is_empty());
    }

    #[test]
    fn what_is_left_of_a_hole_is_known() {
        let (order, _) = placed(&[7, 20, 12]);
        let mut parts = order.open_parts(&hole(8, 19));
        parts.sort_by_key(|part| part.first_id);
        assert_eq!(
            parts,
            [hole(8, 11), Hole { first_id: 13, ..hole(8, 19) }].map(|part| Hole {
                after_ms: if part.first_id == 13 { Some(1_000_012) } else { part.after_ms },
                ..part
            })
        );
    }

    #[test]
    fn a_venue_that_counts_anew_is_believed_after_a_silence() {
        let (mut order, _) = placed(&[7_000, 7_001]);
        let again = PastTrade { event_ms: 9_000_000, ..trade(1) };
        assert_eq!(order.place(again, RENUMBERED_AFTER_MS - 1), Order::Duplicate);
        assert_eq!(order.place(again, RENUMBERED_AFTER_MS), Order::New);
        let next = PastTrade { event_ms: 9_000_001, ..trade(2) };
        assert_eq!(order.place(next, RENUMBERED_AFTER_MS + 1), Order::New);
    }

    #[test]
    fn one_absurd_id_does_not_silence_a_venue() {
        let (mut order, _) = placed(&[7, 1_000_000_000]);
        assert_eq!(order.place(trade(8), 5_000), Order::Late);
        assert_eq!(order.place(trade(9), RENUMBERED_AFTER_MS), Order::New);
        assert_eq!(order.place(trade(10), RENUMBERED_AFTER_MS + 1), Order::New);
    }

    #[test]
    fn a_connection_that_lags_repeats_nothing() {
        let (mut order, _) = placed(&[1, 2, 3, 4, 5]);
        for id in 2..=5 {
            assert_eq!(order.place(trade(id), 60_000), Order::Duplicate);
        }
        assert_eq!(order.place(trade(6), 60_001), Order::New);
    }

    #[test]
    fn every_trade_of_two_parallel_connections_is_live_or_late_once() {
        use rand::{Rng as _, SeedableRng as _, seq::SliceRandom as _};
        let seed = 20_261_126;
        let mut chance = rand::rngs::SmallRng::seed_from_u64(seed);
        for _ in 0..200 {
            // Two copies of 1..=60, each with losses, slightly out of order.
            let mut ids: Vec<i64> = (1..=60).chain(1..=60).filter(|_| chance.random_ratio(8, 10)).collect();
            ids.sort_unstable();
            ids.chunks_mut(6).for_each(|chunk| chunk.shuffle(&mut chance));
            let (order, places) = placed(&ids);
            let mut got: Vec<i64> = ids
                .iter()
                .zip(&places)
                .filter(|(_, place)| **place != Order::Duplicate)
                .map(|(id, _)| *id)
                .collect();
            got.sort_unstable();
            let mut expected = ids.clone();
            expected.sort_unstable();
            expected.dedup();
            // Ids below the very first one were before our time.
            expected.retain(|id| *id >= ids[0]);
            assert_eq!(got, expected, "seed {seed}");
            let open: i64 = order.holes.iter().map(Hole::len).sum();
            let span = expected.last().unwrap() - ids[0] + 1;
            assert_eq!(open, span - i64::try_from(expected.len()).unwrap(), "seed {seed}");
        }
    }

    #[test]
    fn an_older_book_does_not_replace_a_newer() {
        let mut order = BookOrder::default();
        assert!(order.is_new(5, 0) && order.is_new(7, 1));
        assert!(!order.is_new(6, 2) && !order.is_new(7, 3));
        assert!(order.is_new(8, 4));
        assert!(order.is_new(1, 4 + RENUMBERED_AFTER_MS));
    }
}
