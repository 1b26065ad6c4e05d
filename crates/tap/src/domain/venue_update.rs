//! What happened at a venue, after its frame was read and found valid. What passes between `feeds` and `domain::market`.

/// A price with eight decimals: 60,000.00 USD is 6,000,000,000,000. More than 0, below [`PRICE_E8_MAX`].
pub type PriceE8 = i64;

/// The largest price that is believed to be one: ten million USD.
pub const PRICE_E8_MAX: PriceE8 = 10_000_000 * 100_000_000;

/// Which quote currency a venue's prices are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quote {
    /// US dollars.
    Usd,
    /// Tether; corrected by the basis.
    Usdt,
}

/// A venue's slot: its place in the configured list. Small; names live beside the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Venue(pub u8);

/// One thing that happened at a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarketEvent {
    /// A trade happened.
    Trade {
        /// The venue's number of it, growing by one.
        trade_id: i64,
        /// At what price.
        price: PriceE8,
    },
    /// The best bid and offer are now these; `bid <= ask`.
    Book {
        /// Best bid.
        bid: PriceE8,
        /// Best offer.
        ask: PriceE8,
    },
    /// The venue lives; nothing moved.
    Heartbeat,
}

/// One valid message with its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VenueUpdate {
    /// Who.
    pub venue: Venue,
    /// What.
    pub event: MarketEvent,
    /// When we received it, in milliseconds of the monotonic clock. Ages are differences of these alone.
    pub mono_ms: i64,
    /// When we received it, in Unix milliseconds of our wall clock.
    pub recv_ms: i64,
    /// When it happened, in Unix milliseconds of the venue's clock; `None` where the frame does not say.
    pub event_ms: Option<i64>,
}
