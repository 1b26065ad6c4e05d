//! The file itself: exact compact JSON of the known keys in their order, integers alone, every value in its range.

use super::proof::{Bet, Block, Crossing, Evidence, Proof, Quote, Rules, Tick};
use crate::claim::{Finding, ensure};

/// A day's longest column with its grace is six blocks of 600 ticks, under 200 kB; this leaves room for everything.
pub(super) const BYTES_MAX: usize = 1 << 20;
/// Bets that were booked at the rate that was seen, and whose text names no least rate.
pub(super) const FORMAT: &str = "fairground-tap-proof-1";
/// Bets whose text names the least acceptable rate.
pub(super) const FORMAT_WITH_LEAST_RATE: &str = "fairground-tap-proof-2";
/// In every rule version that we know a price carries into a column for three seconds, and a longer gap voids it.
const CARRY_AND_GAP_MS: i64 = 3_000;
/// Widths that a column may have.
const WIDTHS_MS: [i64; 6] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
/// Minutes that the longest window touches: four of its own, one before, and a spare on each side of an empty minute.
const BLOCKS_MAX: usize = 8;
/// Far beyond any real one, and small enough that no sum or product of ours overflows.
const TIME_MS_MAX: i64 = 10_000_000_000_000;
const NUMBER_MAX: i64 = 1_000_000_000_000_000;
const MONEY_MAX: i64 = 1_000_000_000_000;
/// Ten million USD in cents.
const PRICE_MAX: i64 = 1_000_000_000;
const PPB: i64 = 1_000_000_000;
/// A day.
const HORIZON_MS_MAX: i64 = 86_400_000;

/// Reads a proof. Errors: why it is none, as a sentence.
pub(super) fn read(text: &str) -> Result<(Proof, Finding), String> {
    ensure(text.len() <= BYTES_MAX, || "the file is too large for a proof".to_owned())?;
    ensure(text.is_ascii(), || "the file has letters outside ASCII".to_owned())?;
    let body = text.strip_suffix('\n').unwrap_or(text);
    let proof: Proof =
        serde_json::from_str(body).map_err(|error| format!("the file is no proof: {error}"))?;
    let exact = serde_json::to_string(&proof).map_err(|error| error.to_string())?;
    ensure(exact == body, || not_exact(&exact, body))?;
    let format = format_of(&proof)?;
    sound(&proof)?;
    let found = format!("exact text of {format}, rule version {}", proof.rule_version);
    Ok((proof, Finding::Proven(found)))
}

fn not_exact(exact: &str, body: &str) -> String {
    let at = exact.bytes().zip(body.bytes()).take_while(|(one, other)| one == other).count();
    format!("the file is not the exact compact text of its object: it differs at byte {at}")
}

/// The format, which the keys of the bet must be those of.
fn format_of(proof: &Proof) -> Result<&'static str, String> {
    let bet = &proof.bet;
    let named = [bet.rate_seen, bet.min_rate, bet.quote_seen].iter().filter(|named| named.is_some()).count();
    match (proof.format.as_str(), named) {
        (FORMAT, 0) => Ok(FORMAT),
        (FORMAT_WITH_LEAST_RATE, 3) => Ok(FORMAT_WITH_LEAST_RATE),
        (FORMAT | FORMAT_WITH_LEAST_RATE, _) => Err(format!("the bet has not the keys of {}", proof.format)),
        (other, _) => Err(format!("the format is {other:?}, we know {FORMAT} and {FORMAT_WITH_LEAST_RATE}")),
    }
}

/// A number, its name, and the range that it must be in.
type Bound<'a> = (&'a str, i64, i64, i64);

fn sound(proof: &Proof) -> Result<(), String> {
    rules(&proof.rules)?;
    for version in [proof.rule_version, proof.evidence.rule_version] {
        ensure(versions_of(&proof.rules).contains(&version), || {
            format!("rule version {version} is not that of its rules")
        })?;
    }
    ensure(proof.rule_version == proof.evidence.rule_version, || {
        "the evidence was read by another rule version than the proof".to_owned()
    })?;
    bet(&proof.bet)?;
    quote(&proof.quote)?;
    evidence(&proof.evidence)?;
    ensure(proof.blocks.len() <= BLOCKS_MAX, || "there are too many blocks".to_owned())?;
    proof.blocks.iter().try_for_each(block)?;
    minute_in_range(proof.chain_head.minute)
}

fn within(bounds: &[Bound]) -> Result<(), String> {
    bounds.iter().try_for_each(|(name, value, min, max)| {
        ensure((min..=max).contains(&value), || format!("{name} is {value}, outside {min} to {max}"))
    })
}

fn rules(rules: &Rules) -> Result<(), String> {
    within(&[
        ("rules.touch_grace_columns", rules.touch_grace_columns, 0, 3),
        ("rules.carry_max_ms", rules.carry_max_ms, CARRY_AND_GAP_MS, CARRY_AND_GAP_MS),
        ("rules.gap_max_ms", rules.gap_max_ms, CARRY_AND_GAP_MS, CARRY_AND_GAP_MS),
    ])
}

/// 1 to 4: `tick` with 0 to 3 columns of grace; 5 to 8: the same with `segment`. From 9 on the same again, see
/// [`Proof::counts_past_end`].
fn versions_of(rules: &Rules) -> [i64; 2] {
    let crossing = match rules.crossing {
        Crossing::Tick => 1,
        Crossing::Segment => 5,
    };
    let cut = crossing + rules.touch_grace_columns;
    [cut, cut + 8]
}

fn bet(bet: &Bet) -> Result<(), String> {
    ensure(WIDTHS_MS.contains(&bet.width_ms), || format!("no column is {} ms wide", bet.width_ms))?;
    within(&[
        ("bet.epoch", bet.epoch, 0, NUMBER_MAX),
        ("bet.column", bet.column, 0, TIME_MS_MAX / 1_000),
        ("bet.low", bet.low, 1, PRICE_MAX),
        ("bet.high", bet.high, bet.low.saturating_add(1), PRICE_MAX),
        ("bet.t0_ms", bet.t0_ms, CARRY_AND_GAP_MS, TIME_MS_MAX),
        ("bet.t1_ms", bet.t1_ms, bet.t0_ms.saturating_add(1), TIME_MS_MAX),
        ("bet.amount", bet.amount, 1, MONEY_MAX),
        ("bet.rate", bet.rate, 105, 5_000),
        ("bet.rate_seen", bet.rate_seen(), 105, 5_000),
        ("bet.min_rate", bet.min_rate.unwrap_or_default(), 0, 5_000),
        ("bet.quote_seen", bet.quote_seen.unwrap_or_default(), 0, NUMBER_MAX),
        ("bet.payout", bet.payout, 0, 50 * MONEY_MAX),
        ("bet.placed_at_ms", bet.placed_at_ms, 0, TIME_MS_MAX),
        ("bet.payout_amount", bet.payout_amount, 0, 50 * MONEY_MAX),
    ])
}

fn quote(quote: &Quote) -> Result<(), String> {
    within(&[
        ("quote.quote_seq", quote.quote_seq, 0, NUMBER_MAX),
        ("quote.tick_seq", quote.tick_seq, 0, NUMBER_MAX),
        ("quote.at_ms", quote.at_ms, 0, TIME_MS_MAX),
        ("quote.price", quote.price, 1, PRICE_MAX),
        ("quote.sigma_ppb", quote.sigma_ppb, 1, PPB),
        ("quote.from_ms", quote.from_ms, 1, HORIZON_MS_MAX),
        ("quote.until_ms", quote.until_ms, quote.from_ms.saturating_add(1), HORIZON_MS_MAX),
        ("quote.edge_bp", quote.edge_bp, 0, 9_999),
        ("quote.calibrator_version", quote.calibrator_version, 0, NUMBER_MAX),
        ("quote.p_ppb", quote.p_ppb, 1, PPB),
        ("quote.rate", quote.rate, 105, 5_000),
    ])
}

fn evidence(evidence: &Evidence) -> Result<(), String> {
    within(&[
        ("evidence.n_ticks", evidence.n_ticks, 0, NUMBER_MAX),
        ("evidence.max_gap_ms", evidence.max_gap_ms, 0, TIME_MS_MAX),
    ])?;
    let prices = evidence.prices.iter();
    prices.map(|(price, _)| *price).chain(evidence.carry_in_price).try_for_each(price_in_range)?;
    let mut counts = evidence.prices.iter().map(|(_, count)| *count);
    counts.try_for_each(|count| within(&[("a count of evidence.prices", count, 1, NUMBER_MAX)]))?;
    evidence.block_minutes.iter().try_for_each(|minute| minute_in_range(*minute))?;
    ensure(evidence.block_minutes.len() == evidence.block_hashes.len(), || {
        "the evidence has not as many block hashes as block minutes".to_owned()
    })
}

fn price_in_range(price: i64) -> Result<(), String> {
    within(&[("a price of the evidence", price, 1, PRICE_MAX)])
}

fn minute_in_range(minute: i64) -> Result<(), String> {
    within(&[("a minute", minute, 0, TIME_MS_MAX / 60_000)])
}

fn block(block: &Block) -> Result<(), String> {
    minute_in_range(block.minute)?;
    block.ticks.iter().try_for_each(tick)
}

fn tick(tick: &Tick) -> Result<(), String> {
    within(&[
        ("the seq of a tick", tick.seq, 0, NUMBER_MAX),
        ("the time of a tick", tick.ts_ms, 0, TIME_MS_MAX),
        ("the price of a tick", tick.price, 1, PRICE_MAX),
        ("the flags of a tick", i64::from(tick.flags), 0, 7),
    ])
}
