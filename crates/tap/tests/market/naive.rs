//! A second implementation of settlement, straight from raw ticks and the words of the specification. It shares no code
//! with the first and is as slow as it is plain.

use tap::domain::tick::Tick;

/// A column, its touch window already in it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub t0: i64,
    pub t1: i64,
    pub segment: bool,
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
    let silent = |until: i64| !ticks.iter().any(|tick| tick.ts_ms >= until - 3_000 && tick.ts_ms < until);
    let mut point = column.t0 + 100;
    while point <= column.t1 {
        if silent(point) {
            return true;
        }
        point += 100;
    }
    let seen = |tick: &&Tick| tick.ts_ms >= column.t0 - 3_000 && tick.ts_ms < column.t1;
    let few = |tick: &&Tick| tick.flags.0 & 4 != 0;
    ticks.iter().filter(seen).filter(few).any(|from| {
        let healed = ticks.iter().filter(seen).find(|tick| tick.ts_ms > from.ts_ms && !few(tick));
        let until = healed.map_or(column.t1, |tick| tick.ts_ms);
        until > column.t0 && until - from.ts_ms > 3_000
    })
}
