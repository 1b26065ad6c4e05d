//! A proof that holds, and for each claim the forgeries that break it.

use crate::{Verdict, verify};
use serde_json::{Value, json};

/// Of a block of three transfers that the ledger sealed; the second of them.
fn sound() -> Value {
    serde_json::from_str(include_str!("sound.json")).unwrap()
}

fn failed(proof: &Value, head: Option<&str>) -> Vec<&'static str> {
    verify(&proof.to_string(), head).iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect()
}

#[test]
fn a_sound_proof_holds_and_its_head_is_open_until_it_is_compared() {
    let proof = sound();
    let claims = verify(&proof.to_string(), None);
    let verdicts: Vec<_> = claims.iter().map(|claim| (claim.name, claim.verdict)).collect();
    let expected =
        [("text", Verdict::Ok), ("path", Verdict::Ok), ("block", Verdict::Ok), ("head", Verdict::Open)];
    assert_eq!(verdicts, expected, "{claims:?}");
    let head = proof["block"]["hash"].as_str().unwrap();
    assert!(verify(&proof.to_string(), Some(head)).iter().all(|claim| claim.verdict == Verdict::Ok));
    assert_eq!(failed(&proof, Some(&"0".repeat(64))), ["head"]);
}

#[test]
fn every_changed_number_of_the_transfer_breaks_the_path() {
    for at in 0..13 {
        let mut forged = sound();
        let number: i64 = forged["transfer"][at].as_str().unwrap().parse().unwrap();
        forged["transfer"][at] = json!((number + 1).to_string());
        assert_eq!(failed(&forged, None), ["path"], "{at}");
    }
    let mut forged = sound();
    forged["asset"] = json!("COINS");
    assert_eq!(failed(&forged, None), ["path"]);
}

#[test]
fn a_changed_path_or_block_breaks_its_claim() {
    let mut forged = sound();
    forged["path"][0]["side"] = json!("right");
    assert_eq!(failed(&forged, None), ["path"]);
    for member in ["height", "at", "count"] {
        let mut forged = sound();
        forged["block"][member] = json!("7");
        assert_eq!(failed(&forged, None), ["block"], "{member}");
    }
    for (member, broken) in [("root", &["path", "block"][..]), ("previous", &["block"]), ("hash", &["block"])]
    {
        let mut forged = sound();
        forged["block"][member] = json!("f".repeat(64));
        assert_eq!(failed(&forged, None), broken, "{member}");
    }
}

#[test]
fn what_has_another_shape_is_no_proof() {
    for (pointer, value) in [
        ("/transfer", json!([])),
        ("/transfer/0", json!("01")),
        ("/transfer/0", json!("+1")),
        ("/transfer/0", json!(1)),
        ("/asset", json!("")),
        ("/path/0/side", json!("up")),
        ("/path/0/hash", json!("AB")),
        ("/block/root", json!("F".repeat(64))),
        ("/block", json!({})),
    ] {
        let mut forged = sound();
        *forged.pointer_mut(pointer).unwrap() = value;
        assert_eq!(failed(&forged, None), ["text"], "{pointer}");
    }
}
