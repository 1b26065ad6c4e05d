//! Prices that follow from the seed and the moment alone: a sum of waves around a base, so that a candle of the past says the
//! same whenever it is asked for, and the last price lies on it.

use std::f64::consts::TAU;

/// Periods of the waves in seconds, and how far each moves the logarithm of the price.
const WAVES: [(f64, f64); 7] = [
    (47.0, 0.0006),
    (311.0, 0.0021),
    (1_741.0, 0.0048),
    (9_203.0, 0.011),
    (61_403.0, 0.024),
    (388_800.0, 0.046),
    (2_764_800.0, 0.09),
];

/// Assets with a price, in dollars.
const BASES: [(&str, f64); 6] =
    [("BTC", 64_000.0), ("ETH", 3_000.0), ("BNB", 580.0), ("SOL", 150.0), ("XRP", 0.55), ("ADA", 0.45)];

/// What counts as a dollar.
const DOLLARS: [&str; 3] = ["USDT", "USDC", "USD"];

/// A market: what is traded, and in what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Market {
    pub(super) base: &'static str,
    pub(super) quote: &'static str,
}

impl Market {
    /// The market of a symbol such as `ETHUSDT`.
    pub(super) fn of(symbol: &str) -> Option<Self> {
        let symbol = symbol.to_ascii_uppercase();
        let quotes = DOLLARS.into_iter().chain(["BTC", "ETH"]);
        quotes.filter_map(|quote| Some((symbol.strip_suffix(quote)?, quote))).find_map(|(base, quote)| {
            let base = BASES.iter().find(|(code, _)| *code == base)?.0;
            Some(Self { base, quote })
        })
    }

    /// The price at a moment, in the quote.
    pub(super) fn price(&self, seed: u64, at_ms: i64) -> f64 {
        dollars(self.base, seed, at_ms) / dollars(self.quote, seed, at_ms)
    }
}

fn dollars(asset: &str, seed: u64, at_ms: i64) -> f64 {
    let Some(at) = BASES.iter().position(|(code, _)| *code == asset) else { return 1.0 };
    let seconds = at_ms as f64 / 1_000.0;
    let wave = |(number, (period, height)): (usize, &(f64, f64))| {
        height * (TAU * (seconds / period + phase(seed, at, number))).sin()
    };
    BASES[at].1 * WAVES.iter().enumerate().map(wave).sum::<f64>().exp()
}

/// From 0 to 1, by the seed, the asset and the wave.
fn phase(seed: u64, asset: usize, wave: usize) -> f64 {
    let mut mixed = seed ^ ((asset as u64) << 32 | wave as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// A candle's open, high, low and close.
pub(super) fn candle(market: &Market, seed: u64, start_ms: i64, length_ms: i64) -> [f64; 4] {
    /// Points at which a candle looks.
    const POINTS: i64 = 24;
    let price = |point: i64| market.price(seed, start_ms + (length_ms - 1) * point / POINTS);
    let all: Vec<f64> = (0..=POINTS).map(price).collect();
    let high = all.iter().copied().fold(f64::MIN, f64::max);
    let low = all.iter().copied().fold(f64::MAX, f64::min);
    [all[0], high, low, all[all.len() - 1]]
}

/// A price as it is written: six digits that mean something.
pub(super) fn written(price: f64) -> String {
    let decimals = if price >= 1_000.0 {
        2
    } else if price >= 1.0 {
        4
    } else {
        6
    };
    format!("{price:.decimals$}")
}

/// The length of a step such as `1h` in milliseconds.
pub(super) fn step_ms(name: &str) -> Option<i64> {
    let (count, unit) = name.split_at_checked(name.len().checked_sub(1)?)?;
    let unit_ms = match unit {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    };
    let count: i64 = count.parse().ok().filter(|count| (1..=60).contains(count))?;
    Some(count * unit_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_follows_from_seed_and_moment() {
        let market = Market::of("ETHUSDT").expect("a market");
        let price = market.price(7, 1_900_000_000_000);
        assert!((2_000.0..4_500.0).contains(&price), "{price}");
        assert!((price - market.price(7, 1_900_000_000_000)).abs() < f64::EPSILON);
        assert!((price - market.price(8, 1_900_000_000_000)).abs() > f64::EPSILON);
        let moved = (market.price(7, 1_900_000_010_000) / price - 1.0).abs();
        assert!(moved > 0.0 && moved < 0.01, "{moved}");
        let [open, high, low, close] = candle(&market, 7, 1_900_000_000_000, 3_600_000);
        assert!(low <= open.min(close) && high >= open.max(close));
        assert_eq!(step_ms("15m"), Some(900_000));
        assert!(step_ms("15x").is_none() && step_ms("").is_none() && Market::of("ETHDOGE").is_none());
        assert!(Market::of("ethbtc").is_some_and(|market| market.price(1, 0) < 1.0));
    }
}
