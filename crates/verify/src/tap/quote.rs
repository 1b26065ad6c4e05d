//! The quote: made for this cell, taken in time, its probability worked out by our own method, its rate from that
//! probability in integers.

use super::proof::{Proof, Quote};
use super::touch::p_star_ppb;
use crate::claim::{Finding, RuleResult, ensure};

/// A quote may be this old when its bet is placed.
const QUOTE_AGE_MS_MAX: i64 = 3_000;
/// The quote that was seen may be this old when the bet arrives.
const QUOTE_SEEN_MS_MAX: i64 = 1_500;
/// A bet must be placed this long before its column begins.
const GUARD_MS: i64 = 500;
/// What our probability may differ from the published one, in parts per billion. The published method has two bivariate
/// normals, each known to 1e-9 and doubled: 4. Ours is exact to 0.1, and each side rounds by a half: 1. At the lowest
/// probability that is offered, 1 in 64, this is a three-millionth part, far less than one hundredth of the rate.
const DIFFERENCE_PPB_MAX: i64 = 5;
/// Ticks, and the quotes made from them, are at multiples of this.
const STEP_MS: i64 = 100;
/// One in parts per billion, and the whole stake in basis points.
const PPB: i128 = 1_000_000_000;
const BASIS_POINTS: i128 = 10_000;

pub(super) fn verify(proof: &Proof) -> RuleResult {
    let quote = &proof.quote;
    times(proof)?;
    accepted(proof)?;
    tick(proof)?;
    let probability = probability(proof)?;
    let rate = rate(quote).ok_or("at this probability and edge the cell is not offered")?;
    ensure(quote.rate == rate, || format!("the quote's rate is {}, by its probability {rate}", quote.rate))?;
    ensure(proof.bet.rate == rate, || format!("the bet's rate is {}, by its quote {rate}", proof.bet.rate))?;
    let edge = quote.edge_bp;
    Ok(Finding::Proven(format!(
        "{probability}; with an edge of {edge} basis points it pays {rate} hundredths"
    )))
}

/// The quote's times are those of the bet's window, and the bet came in time.
fn times(proof: &Proof) -> Result<(), String> {
    let (quote, bet) = (&proof.quote, &proof.bet);
    let window = (bet.t0_ms - quote.at_ms, proof.end_ms() - quote.at_ms);
    ensure((quote.from_ms, quote.until_ms) == window, || {
        format!("the quote was made for another window: it is {} to {} ms ahead", window.0, window.1)
    })?;
    ensure(quote.crossing == proof.rules.crossing, || {
        "the quote was made for another crossing rule".to_owned()
    })?;
    let age_ms = bet.placed_at_ms - quote.at_ms;
    ensure((0..=QUOTE_AGE_MS_MAX).contains(&age_ms), || {
        format!("the bet was placed {age_ms} ms after its quote, 0 to {QUOTE_AGE_MS_MAX} are allowed")
    })?;
    ensure(bet.placed_at_ms < bet.t0_ms - GUARD_MS, || {
        format!("the bet was placed later than {GUARD_MS} ms before its column")
    })
}

/// What was booked is what was seen; or less, at a quote shortly after it, and not less than the signed least rate.
fn accepted(proof: &Proof) -> Result<(), String> {
    let (bet, booked_at, seen_at) = (&proof.bet, proof.quote.quote_seq, proof.quote_seen());
    let seen = bet.rate_seen();
    if let Some(least) = bet.min_rate {
        ensure(least <= seen, || format!("the least rate is {least}, above the {seen} that was seen"))?;
        ensure(least <= bet.rate, || {
            format!("the bet was booked at {}, below the signed {least}", bet.rate)
        })?;
    }
    if booked_at == seen_at {
        return ensure(bet.rate == seen, || format!("{seen} was seen in the quote, {} was booked", bet.rate));
    }
    let later_ms = booked_at.saturating_sub(seen_at).saturating_mul(STEP_MS);
    ensure((1..=QUOTE_SEEN_MS_MAX).contains(&later_ms), || {
        format!("it was booked at a quote {later_ms} ms after the one that was seen")
    })?;
    ensure(bet.rate < seen, || format!("{seen} was seen, and a later quote of {} was booked", bet.rate))
}

/// If the quote's tick is among the blocks, it has the quote's price, and the quote is not older than it. A server that died
/// may have shown a tick that it never kept, and given its number to a later one: then the chain has a hole at the quote's
/// moment, and there is nothing to compare with.
fn tick(proof: &Proof) -> Result<(), String> {
    let quote = &proof.quote;
    let Some(tick) = proof.ticks().find(|tick| tick.seq == quote.tick_seq) else { return Ok(()) };
    let is_hole = quote.at_ms % STEP_MS == 0 && proof.ticks().all(|tick| tick.ts_ms != quote.at_ms);
    if tick.ts_ms > quote.at_ms && is_hole {
        return Ok(());
    }
    ensure(tick.price == quote.price, || {
        format!("the quote's price is {}, its tick {} says {}", quote.price, tick.seq, tick.price)
    })?;
    ensure(tick.ts_ms <= quote.at_ms, || format!("the quote was made before its tick {}", tick.seq))
}

/// Compares the published probability with ours.
fn probability(proof: &Proof) -> Result<String, String> {
    let (published, version) = (proof.quote.p_ppb, proof.quote.calibrator_version);
    let own = p_star_ppb(&proof.quote, proof.bet.low, proof.bet.high);
    let raised = published - own;
    if raised.abs() <= DIFFERENCE_PPB_MAX {
        return Ok(format!("a touch has {published} in a billion, by our own integral {own}"));
    }
    ensure(version != 0 && raised > 0, || {
        format!("the published probability is {published} in a billion, by our own integral {own}")
    })?;
    Ok(format!(
        "a touch has {published} in a billion, by our own integral {own}, protected by calibrator version {version}, \
         whose table is not in the proof"
    ))
}

/// floor(100 (1 - edge) / p) in [105, 5000]; `None` below 1.05 or above 60.
pub(super) fn rate(quote: &Quote) -> Option<i64> {
    let over = 100 * (BASIS_POINTS - i128::from(quote.edge_bp)) * PPB;
    let under = BASIS_POINTS * i128::from(quote.p_ppb);
    let is_offered = (105 * under..=6_000 * under).contains(&over);
    i64::try_from(over.checked_div(under)?).ok().filter(|_| is_offered).map(|rate| rate.clamp(105, 5_000))
}
