//! Settlement: what a bet gets, from evidence, against the second implementation from raw ticks.

use super::chance::Chance;
use super::naive;
use tap::domain::evidence::{Crossing, Evidence, EvidenceBuilder, PastEnd, Rules, Window};
use tap::domain::outcome::{Band, Outcome, decide};
use tap::domain::tick::{Tick, TickFlags};

const HISTORIES: usize = 10_000;
const COLUMN: i64 = 1_000;
const HEIGHT: i64 = 100;

/// Ticks from a while before the column to one that closes it, with holes, spells without a quorum, and jumps.
fn history(chance: &mut Chance, window: Window) -> Vec<Tick> {
    let (mut price, mut seq, mut ticks) = (6_000_000, 1, Vec::new());
    let (mut hole_until, mut few_until) = (0, 0);
    let stormy = chance.percent(50);
    for step in (window.from_ms() - 3_000) / 100..(window.t1_ms() + 20_000) / 100 {
        let ts_ms = step * 100;
        price += if chance.percent(3) { chance.between(-400, 400) } else { chance.between(-20, 20) };
        price = if chance.percent(10) { price - price % HEIGHT } else { price };
        if stormy && chance.percent(1) {
            hole_until = ts_ms + chance.between(1, 50) * 100;
        }
        if stormy && chance.percent(1) {
            few_until = ts_ms + chance.between(1, 50) * 100;
        }
        if ts_ms < hole_until {
            continue;
        }
        let flags = if ts_ms < few_until { TickFlags::DEGRADED } else { TickFlags::default() };
        ticks.push(Tick { seq, ts_ms, price, n_sources: 3, flags });
        seq += 1;
    }
    ticks
}

fn window(chance: &mut Chance) -> Window {
    let crossing = chance.pick(&[Crossing::Tick, Crossing::Segment]);
    let touch_grace_columns = chance.pick(&[0, 0, 0, 1, 2, 3]);
    let width_ms = chance.pick(&[1_000, 2_000, 5_000]);
    let past_end = chance.pick(&[PastEnd::Cut, PastEnd::InFull, PastEnd::InFull]);
    Window { epoch: 1, column: COLUMN, width_ms, rules: Rules { crossing, touch_grace_columns, past_end } }
}

/// What is kept for ever, and nothing else: the JSON of the evidence.
fn kept(window: Window, ticks: &[Tick]) -> Evidence {
    let built = EvidenceBuilder::from_ticks(window, ticks);
    let text = serde_json::to_string(&built.evidence).expect("evidence is plain numbers and texts");
    serde_json::from_str(&text).expect("it was just written")
}

#[test]
fn evidence_and_raw_ticks_give_every_bet_the_same_outcome() {
    let mut chance = Chance::announced("settlement");
    let mut seen = [0; 3];
    for _ in 0..HISTORIES {
        let window = window(&mut chance);
        let ticks = history(&mut chance, window);
        let evidence = kept(window, &ticks);
        let rules = Rules::of_version(evidence.rule_version).unwrap();
        let segment = rules.crossing == Crossing::Segment;
        let in_full = rules.past_end == PastEnd::InFull;
        let column = naive::Column { t0: window.t0_ms(), t1: window.t1_ms(), segment, in_full };
        assert_eq!(naive::is_void(column, &ticks), evidence.verdict == tap::domain::evidence::Verdict::Void);
        for row in 59_994..=60_006 {
            let band = Band { low: row * HEIGHT, high: row * HEIGHT + HEIGHT };
            let outcome = decide(band, &evidence, &rules);
            let expected = naive::outcome(column, &ticks, band.low, band.high);
            assert_eq!(outcome.as_str(), expected, "{band:?} {window:?} {evidence:?}");
            seen[outcome as usize] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 1_000), "the histories are too tame: {seen:?}");
}

fn ticks(prices: &[i64]) -> Vec<Tick> {
    let tick = |(step, price): (i64, &i64)| {
        let ts_ms = 5_000 * COLUMN + (step - 1) * 100;
        Tick { seq: step + 1, ts_ms, price: *price, n_sources: 3, flags: TickFlags::default() }
    };
    (0..).zip(prices).map(tick).collect()
}

/// What the row from `low` gets when the first price is the carry-in and the last one stays.
fn decided(prices: &[i64], low: i64, crossing: Crossing) -> Outcome {
    let rules = Rules { crossing, ..Rules::default() };
    let mut prices = prices.to_vec();
    prices.resize(51, prices[prices.len() - 1]);
    let window = Window { epoch: 1, column: COLUMN, width_ms: 5_000, rules };
    decide(Band { low, high: low + HEIGHT }, &kept(window, &ticks(&prices)), &rules)
}

#[test]
fn a_boundary_price_wins_both_rows() {
    for low in [900, 1_000] {
        assert_eq!(decided(&[1_500, 1_000, 1_500], low, Crossing::Tick), Outcome::Won);
    }
    assert_eq!(decided(&[1_500, 1_000, 1_500], 800, Crossing::Tick), Outcome::Lost);
    assert_eq!(decided(&[1_500, 1_101, 1_500], 1_000, Crossing::Tick), Outcome::Lost);
}

#[test]
fn the_price_at_the_columns_beginning_is_the_one_carried_in() {
    assert_eq!(decided(&[1_050, 1_500], 1_000, Crossing::Tick), Outcome::Won);
}

#[test]
fn a_jump_over_the_band_wins_by_segment_and_loses_by_tick() {
    for prices in [[1_500, 1_500, 500], [1_500, 500, 500]] {
        assert_eq!(decided(&prices, 1_000, Crossing::Tick), Outcome::Lost);
        assert_eq!(decided(&prices, 1_000, Crossing::Segment), Outcome::Won);
    }
}

#[test]
fn in_a_void_column_a_proven_touch_wins_and_the_rest_is_refunded() {
    let rules = Rules::default();
    let window = Window { epoch: 1, column: COLUMN, width_ms: 5_000, rules };
    let torn: Vec<Tick> = ticks(&[1_050; 10]);
    let evidence = kept(window, &torn);
    let outcome = |low: i64| decide(Band { low, high: low + HEIGHT }, &evidence, &rules);
    assert_eq!((outcome(1_000), outcome(1_200)), (Outcome::Won, Outcome::Void));
}

#[test]
fn a_touch_after_the_column_counts_only_by_grace() {
    let mut prices = vec![1_500; 151];
    prices[70] = 1_050;
    for (touch_grace_columns, expected) in [(0, Outcome::Lost), (1, Outcome::Won), (2, Outcome::Won)] {
        let rules = Rules { touch_grace_columns, ..Rules::default() };
        let window = Window { epoch: 1, column: COLUMN, width_ms: 5_000, rules };
        let evidence = kept(window, &ticks(&prices));
        assert_eq!(decide(Band { low: 1_000, high: 1_100 }, &evidence, &rules), expected);
    }
}
