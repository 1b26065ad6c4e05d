//! What every venue's adapter can do: say what to ask for, read what comes, and name the history of a range of trades.
//! Adapters are pure: text in, values out. They hold the symbol and nothing that changes.

use super::fault::FrameFault;
use crate::domain::venue_update::{MarketEvent, PriceE8};
use serde::Deserialize;

/// One thing heard in a frame, before it is put in order with what was heard earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedEvent {
    /// What was said; its prices are valid.
    pub event: MarketEvent,
    /// The venue's time of it, in Unix milliseconds, where the frame says one.
    pub event_ms: Option<i64>,
    /// The venue's number of a book update, growing, where the frame says one.
    pub book_number: Option<i64>,
    /// It happened before this connection; known for the order of ids, never for live prices.
    pub is_past: bool,
}

impl ParsedEvent {
    /// Something that happened now.
    #[must_use]
    pub const fn now(event: MarketEvent, event_ms: Option<i64>) -> Self {
        Self { event, event_ms, book_number: None, is_past: false }
    }
}

/// All that a valid frame said. A frame that says nothing to us is valid and empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedFrame {
    /// In the frame's order.
    pub events: Vec<ParsedEvent>,
    /// The venue announced that it will close this connection soon.
    pub is_leaving: bool,
}

impl ParsedFrame {
    /// A frame that says one thing.
    #[must_use]
    pub fn one(parsed: ParsedEvent) -> Self {
        Self { events: vec![parsed], is_leaving: false }
    }
}

/// A range of trade ids that never came, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hole {
    /// The first id that is missing.
    pub first_id: i64,
    /// The last id that is missing; `>= first_id`.
    pub last_id: i64,
    /// The venue's time of the trade before the hole, in Unix milliseconds, where known.
    pub after_ms: Option<i64>,
}

impl Hole {
    /// How many trades are missing; at least 1.
    #[must_use]
    pub const fn len(&self) -> i64 {
        self.last_id.saturating_sub(self.first_id).saturating_add(1)
    }

    /// Never true: a hole has an id.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.last_id < self.first_id
    }

    /// Whether `trade_id` is missing here.
    #[must_use]
    pub const fn contains(&self, trade_id: i64) -> bool {
        self.first_id <= trade_id && trade_id <= self.last_id
    }
}

/// A trade that was learned of later. It goes into history only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PastTrade {
    /// The venue's number of it.
    pub trade_id: i64,
    /// At what price.
    pub price: PriceE8,
    /// When it happened, in Unix milliseconds of the venue's clock.
    pub event_ms: i64,
}

/// One venue's protocol for one symbol.
pub trait Adapter: Send + Sync + std::fmt::Debug {
    /// The address to open, from the configured one.
    fn socket_url(&self, configured: &str) -> String;
    /// What to send as soon as the socket is open, in order.
    fn subscribe_frames(&self) -> Vec<String>;
    /// Reads one text frame. Errors: the first fault; nothing is taken from a frame with a fault.
    fn read(&self, frame: &str) -> Result<ParsedFrame, FrameFault>;
    /// Path and query of the next page of history that covers (a part of) `hole`; at most [`HISTORY_PAGE`] trades.
    fn history_path(&self, hole: &Hole) -> String;
    /// Reads a page of history, in any order. Errors: the first fault.
    fn read_history(&self, body: &str) -> Result<Vec<PastTrade>, FrameFault>;
}

/// Trades that every venue gives in one answer.
pub const HISTORY_PAGE: i64 = 1_000;

/// No venue has counted that far; it leaves room for arithmetic.
const TRADE_ID_MAX: i64 = 1_000_000_000_000_000;
/// 2010-01-01: no venue is older.
const EVENT_MS_MIN: i64 = 1_262_304_000_000;
/// 2100-01-01: microseconds taken for milliseconds land far behind it.
const EVENT_MS_MAX: i64 = 4_102_444_800_000;

/// Reads JSON of a known shape.
pub(super) fn json<'f, T: Deserialize<'f>>(text: &'f str) -> Result<T, FrameFault> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => FrameFault::UnexpectedShape,
        _ => FrameFault::BrokenJson,
    })
}

/// A believable trade id.
pub(super) const fn trade_id(id: i64) -> Result<i64, FrameFault> {
    if id > 0 && id <= TRADE_ID_MAX { Ok(id) } else { Err(FrameFault::BadTradeId) }
}

/// A believable time in Unix milliseconds.
pub(super) const fn event_ms(ms: i64) -> Result<i64, FrameFault> {
    if EVENT_MS_MIN <= ms && ms < EVENT_MS_MAX { Ok(ms) } else { Err(FrameFault::BadTime) }
}

/// A believable time in RFC 3339, in Unix milliseconds, rounded down.
pub(super) fn event_rfc3339(text: &str) -> Result<i64, FrameFault> {
    let at = kernel::Timestamp::parse_rfc3339(text).map_err(|_| FrameFault::BadTime)?;
    event_ms(at.as_micros().div_euclid(1_000))
}

/// A best bid and offer that can be true at once.
pub(super) fn book(bid: &str, ask: &str) -> Result<MarketEvent, FrameFault> {
    let (bid, ask) = (super::decimal::price_e8(bid)?, super::decimal::price_e8(ask)?);
    if bid > ask { Err(FrameFault::BidAboveAsk) } else { Ok(MarketEvent::Book { bid, ask }) }
}

/// Refuses another market than `wanted`.
pub(super) fn same_symbol(symbol: &str, wanted: &str) -> Result<(), FrameFault> {
    if symbol == wanted { Ok(()) } else { Err(FrameFault::WrongSymbol) }
}
