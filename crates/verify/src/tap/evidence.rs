//! What the column was, worked out anew from its ticks.

use super::proof::{ColumnVerdict, Evidence, Proof, Tick};
use crate::claim::{Finding, RuleResult, ensure};
use std::fmt::Debug;

/// Flags of a tick.
const CARRIED: u8 = 1;
const BACKFILLED: u8 = 2;
const DEGRADED: u8 = 4;

pub(super) fn verify(proof: &Proof) -> RuleResult {
    let given = &proof.evidence;
    of_the_column(proof)?;
    if proof.blocks.is_empty() {
        consistent(proof)?;
        return Ok(Finding::Given(
            "taken as given, since its ticks are not in the file; it fits itself".to_owned(),
        ));
    }
    let own = from_ticks(proof);
    let differences = differences(given, &own);
    if differences.is_empty() {
        let verdict = if own.verdict == ColumnVerdict::Valid { "valid" } else { "void" };
        return Ok(Finding::Proven(format!(
            "{} ticks of the column give the same; it is {verdict}",
            own.n_ticks
        )));
    }
    ensure(is_repair(proof, &own), || differences.join("; "))?;
    consistent(proof)?;
    Ok(Finding::Given(
        "its ticks alone leave the column void; it was repaired from a venue's history, which is not in the file"
            .to_owned(),
    ))
}

/// Epoch, column and times are those of the bet, the end with its grace.
fn of_the_column(proof: &Proof) -> Result<(), String> {
    let (given, bet) = (&proof.evidence, &proof.bet);
    let window = (given.epoch, given.c, given.t0_ms, given.t1_ms);
    ensure(window == (bet.epoch, bet.column, bet.t0_ms, proof.end_ms()), || {
        "the evidence is of another column, or of another window, than the bet".to_owned()
    })
}

/// The evidence by our own reading of the ticks.
fn from_ticks(proof: &Proof) -> Evidence {
    let carry = carry_in(proof);
    let window: Vec<Tick> = window(proof).copied().collect();
    let live = || window.iter().filter(|tick| tick.flags & BACKFILLED == 0);
    let max_gap_ms = max_gap(proof, carry, &window);
    let is_void = max_gap_ms > proof.rules.gap_max_ms || longest_degraded(proof) > proof.rules.gap_max_ms;
    Evidence {
        first_seq: live().next().map(|tick| tick.seq),
        last_seq: live().next_back().map(|tick| tick.seq),
        n_ticks: i64::try_from(window.len()).unwrap_or(i64::MAX),
        min: window.iter().map(|tick| tick.price).min(),
        max: window.iter().map(|tick| tick.price).max(),
        carry_in_price: carry.map(|tick| tick.price),
        max_gap_ms,
        verdict: if is_void { ColumnVerdict::Void } else { ColumnVerdict::Valid },
        prices: runs(window.iter().map(|tick| tick.price)),
        ..proof.evidence.clone()
    }
}

/// The ticks that count.
fn window(proof: &Proof) -> impl Iterator<Item = &Tick> {
    let times = proof.bet.t0_ms..proof.end_ms();
    proof.ticks().filter(move |tick| times.contains(&tick.ts_ms))
}

/// The last tick before the column, if it is young enough.
fn carry_in(proof: &Proof) -> Option<&Tick> {
    let times = proof.carry_from_ms()..proof.bet.t0_ms;
    proof.ticks().filter(|tick| times.contains(&tick.ts_ms)).last()
}

/// The longest time without a tick, from the carry-in (or the earliest that it could be) to the end.
fn max_gap(proof: &Proof, carry: Option<&Tick>, window: &[Tick]) -> i64 {
    let start = carry.map_or(proof.carry_from_ms(), |tick| tick.ts_ms);
    let inner = window.iter().map(|tick| tick.ts_ms);
    let moments: Vec<i64> = std::iter::once(start).chain(inner).chain([gap_end(proof, window)]).collect();
    moments.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
}

/// Where the last gap ends: at the window's end, or at the first tick behind it if the window's last point has none.
fn gap_end(proof: &Proof, window: &[Tick]) -> i64 {
    let end = proof.end_ms();
    let last_is_known = window.last().is_some_and(|tick| tick.ts_ms >= end - 100);
    if last_is_known || !proof.counts_past_end() {
        return end;
    }
    proof.ticks().map(|tick| tick.ts_ms).find(|at| *at >= end).unwrap_or(end)
}

/// Where a time without a quorum ends that nothing in the window has ended.
fn degraded_end(proof: &Proof) -> i64 {
    let closing = proof.closing_tick().filter(|_| proof.counts_past_end());
    closing.map_or(proof.end_ms(), |tick| tick.ts_ms.max(proof.end_ms()))
}

/// The longest time without a quorum: from a degraded tick to the next that is not, or to the end. One that was over
/// before the column began is too short to count, since we look back no further than the longest that is borne.
fn longest_degraded(proof: &Proof) -> i64 {
    let times = proof.carry_from_ms()..proof.end_ms();
    let ticks: Vec<&Tick> = proof.ticks().filter(|tick| times.contains(&tick.ts_ms)).collect();
    let alike = ticks.chunk_by(|one, other| one.flags & DEGRADED == other.flags & DEGRADED);
    let starts: Vec<(i64, bool)> = alike.map(|run| (run[0].ts_ms, run[0].flags & DEGRADED != 0)).collect();
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([degraded_end(proof)]);
    let degraded = starts.iter().zip(ends).filter(|((_, degraded), _)| *degraded);
    degraded.map(|((start, _), end)| end - start).max().unwrap_or(0)
}

/// Runs of one price, in order.
fn runs(prices: impl Iterator<Item = i64>) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for price in prices {
        match runs.last_mut() {
            Some((last, count)) if *last == price => *count += 1,
            _ => runs.push((price, 1)),
        }
    }
    runs
}

fn differences(given: &Evidence, own: &Evidence) -> Vec<String> {
    fn differ<T: PartialEq + Debug>(name: &str, given: &T, own: &T) -> Option<String> {
        (given != own).then(|| format!("evidence.{name} is {given:?}, by the ticks {own:?}"))
    }
    let found = [
        differ("first_seq", &given.first_seq, &own.first_seq),
        differ("last_seq", &given.last_seq, &own.last_seq),
        differ("n_ticks", &given.n_ticks, &own.n_ticks),
        differ("min", &given.min, &own.min),
        differ("max", &given.max, &own.max),
        differ("carry_in_price", &given.carry_in_price, &own.carry_in_price),
        differ("max_gap_ms", &given.max_gap_ms, &own.max_gap_ms),
        differ("verdict", &given.verdict, &own.verdict),
        (given.prices != own.prices).then(|| "evidence.prices are not those of the ticks".to_owned()),
    ];
    found.into_iter().flatten().collect()
}

/// Whether this may be a column that was repaired: void by its own ticks, and every tick that had news is still there in
/// its order.
fn is_repair(proof: &Proof, own: &Evidence) -> bool {
    let has_news = |tick: &&Tick| tick.flags & (CARRIED | DEGRADED) != CARRIED | DEGRADED;
    let news: Vec<i64> = window(proof).filter(has_news).map(|tick| tick.price).collect();
    let mut given = proof.evidence.prices.iter().map(|(price, _)| *price);
    let kept = runs(news.iter().copied()).iter().all(|(price, _)| given.any(|one| one == *price));
    let carried = carry_in(proof).filter(has_news).map(|tick| tick.price);
    let carried = carried.is_none() || carried == proof.evidence.carry_in_price;
    let enough = usize::try_from(proof.evidence.n_ticks).is_ok_and(|n_ticks| n_ticks >= news.len());
    own.verdict == ColumnVerdict::Void && kept && carried && enough
}

/// What evidence must fulfil by itself, whatever the ticks were.
fn consistent(proof: &Proof) -> Result<(), String> {
    let given = &proof.evidence;
    let prices = || given.prices.iter().map(|(price, _)| *price);
    let counted = given.prices.iter().try_fold(0_i64, |sum, (_, count)| sum.checked_add(*count));
    let neighbours = given.prices.windows(2).all(|pair| pair[0].0 != pair[1].0);
    ensure(neighbours && counted == Some(given.n_ticks), || "evidence.prices do not fit n_ticks".to_owned())?;
    ensure((given.min, given.max) == (prices().min(), prices().max()), || {
        "evidence.min and max are not those of its prices".to_owned()
    })?;
    let lattice = (proof.end_ms() - proof.bet.t0_ms) / 100;
    ensure(given.n_ticks <= lattice, || "evidence has more ticks than the window has points".to_owned())?;
    let torn = given.max_gap_ms > proof.rules.gap_max_ms;
    ensure(!torn || given.verdict == ColumnVerdict::Void, || {
        "evidence has too long a gap for a column that is valid".to_owned()
    })
}
