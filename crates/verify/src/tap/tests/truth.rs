//! True proofs hold, and say what they cannot show.

use super::sample::{MIDDLE, Sample, T0_MS, WIDTH_MS, chain, rules, sealed, settle, sign};
use super::{claim, failing};
use crate::claim::Verdict;
use crate::command::print;
use crate::tap::proof::{Block, ColumnVerdict, Crossing, Outcome, Proof, Scheme, Tick};
use crate::tap::touch::p_star_ppb;
use crate::{hex, verify};

fn holds(text: &str) {
    let claims = verify(text, None);
    assert!(!claims.iter().any(|claim| claim.failed()), "{}", print(&claims));
}

fn open(text: &str) -> Vec<&'static str> {
    let claims = verify(text, None);
    claims.iter().filter(|claim| claim.verdict == Verdict::Open).map(|claim| claim.name).collect()
}

#[test]
fn every_scheme_and_outcome_holds() {
    let samples =
        [(Sample::won(), Outcome::Won), (Sample::lost(), Outcome::Lost), (Sample::void(), Outcome::Void)];
    for (sample, outcome) in samples {
        for scheme in [Scheme::Secp256k1, Scheme::Ed25519, Scheme::HmacSha256] {
            let sample = Sample { scheme, ..sample.clone() };
            assert_eq!(sample.proof().outcome, outcome);
            holds(&sample.text());
            holds(&(sample.text() + "\n"));
        }
    }
}

#[test]
fn claims_come_in_their_order_and_the_last_line_sums_up() {
    let proof = Sample::won().proof();
    let head = proof.chain_head.hash.clone();
    let claims = verify(&sealed(proof), Some(&head));
    let names: Vec<&str> = claims.iter().map(|claim| claim.name).collect();
    assert_eq!(names, ["text", "seal", "blocks", "head", "evidence", "signature", "quote", "outcome"]);
    assert!(print(&claims).ends_with("\nthe proof holds\n"), "{}", print(&claims));
    let text = print(&verify("{}", None));
    assert!(
        text.starts_with("FAILED  text ") && text.ends_with("\nthe proof does NOT hold: text\n"),
        "{text}"
    );
}

#[test]
fn a_published_head_proves_the_ticks_and_its_absence_is_said() {
    let proof = Sample::won().proof();
    let text = sealed(proof.clone());
    assert_eq!(open(&text), ["head"]);
    assert!(claim(&text, None, "head").sentence.contains("NOT compared"));
    assert_eq!(claim(&text, Some(&proof.blocks[1].hash), "head").verdict, Verdict::Ok);
    // An earlier block's hash says nothing of the later ticks.
    for head in [&proof.blocks[0].hash, &proof.blocks[0].prev_hash, &"ab".repeat(32)] {
        assert_eq!(claim(&text, Some(head), "head").verdict, Verdict::Failed);
    }
}

#[test]
fn a_later_head_of_the_chain_is_told_and_does_not_prove_earlier_ticks() {
    let mut proof = Sample::won().proof();
    proof.chain_head.minute += 4;
    proof.chain_head.hash = "ab".repeat(32);
    let text = sealed(proof);
    holds(&text);
    assert!(claim(&text, None, "blocks").sentence.contains("went on for 4 minutes"));
    assert_eq!(claim(&text, Some(&"ab".repeat(32)), "head").verdict, Verdict::Failed);
}

#[test]
fn a_stranger_cannot_check_a_shared_secret_and_is_told() {
    let text = Sample { scheme: Scheme::HmacSha256, ..Sample::won() }.text();
    assert_eq!(open(&text), ["head", "signature"]);
    assert!(claim(&text, None, "signature").sentence.contains("cannot be checked by a stranger"));
}

#[test]
fn without_ticks_the_evidence_is_taken_as_given() {
    for sample in [Sample::won(), Sample::lost(), Sample::void()] {
        let mut proof = sample.proof();
        let last = proof.blocks.pop().unwrap().hash;
        proof.blocks.clear();
        let text = sealed(proof);
        holds(&text);
        assert_eq!(open(&text), ["blocks", "head", "evidence"]);
        assert_eq!(claim(&text, Some(&last), "head").verdict, Verdict::Open);
        assert_eq!(claim(&text, Some(&"ab".repeat(32)), "head").verdict, Verdict::Failed);
    }
}

#[test]
fn prices_on_the_edges_win() {
    for price in [MIDDLE, MIDDLE + 2_000] {
        let ticks = |at: i64| (at, if at == 2_500 { price } else { MIDDLE + 9_000 }, 0);
        let sample = Sample::of((-30..50).map(|tick| ticks(tick * 100)).collect());
        assert_eq!(sample.proof().outcome, Outcome::Won);
        holds(&sample.text());
    }
}

#[test]
fn the_carry_in_alone_can_win() {
    let ticks =
        (-30..50).map(|tick| (tick * 100, if tick < 0 { MIDDLE + 1 } else { MIDDLE - 1 }, 0)).collect();
    let sample = Sample::of(ticks);
    assert_eq!(sample.proof().outcome, Outcome::Won);
    holds(&sample.text());
}

#[test]
fn a_touch_before_the_gap_of_a_void_column_wins() {
    let mut sample = Sample::void();
    sample.ticks.iter_mut().find(|(at, _, _)| *at == 200).unwrap().1 = MIDDLE + 5;
    assert_eq!(sample.proof().outcome, Outcome::Won);
    holds(&sample.text());
}

#[test]
fn a_jump_over_the_band_wins_by_segment_alone() {
    let ticks: Vec<_> =
        (-30..50).map(|tick| (tick * 100, if tick < 20 { MIDDLE - 1 } else { MIDDLE + 2_001 }, 0)).collect();
    for (crossing, outcome) in [(Crossing::Tick, Outcome::Lost), (Crossing::Segment, Outcome::Won)] {
        let sample = Sample { rules: rules(crossing), ..Sample::of(ticks.clone()) };
        assert_eq!(sample.proof().outcome, outcome);
        holds(&sample.text());
    }
}

#[test]
fn columns_of_grace_lengthen_the_window_and_the_quote() {
    let price = |tick: i64| if tick == 149 { MIDDLE } else { MIDDLE - 1 };
    let mut sample = Sample::of((-30..150).map(|tick| (tick * 100, price(tick), 0)).collect());
    sample.rules.touch_grace_columns = 2;
    let proof = sample.proof();
    assert_eq!((proof.outcome, proof.rule_version, proof.evidence.n_ticks), (Outcome::Won, 3, 150));
    holds(&sample.text());
    // Without grace the same ticks lose.
    sample.rules.touch_grace_columns = 0;
    assert_eq!(sample.proof().outcome, Outcome::Lost);
    holds(&sample.text());
}

#[test]
fn too_long_without_a_quorum_is_void() {
    for (last, is_void) in [(39, false), (40, true)] {
        let flags = |tick: i64| if (10..=last).contains(&tick) { 4 } else { 0 };
        let sample = Sample::of((-30..50).map(|tick| (tick * 100, MIDDLE - 9, flags(tick))).collect());
        let mut proof = sample.proof();
        if is_void {
            // A column that claims to be whole may have been repaired, which only the server knows.
            assert_eq!(open(&sealed(proof.clone())), ["head", "evidence"]);
            proof.evidence.verdict = ColumnVerdict::Void;
            settle(&mut proof);
        }
        holds(&sealed(proof));
    }
}

/// A column whose last tick of its own is at `last` ms, with ticks again from `next` ms on, read by `version`.
fn torn_at_the_end(last: i64, next: i64, version: i64, max_gap_ms: i64) -> Proof {
    let steps = (-30..=last / 100).chain(next / 100..next / 100 + 3);
    let mut proof = Sample::of(steps.map(|step| (step * 100, MIDDLE - 9, 0)).collect()).proof();
    (proof.rule_version, proof.evidence.rule_version) = (version, version);
    proof.evidence.max_gap_ms = max_gap_ms;
    if max_gap_ms > 3_000 {
        proof.evidence.verdict = ColumnVerdict::Void;
    }
    settle(&mut proof);
    proof
}

#[test]
fn a_hole_past_the_end_counts_in_full_since_version_9() {
    for (last, next, version, max_gap_ms) in
        [(2_000, 9_000, 1, 3_000), (4_000, 7_000, 9, 3_000), (4_000, 7_100, 9, 3_100), (4_900, 9_000, 9, 100)]
    {
        let proof = torn_at_the_end(last, next, version, max_gap_ms);
        let is_void = max_gap_ms > 3_000;
        assert_eq!(proof.outcome, if is_void { Outcome::Void } else { Outcome::Lost });
        holds(&sealed(proof));
    }
    // Cut at the end as before, the same column is not what its ticks say; a repair alone could explain it.
    assert_eq!(open(&sealed(torn_at_the_end(2_000, 9_000, 9, 3_000))), ["head", "evidence"]);
    let one_short = torn_at_the_end(4_000, 7_000, 9, 2_900);
    assert_eq!(failing(&sealed(one_short)), ["evidence"]);
}

#[test]
fn what_ends_a_hole_past_the_end_must_be_in_the_file() {
    let mut proof = torn_at_the_end(4_000, 7_100, 9, 3_100);
    let last = proof.blocks.last_mut().unwrap();
    last.ticks.retain(|tick| tick.ts_ms < T0_MS + WIDTH_MS);
    chain(&mut proof);
    assert!(failing(&sealed(proof)).contains(&"blocks"));
}

#[test]
fn a_time_without_a_quorum_past_the_end_counts_in_full_since_version_9() {
    for (version, healed, is_void) in [(1, 90, false), (9, 79, false), (9, 80, true)] {
        let flags = |step: i64| if (49..healed).contains(&step) { 4 } else { 0 };
        let ticks = (-30..=healed).map(|step| (step * 100, MIDDLE - 9, flags(step)));
        let mut proof = Sample::of(ticks.collect()).proof();
        (proof.rule_version, proof.evidence.rule_version) = (version, version);
        if is_void {
            proof.evidence.verdict = ColumnVerdict::Void;
            settle(&mut proof);
        }
        holds(&sealed(proof));
    }
}

#[test]
fn a_repaired_column_keeps_what_was_seen_and_is_told() {
    let mut sample = Sample::void();
    sample.ticks.iter_mut().for_each(|tick| tick.1 = MIDDLE - 50);
    let torn = sample.proof();
    let mut proof = torn.clone();
    proof.evidence.prices = vec![(MIDDLE - 50, 20), (MIDDLE + 50, 10), (MIDDLE - 50, 20)];
    proof.evidence.n_ticks = 50;
    proof.evidence.max = Some(MIDDLE + 50);
    proof.evidence.max_gap_ms = 100;
    proof.evidence.verdict = ColumnVerdict::Valid;
    settle(&mut proof);
    assert_eq!(proof.outcome, Outcome::Won);
    assert_eq!(open(&sealed(proof.clone())), ["head", "evidence"]);
    holds(&sealed(proof.clone()));
    // A repair cannot forget a price that was seen, in the column or carried into it.
    let mut other_carry = proof.clone();
    other_carry.evidence.carry_in_price = Some(MIDDLE - 60);
    assert_eq!(failing(&sealed(other_carry)), ["evidence"]);
    proof.evidence.prices = vec![(MIDDLE - 51, 50)];
    (proof.evidence.min, proof.evidence.max) = (Some(MIDDLE - 51), Some(MIDDLE - 51));
    settle(&mut proof);
    assert_eq!(failing(&sealed(proof)), ["evidence"]);
}

#[test]
fn a_protected_probability_may_only_be_higher() {
    let protected = Sample { calibrator_version: 4, raised: 9_000_000, ..Sample::won() };
    holds(&protected.text());
    assert!(claim(&protected.text(), None, "quote").sentence.contains("calibrator version 4"));
    for (calibrator_version, raised) in [(0, 9_000_000), (4, -9_000_000), (0, -9_000_000), (0, 6), (0, -6)] {
        let sample = Sample { calibrator_version, raised, ..Sample::won() };
        assert_eq!(failing(&sample.text()), ["quote"], "{calibrator_version} {raised}");
    }
}

#[test]
fn minutes_without_ticks_are_bridged_by_their_neighbours() {
    let mut proof = Sample::won().proof();
    // The feed was dead for the column and more: the last minute before it and the first after it prove that.
    let silent = |minute: i64, seq| Block {
        minute,
        prev_hash: String::new(),
        hash: String::new(),
        ticks: vec![Tick { seq, ts_ms: minute * 60_000 + 30_000, price: MIDDLE, n: 3, flags: 0 }],
    };
    let minute = super::sample::T0_MS / 60_000;
    proof.blocks = vec![silent(minute - 3, 900), silent(minute + 2, 901)];
    proof.evidence = Sample::of(Vec::new()).proof().evidence;
    chain(&mut proof);
    settle(&mut proof);
    sign(&mut proof, 7);
    assert_eq!(proof.outcome, Outcome::Void);
    holds(&sealed(proof.clone()));
    proof.blocks.pop();
    proof.chain_head.minute = minute + 2;
    assert_eq!(failing(&sealed(proof)), ["blocks"]);
}

#[test]
fn a_chain_that_goes_on_from_elsewhere_must_reach_back_to_the_carry_in() {
    let mut proof = Sample::won().proof();
    proof.blocks.remove(0);
    // As if there had been no tick before: everything else is made to fit.
    proof.blocks[0].prev_hash = "cd".repeat(32);
    proof.blocks[0].hash =
        hex::print(&crate::tap::blocks::hash(&proof.blocks[0], &hex::bytes(&"cd".repeat(32)).unwrap()));
    proof.evidence.carry_in_price = None;
    proof.evidence.max_gap_ms = 3_000;
    proof.evidence.block_minutes.remove(0);
    proof.evidence.block_hashes = vec![proof.blocks[0].hash.clone()];
    proof.chain_head.hash = proof.blocks[0].hash.clone();
    settle(&mut proof);
    assert_eq!(failing(&sealed(proof)), ["blocks"]);
}

/// The number of a tick that was shown before a crash and never kept is given to a later one.
#[test]
fn a_quote_whose_tick_was_lost_holds_if_the_chain_has_a_hole_there() {
    let mut sample = Sample::lost();
    sample.ticks.remove(10);
    let from_lost_tick = |at_ms: i64| {
        let mut proof = sample.proof();
        proof.quote.at_ms = at_ms;
        (proof.quote.from_ms, proof.quote.until_ms) = (T0_MS - at_ms, T0_MS + WIDTH_MS - at_ms);
        proof.quote.tick_seq = proof.blocks[0].ticks[10].seq;
        proof.quote.p_ppb = p_star_ppb(&proof.quote, proof.bet.low, proof.bet.high);
        proof.bet.placed_at_ms = at_ms + 100;
        settle(&mut proof);
        sign(&mut proof, 7);
        sealed(proof)
    };
    let hole_ms = T0_MS - 2_000;
    holds(&from_lost_tick(hole_ms));
    assert_eq!(failing(&from_lost_tick(hole_ms - 100)), ["quote"], "there is a tick");
    assert_eq!(failing(&from_lost_tick(hole_ms + 50)), ["quote"], "no quote is made between ticks");
}
