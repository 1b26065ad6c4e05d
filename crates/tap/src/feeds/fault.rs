//! Why a frame was refused. Each refusal is counted by its name; none of them stops a feed.

use super::decimal::PriceFault;

/// Why nothing was taken from a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum FrameFault {
    /// No JSON, or cut in the middle.
    #[error("the frame is not whole JSON")]
    BrokenJson,
    /// JSON, but a field is missing or of another type.
    #[error("the frame's fields are not those of its type")]
    UnexpectedShape,
    /// Another market than the one that was asked for.
    #[error("the frame is about another symbol")]
    WrongSymbol,
    /// A price that is none.
    #[error(transparent)]
    BadPrice(#[from] PriceFault),
    /// The best bid is above the best offer.
    #[error("the bid is above the ask")]
    BidAboveAsk,
    /// A trade id that is none: zero, negative or absurd.
    #[error("the trade id is not believable")]
    BadTradeId,
    /// A time that is none, or is not within this century.
    #[error("the time is not believable")]
    BadTime,
    /// The venue says that it will not do what was asked.
    #[error("the venue refused")]
    VenueRefused,
}

impl FrameFault {
    /// The fault's name in counters.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::BrokenJson => "broken_json",
            Self::UnexpectedShape => "unexpected_shape",
            Self::WrongSymbol => "wrong_symbol",
            Self::BadPrice(fault) => fault.reason(),
            Self::BidAboveAsk => "bid_above_ask",
            Self::BadTradeId => "bad_trade_id",
            Self::BadTime => "bad_time",
            Self::VenueRefused => "venue_refused",
        }
    }
}
