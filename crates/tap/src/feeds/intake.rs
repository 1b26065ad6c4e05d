//! From a frame to updates: read by the adapter, put in order, stamped with our times. The one path that live sockets and
//! recordings share. Pure: no waiting, no clock, no counters; it says what it dropped and why.

use super::adapter::{Adapter, Hole, ParsedEvent, ParsedFrame, PastTrade};
use super::sequence::{BookOrder, Order, TradeOrder};
use crate::domain::venue_update::{MarketEvent, Venue, VenueUpdate};
use std::sync::Arc;

/// When a frame was received, on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Milliseconds of the monotonic clock.
    pub mono_ms: i64,
    /// Unix milliseconds of the wall clock.
    pub recv_ms: i64,
}

/// What came of one frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingested {
    /// For live pricing, in order.
    pub updates: Vec<VenueUpdate>,
    /// Trades that came late: for history only.
    pub late: Vec<PastTrade>,
    /// Ranges of trades that never came.
    pub holes: Vec<Hole>,
    /// Why something was dropped, by its name in counters.
    pub drops: Vec<&'static str>,
    /// The venue lives: the frame said something valid, be it old or a heartbeat.
    pub is_alive: bool,
    /// The frame held a trade or a book.
    pub has_data: bool,
    /// The venue will close the connection soon.
    pub is_leaving: bool,
}

/// One venue's frames, from all its connections.
#[derive(Debug)]
pub struct Intake {
    venue: Venue,
    adapter: Arc<dyn Adapter>,
    trades: TradeOrder,
    books: BookOrder,
}

impl Intake {
    /// An intake that has seen nothing.
    #[must_use]
    pub fn new(venue: Venue, adapter: Arc<dyn Adapter>) -> Self {
        Self { venue, adapter, trades: TradeOrder::default(), books: BookOrder::default() }
    }

    /// Takes one text frame in.
    pub fn ingest(&mut self, frame: &str, at: Received) -> Ingested {
        match self.adapter.read(frame) {
            Ok(read) => self.order(&read, at),
            Err(fault) => Ingested { drops: vec![fault.reason()], ..Ingested::default() },
        }
    }

    fn order(&mut self, read: &ParsedFrame, at: Received) -> Ingested {
        let is_data = |parsed: &ParsedEvent| !matches!(parsed.event, MarketEvent::Heartbeat);
        let mut ingested = Ingested {
            is_alive: !read.events.is_empty(),
            has_data: read.events.iter().any(is_data),
            is_leaving: read.is_leaving,
            ..Ingested::default()
        };
        for parsed in &read.events {
            self.place(parsed, at, &mut ingested);
        }
        ingested
    }

    fn place(&mut self, parsed: &ParsedEvent, at: Received, ingested: &mut Ingested) {
        match parsed.event {
            MarketEvent::Trade { trade_id, price } => {
                let event_ms = parsed.event_ms.unwrap_or(at.recv_ms);
                self.place_trade(parsed, PastTrade { trade_id, price, event_ms }, at, ingested);
            }
            MarketEvent::Book { .. } => match parsed.book_number {
                Some(number) if !self.books.is_new(number, at.mono_ms) => ingested.drops.push("old_book"),
                _ => ingested.updates.push(self.update(parsed, at)),
            },
            MarketEvent::Heartbeat => ingested.updates.push(self.update(parsed, at)),
        }
    }

    fn place_trade(&mut self, parsed: &ParsedEvent, trade: PastTrade, at: Received, ingested: &mut Ingested) {
        match self.trades.place(trade, at.mono_ms) {
            Order::New => {}
            Order::NewAfter(hole) => ingested.holes.push(hole),
            Order::Duplicate => return ingested.drops.push("duplicate_trade"),
            Order::Late => {
                ingested.drops.push("late_trade");
                return ingested.late.push(trade);
            }
        }
        // A trade from before the connection says where the ids stand, and belongs to history.
        if parsed.is_past {
            ingested.late.push(trade)
        } else {
            ingested.updates.push(self.update(parsed, at))
        }
    }

    const fn update(&self, parsed: &ParsedEvent, at: Received) -> VenueUpdate {
        let (mono_ms, recv_ms) = (at.mono_ms, at.recv_ms);
        VenueUpdate { venue: self.venue, event: parsed.event, mono_ms, recv_ms, event_ms: parsed.event_ms }
    }

    /// The parts of `hole` that no connection has brought since.
    #[must_use]
    pub fn open_parts(&self, hole: &Hole) -> Vec<Hole> {
        self.trades.open_parts(hole)
    }

    /// Records that these trades are known now, so that they are duplicates from here on.
    pub fn fill(&mut self, trades: &[PastTrade]) {
        for trade in trades {
            self.trades.fill(*trade);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::Protocol;

    fn intake() -> Intake {
        Intake::new(Venue(1), Protocol::Coinbase.adapter("BTC-USD"))
    }

    fn trade(kind: &str, trade_id: i64, price: &str) -> String {
        format!(
            r#"{{"type":"{kind}","trade_id":{trade_id},"time":"2024-11-07T08:19:27Z","product_id":"BTC-USD","price":"{price}"}}"#
        )
    }

    const AT: Received = Received { mono_ms: 5, recv_ms: 1_730_967_567_100 };

    #[test]
    fn an_update_carries_the_venues_time_and_both_of_ours() {
        let ingested = intake().ingest(&trade("match", 7, "61837.63"), AT);
        let event = MarketEvent::Trade { trade_id: 7, price: 6_183_763_000_000 };
        let event_ms = Some(1_730_967_567_000);
        let update = VenueUpdate { venue: Venue(1), event, mono_ms: 5, recv_ms: AT.recv_ms, event_ms };
        assert_eq!(ingested.updates, [update]);
        assert!(ingested.is_alive && ingested.has_data && ingested.drops.is_empty());
    }

    #[test]
    fn a_trade_from_before_the_connection_is_never_live_but_shows_a_hole() {
        let mut intake = intake();
        intake.ingest(&trade("match", 7, "61837.63"), AT);
        let ingested = intake.ingest(&trade("last_match", 10, "61837.63"), AT);
        assert_eq!(ingested.updates, []);
        assert_eq!((ingested.holes[0].first_id, ingested.holes[0].last_id), (8, 9));
        assert_eq!(ingested.late[0].trade_id, 10);
        assert_eq!(intake.ingest(&trade("match", 11, "61837.63"), AT).updates.len(), 1);
    }

    #[test]
    fn a_refused_frame_is_neither_alive_nor_silent_about_it() {
        let ingested = intake().ingest(&trade("match", 7, "-1"), AT);
        assert_eq!(ingested, Ingested { drops: vec!["price_negative"], ..Ingested::default() });
    }

    #[test]
    fn a_frame_that_says_nothing_proves_no_life() {
        let ingested = intake().ingest(r#"{"type":"subscriptions","channels":[]}"#, AT);
        assert_eq!(ingested, Ingested::default());
    }

    #[test]
    fn a_heartbeat_is_alive_but_no_data() {
        let frame = r#"{"type":"heartbeat","product_id":"BTC-USD","time":"2024-11-07T08:19:27Z"}"#;
        let ingested = intake().ingest(frame, AT);
        assert!(ingested.is_alive && !ingested.has_data && ingested.updates.len() == 1);
    }
}
