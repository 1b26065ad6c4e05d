//! A second implementation of settlement, straight from raw ticks and the words of the specification. It shares no code
//! with the first and is as slow as it is plain.

use tap::domain::tick::Tick;

/// A column, its touch window already in it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub t0: i64,
    pub t1: i64,
    pub segment: bool,
    /// Whether what reaches past the end counts in full.
    pub in_full: bool,
}

/// `won`, `lost` or `void`.
pub fn outcome(column: Column, ticks: &[Tick], low: i64, high: i64) -> &'static str {
    let mut prices: Vec<i64> = Vec::new();
    let before = ticks.iter().filter(|tick| tick.ts_ms < column.t0).max_by_key(|tick| tick.ts_ms);
    prices.extend(before.filter(|tick| column.t0 - tick.ts_ms <= 3_000).map(|tick| tick.price));
    prices.extend(
        ticks.iter().filter(|tick| tick.ts_ms >= column.t0 && tick.ts_ms < column.t1).map(|tick| tick.price),
    );
    let inside = prices.iter().any(|price| low <= *price && *price <= high);
    let over = |pair: &[i64]| (pair[0] < low && pair[1] > high) || (pair[0] > high && pair[1] < low);
    if inside || (column.segment && prices.windows(2).any(over)) {
        return "won";
    }
    if is_void(column, ticks) { "void" } else { "lost" }
}

/// More than three seconds without a tick, or without a quorum, that reach into the window.
pub fn is_void(column: Column, ticks: &[Tick]) -> bool {
    if is_silent(column, ticks) {
        return true;
    }
    let end = if column.in_full { i64::MAX } else { column.t1 };
    let seen = |tick: &&Tick| tick.ts_ms >= column.t0 - 3_000 && tick.ts_ms < column.t1;
    let few = |tick: &&Tick| tick.flags.0 & 4 != 0;
    ticks.iter().filter(seen).filter(few).any(|from| {
        let healed = ticks.iter().find(|tick| tick.ts_ms > from.ts_ms && tick.ts_ms < end && !few(tick));
        let until = healed.map_or(end, |tick| tick.ts_ms);
        until > column.t0 && until - from.ts_ms > 3_000
    })
}

/// Whether a point of the window has no tick in a hole of more than three seconds, which began no earlier than three
/// seconds before the window as far as it counts.
fn is_silent(column: Column, ticks: &[Tick]) -> bool {
    let points = (column.t0..column.t1).step_by(100);
    points.filter(|point| !ticks.iter().any(|tick| tick.ts_ms == *point)).any(|point| {
        let before = ticks.iter().map(|tick| tick.ts_ms).filter(|at| *at < point).max();
        let after = ticks.iter().map(|tick| tick.ts_ms).filter(|at| *at > point).min().unwrap_or(i64::MAX);
        let after = if column.in_full { after } else { after.min(column.t1) };
        after - before.unwrap_or(i64::MIN).max(column.t0 - 3_000) > 3_000
    })
}
