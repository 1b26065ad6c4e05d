//! A receipt that holds, and for each claim the forgeries that break it.

use super::canonical;
use crate::{Verdict, hex, verify};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The published example: three on A, five on B, A wins.
fn body() -> Value {
    let vote = |at: usize| {
        let (option, payout) = if at < 3 { ("a", 258) } else { ("b", 0) };
        json!({ "voteId": format!("v-{at}"), "userHash": "00", "optionId": option, "stake": 100,
            "acceptedAt": "2030-01-01T00:00:01.5Z", "payout": payout })
    };
    json!({
        "eventId": "e", "streamerId": "s", "attempt": 1,
        "terms": { "title": "Who wins? \u{e9}\n", "kind": "prediction", "costPerVote": 100 },
        "totals": { "a": { "votes": 3, "stake": 300 }, "b": { "votes": 5, "stake": 500 } },
        "result": { "optionId": "a", "outcome": "settled", "reason": null, "decidedAt": "2030-01-01T00:01:00Z" },
        "parameters": { "rakeBps": 500 }, "pool": 800, "rake": 25, "rounding": 1,
        "votes": (0..8).map(vote).collect::<Vec<_>>(),
    })
}

fn signed(body: &Value) -> String {
    let key = SigningKey::from_bytes(&[7; 32]);
    let hash: [u8; 32] = Sha256::digest(canonical::text(body).as_bytes()).into();
    json!({ "format": "fairground-funpot-receipt-1", "body": body, "hash": hex::print(&hash),
        "publicKey": hex::print(key.verifying_key().as_bytes()), "signature": hex::print(&key.sign(&hash).to_bytes()) })
    .to_string()
}

fn failed(text: &str, key: Option<&str>) -> Vec<&'static str> {
    verify(text, key).iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect()
}

#[test]
fn the_published_example_holds_and_its_key_is_open_until_it_is_compared() {
    let claims = verify(&signed(&body()), None);
    let open: Vec<_> =
        claims.iter().filter(|claim| claim.verdict != Verdict::Ok).map(|claim| claim.name).collect();
    assert_eq!(open, ["signature"], "{claims:?}");
    let key = hex::print(SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes());
    assert!(verify(&signed(&body()), Some(&key)).iter().all(|claim| claim.verdict == Verdict::Ok));
    assert_eq!(failed(&signed(&body()), Some(&"0".repeat(64))), ["signature"]);
}

#[test]
fn a_late_vote_goes_back_and_a_void_event_pays_everybody() {
    let mut late = body();
    late["votes"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "voteId": "v-8", "userHash": "00", "optionId": "b", "stake": 100,
            "acceptedAt": "2030-01-01T00:01:00.000001Z", "payout": 100 }));
    late["totals"]["b"] = json!({ "votes": 6, "stake": 600 });
    late["pool"] = json!(900);
    assert_eq!(failed(&signed(&late), None), [""; 0]);
    let mut void = body();
    void["result"] = json!({ "optionId": null, "outcome": "voided", "reason": "void", "decidedAt": "2030-01-01T00:01:00Z" });
    (void["rake"], void["rounding"]) = (json!(0), json!(0));
    for vote in void["votes"].as_array_mut().unwrap() {
        vote["payout"] = json!(100);
    }
    assert_eq!(failed(&signed(&void), None), [""; 0]);
}

#[test]
fn each_forgery_that_is_signed_breaks_its_own_claim() {
    type Forge = fn(&mut Value);
    let forgeries: &[(Forge, &[&str])] = &[
        (|body| body["votes"][0]["payout"] = json!(259), &["payouts", "pot"]),
        (|body| body["votes"][7]["payout"] = json!(1), &["payouts", "pot"]),
        (|body| body["totals"]["a"]["votes"] = json!(4), &["totals"]),
        (|body| body["votes"][0]["optionId"] = json!("b"), &["totals", "split", "payouts"]),
        (|body| body["rake"] = json!(26), &["split", "pot"]),
        (|body| body["rounding"] = json!(0), &["pot"]),
        (|body| body["pool"] = json!(801), &["pot"]),
        (|body| body["result"]["outcome"] = json!("voided"), &["split"]),
        (|body| body["result"]["optionId"] = json!("b"), &["split", "payouts"]),
        (|body| body["parameters"]["rakeBps"] = json!(600), &["split", "payouts"]),
        (|body| body["result"]["decidedAt"] = json!("2030-01-01T00:00:01Z"), &["split", "payouts"]),
    ];
    for (at, (forge, broken)) in forgeries.iter().enumerate() {
        let mut forged = body();
        forge(&mut forged);
        assert_eq!(failed(&signed(&forged), None), *broken, "forgery {at}");
    }
}

#[test]
fn what_was_changed_after_signing_has_another_hash() {
    let text = signed(&body()).replace("Who wins?", "Who won?");
    assert_eq!(failed(&text, None), ["hash"]);
    let text = signed(&body()).replace("\"signature\":\"", "\"signature\":\"00");
    assert_eq!(failed(&text, None), ["text"]);
}
