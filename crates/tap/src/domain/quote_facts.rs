//! What is stored of the quote a bet was made at: enough to recompute its rate.

/// The quote a bet was made at, as it is stored beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteFacts {
    /// Its number.
    pub seq: i64,
    /// When it was made, Unix milliseconds.
    pub at_ms: i64,
    /// The tick it was made from.
    pub tick_seq: i64,
    /// That tick's price in cents.
    pub price: i64,
    /// Volatility per square root of a second, billionths.
    pub sigma_ppb: i64,
    /// The crossing rule, `tick` or `segment`.
    pub crossing: &'static str,
    /// The calibrator's version.
    pub calibrator_version: i64,
    /// Columns by which the window of touch is longer.
    pub touch_grace_columns: i64,
}
