//! Lies about what was seen, what was accepted and what was booked, signed and sealed anew as far as a server can.

use super::failing;
use super::sample::{Sample, sealed, sign};
use crate::tap::proof::{Proof, Scheme};

/// A bet that was booked at a quote 200 ms after the one that was seen, for less, as its text allows.
fn booked_fresh() -> Proof {
    let mut proof = Sample { scheme: Scheme::Secp256k1, ..Sample::won() }.proof();
    proof.format = "fairground-tap-proof-2".to_owned();
    proof.bet.rate_seen = Some(proof.bet.rate + 20);
    proof.bet.min_rate = Some(proof.bet.rate - 3);
    proof.bet.quote_seen = Some(proof.quote.quote_seq - 2);
    sign(&mut proof, 7);
    proof
}

/// The claims that fail after a change that the player's key has signed.
fn forged(change: impl FnOnce(&mut Proof)) -> Vec<&'static str> {
    let mut proof = booked_fresh();
    change(&mut proof);
    sign(&mut proof, 7);
    failing(&sealed(proof))
}

#[test]
fn a_bet_booked_at_the_present_rate_holds_down_to_the_signed_least_rate() {
    assert_eq!(forged(|_| ()), [""; 0]);
    assert_eq!(forged(|proof| proof.bet.min_rate = Some(proof.bet.rate)), [""; 0]);
    let as_seen = |proof: &mut Proof| {
        proof.bet.rate_seen = Some(proof.bet.rate);
        proof.bet.quote_seen = Some(proof.quote.quote_seq);
    };
    assert_eq!(forged(as_seen), [""; 0], "what was seen is booked where the price has not moved");
}

#[test]
fn a_rate_below_the_signed_least_one_is_found() {
    assert_eq!(forged(|proof| proof.bet.min_rate = Some(proof.bet.rate + 1)), ["quote"]);
    let least_above_seen = |proof: &mut Proof| proof.bet.min_rate = proof.bet.rate_seen.map(|seen| seen + 1);
    assert_eq!(forged(least_above_seen), ["quote"]);
}

#[test]
fn a_lower_rate_without_a_later_quote_is_found() {
    assert_eq!(forged(|proof| proof.bet.quote_seen = Some(proof.quote.quote_seq)), ["quote"]);
    assert_eq!(forged(|proof| proof.bet.quote_seen = Some(proof.quote.quote_seq + 1)), ["quote"]);
    assert_eq!(forged(|proof| proof.bet.quote_seen = Some(proof.quote.quote_seq - 16)), ["quote"]);
    assert_eq!(forged(|proof| proof.bet.rate_seen = Some(proof.bet.rate)), ["quote"]);
}

#[test]
fn what_was_seen_and_accepted_is_what_the_key_signed() {
    for change in [
        (|proof: &mut Proof| proof.bet.rate_seen = Some(proof.bet.rate + 21)) as fn(&mut Proof),
        |proof| proof.bet.min_rate = Some(proof.bet.rate - 4),
        |proof| proof.bet.quote_seen = Some(proof.quote.quote_seq - 3),
    ] {
        let mut proof = booked_fresh();
        change(&mut proof);
        assert_eq!(failing(&sealed(proof)), ["signature"]);
    }
}

#[test]
fn each_format_has_its_own_keys() {
    for change in [
        (|proof: &mut Proof| proof.format = "fairground-tap-proof-1".to_owned()) as fn(&mut Proof),
        |proof| proof.bet.rate_seen = None,
        |proof| proof.bet.min_rate = None,
        |proof| proof.bet.quote_seen = None,
    ] {
        assert_eq!(forged(change), ["text"]);
    }
    let null = sealed(booked_fresh()).replacen("\"quote_seen\":121", "\"quote_seen\":null", 1);
    assert_eq!(failing(&null), ["text"]);
}

#[test]
fn a_key_has_one_spelling() {
    // Some of these keys are what tag 5 means, and their signatures are right.
    for key in 1..12 {
        let mut proof = Sample { scheme: Scheme::Secp256k1, ..Sample::won() }.proof();
        sign(&mut proof, key);
        proof.signed.key.replace_range(2..4, "05");
        assert_eq!(failing(&sealed(proof)), ["signature"], "key {key}");
    }
}
