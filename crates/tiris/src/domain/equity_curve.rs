//! An equity curve: what a trading was worth at the end of each step, by when its entries happened.

use super::candle::{Candle, Range, Timeframe};
use super::decimal::{ONE, product, ratio};
use kernel::Timestamp;

/// Which side of the pair an entry changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The asset.
    Stock,
    /// The quote.
    Quote,
}

/// One change of a balance, in the order of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// Of what.
    pub side: Side,
    /// Units with their sign.
    pub signed: i64,
    /// Whether it belongs to a trade.
    pub is_trade: bool,
}

/// What a trading was worth at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The beginning of the step.
    pub ts: Timestamp,
    /// Units of the quote.
    pub quote: i64,
    /// Units of the asset.
    pub stock: i64,
    /// The step's candle, where there is one.
    pub candle: Option<Candle>,
    /// Quote plus stock at the closing price.
    pub equity: Option<i64>,
    /// How much the price alone has changed since the first: units, 0.5 is 50 percent more.
    pub benchmark: Option<i64>,
}

/// A curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// A point a step.
    pub points: Vec<Point>,
    /// The first closing price.
    pub baseline: Option<i64>,
    /// What was paid in before the first trade, units of the quote.
    pub initial_funds: i64,
}

/// The curve over `range`. `entries` are in the order of events, `candles` in that of time.
#[must_use]
pub fn curve(timeframe: Timeframe, range: Range, entries: &[Entry], candles: &[Candle]) -> Curve {
    let (mut entries_left, mut candles_left) = (entries.iter().peekable(), candles.iter().peekable());
    let (mut quote, mut stock, mut baseline) = (0_i64, 0_i64, None);
    let mut points = Vec::with_capacity(usize::try_from(range.steps(timeframe)).unwrap_or_default());
    for ts in range.starts(timeframe) {
        let end = timeframe.next(ts);
        while let Some(entry) = entries_left.next_if(|entry| entry.at < end) {
            match entry.side {
                Side::Stock => stock = stock.saturating_add(entry.signed),
                Side::Quote => quote = quote.saturating_add(entry.signed),
            }
        }
        while candles_left.next_if(|candle| candle.ts < ts).is_some() {}
        let candle = candles_left.next_if(|candle| candle.ts == ts).copied();
        let price = candle.map(|candle| candle.close);
        baseline = baseline.or(price);
        let equity = price.and_then(|price| product(price, stock)).map(|value| value.saturating_add(quote));
        let benchmark = price.zip(baseline).and_then(|(price, first)| change(price, first));
        points.push(Point { ts, quote, stock, candle, equity, benchmark });
    }
    Curve { points, baseline, initial_funds: initial_funds(entries) }
}

/// Price by first price, less one.
fn change(price: i64, first: i64) -> Option<i64> {
    ratio(i128::from(price) * i128::from(ONE), i128::from(first)).map(|ratio| ratio - ONE)
}

fn initial_funds(entries: &[Entry]) -> i64 {
    let before = entries.iter().take_while(|entry| !entry.is_trade);
    before.filter(|entry| entry.side == Side::Quote).fold(0, |sum, entry| sum.saturating_add(entry.signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equity_and_benchmark_are_what_a_hand_calculates() {
        let hour = Timeframe::parse("1h").expect("a timeframe");
        let start = Timestamp::from_secs(0);
        let at = |hours: i64| start.plus_secs(hours * 3_600);
        let entry = |seconds: i64, side, signed, is_trade| Entry {
            at: start.plus_secs(seconds),
            side,
            signed,
            is_trade,
        };
        let entries = [
            entry(-10, Side::Quote, 10_000 * ONE, false),
            entry(3_600, Side::Stock, 2 * ONE, true),
            entry(3_600, Side::Quote, -6_012 * ONE, true),
            entry(9_000, Side::Stock, -ONE, true),
            entry(9_000, Side::Quote, 3_291 * ONE, true),
        ];
        let candle = |hours: i64, close: i64| Candle {
            ts: at(hours),
            open: close,
            high: close,
            low: close,
            close: close * ONE,
            volume: 0,
            is_final: true,
        };
        let candles = [candle(0, 3_000), candle(1, 3_000), candle(2, 3_300)];
        let range = Range { start: at(0), end: at(4) };
        let curve = curve(hour, range, &entries, &candles);
        let told: Vec<_> = curve.points.iter().map(|point| (point.equity, point.benchmark)).collect();
        assert_eq!(
            told,
            [
                (Some(10_000 * ONE), Some(0)),
                (Some(9_988 * ONE), Some(0)),
                (Some((3_988 + 3_291 + 3_300) * ONE), Some(ONE / 10)),
                (None, None),
            ]
        );
        assert_eq!((curve.baseline, curve.initial_funds), (Some(3_000 * ONE), 10_000 * ONE));
        assert_eq!((curve.points[3].quote, curve.points[3].stock), (7_279 * ONE, ONE));
    }
}
