//! Venues of a test: a market with a clock that the test moves.

use tap::domain::market::{Drop, IndexReading, Market, SourceSettings};
use tap::domain::venue_update::{MarketEvent, Quote, Venue, VenueUpdate};

/// Unix ms at the start of every story.
pub const WALL: i64 = 1_800_000_000_000;
/// `PriceE8` in a cent.
pub const CENT: i64 = 1_000_000;

pub struct Venues {
    pub market: Market,
    /// Monotonic ms.
    pub now: i64,
    /// Wall clock less monotonic clock.
    pub wall: i64,
    trade_id: i64,
}

impl Venues {
    pub fn new(quotes: &[Quote]) -> Self {
        let setting =
            |(slot, quote): (usize, &Quote)| SourceSettings { name: format!("v{slot}"), quote: *quote };
        let market = Market::new(quotes.iter().enumerate().map(setting).collect());
        Self { market, now: 0, wall: WALL, trade_id: 0 }
    }

    pub fn usd(count: usize) -> Self {
        Self::new(&vec![Quote::Usd; count])
    }

    pub fn say(&mut self, slot: u8, event: MarketEvent) -> Option<Drop> {
        let recv_ms = self.wall + self.now;
        let event_ms = Some(WALL + self.now - 20);
        self.market.feed(&VenueUpdate { venue: Venue(slot), event, mono_ms: self.now, recv_ms, event_ms })
    }

    /// A book of one cent around `cents`.
    pub fn book(&mut self, slot: u8, cents: i64) -> Option<Drop> {
        let price = cents.saturating_mul(CENT);
        self.say(
            slot,
            MarketEvent::Book { bid: price.saturating_sub(CENT / 2), ask: price.saturating_add(CENT / 2) },
        )
    }

    pub fn trade(&mut self, slot: u8, cents: i64) -> Option<Drop> {
        self.trade_id += 1;
        self.say(slot, MarketEvent::Trade { trade_id: self.trade_id, price: cents * CENT })
    }

    pub fn read(&mut self) -> IndexReading {
        self.market.index_at(self.now, self.wall + self.now)
    }

    pub fn wait(&mut self, ms: i64) -> IndexReading {
        self.now += ms;
        self.read()
    }

    /// Every 100 ms for `ms`: each venue quotes its price where it has one; the readings.
    pub fn quote_for(&mut self, ms: i64, prices: &[Option<i64>]) -> Vec<IndexReading> {
        let mut readings = Vec::new();
        for _ in 0..ms / 100 {
            self.now += 100;
            for (slot, cents) in (0..).zip(prices) {
                if let Some(cents) = cents {
                    self.book(slot, *cents);
                }
            }
            readings.push(self.read());
        }
        readings
    }
}
