//! Lies about the outcome, the payment and the rules.

use super::forgery::{lost, won};
use crate::tap::proof::{Outcome, Proof};

#[test]
fn a_changed_outcome_or_payment_is_found() {
    let changes: [fn(&mut Proof); 5] = [
        |proof| proof.outcome = Outcome::Lost,
        |proof| proof.bet.status = "confirmed".to_owned(),
        |proof| proof.bet.payout += 1,
        |proof| proof.bet.payout_amount -= 1,
        |proof| {
            proof.outcome = Outcome::Void;
            proof.bet.status = "void".to_owned();
            proof.bet.payout_amount = proof.bet.amount;
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(won(change), ["outcome"], "change {number}");
    }
    let paid = |proof: &mut Proof| proof.bet.payout_amount = 1;
    assert_eq!(lost(paid), ["outcome"]);
}

#[test]
fn changed_rules_are_found() {
    assert_eq!(lost(|proof| proof.rules.carry_max_ms = 0), ["text"]);
    assert_eq!(lost(|proof| proof.rules.gap_max_ms = 60_000), ["text"]);
    assert_eq!(lost(|proof| proof.rules.touch_grace_columns = 1), ["text"]);
    let graced = lost(|proof| {
        proof.rules.touch_grace_columns = 1;
        (proof.rule_version, proof.evidence.rule_version) = (2, 2);
    });
    assert_eq!(graced, ["evidence", "quote"]);
}
