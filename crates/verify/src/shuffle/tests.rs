//! A shuffle that holds, and for each claim the forgeries that break it.

use super::hash;
use crate::{Verdict, hex, verify};
use serde_json::{Value, json};

/// Six people came early, three later; the second of all left.
fn sound() -> Value {
    let secret = [7; 32];
    let commitment = hash(&[b"fairground shuffle secret 1\n", &secret]);
    let contributions: Vec<[u8; 16]> = (1..=6).map(|at| [at; 16]).collect();
    let mut head = hash(&[b"fairground shuffle contributions 1\n", &commitment]);
    for (place, contribution) in (1_u64..).zip(&contributions) {
        head = hash(&[&head, &place.to_be_bytes(), contribution]);
    }
    let seed = hash(&[b"fairground shuffle seed 1\n", &secret, &head]);
    let mut order: Vec<u64> = (1..=6).collect();
    order.sort_by_key(|place| hash(&[b"fairground shuffle key 1\n", &seed, &place.to_be_bytes()]));
    let mut released = order.clone();
    released.retain(|place| *place != 2);
    released.push(7);
    json!({
        "format": "fairground-rush-shuffle-1", "event": "e", "opened_at": "2030-01-01T00:00:00Z",
        "commitment": hex::print(&commitment), "secret": hex::print(&secret),
        "contributions": contributions.iter().map(|it| hex::print(it)).collect::<Vec<_>>(),
        "head": hex::print(&head), "seed": hex::print(&seed), "order": order, "places": 9,
        "released": released, "left": [2],
    })
}

fn failed(file: &Value, published: Option<&str>) -> Vec<&'static str> {
    verify(&file.to_string(), published)
        .iter()
        .filter(|claim| claim.failed())
        .map(|claim| claim.name)
        .collect()
}

#[test]
fn a_sound_shuffle_holds_and_its_commitment_is_open_until_it_is_compared() {
    let file = sound();
    let claims = verify(&file.to_string(), None);
    let open: Vec<_> =
        claims.iter().filter(|claim| claim.verdict != Verdict::Ok).map(|claim| claim.name).collect();
    assert_eq!(open, ["secret"], "{claims:?}");
    let published = file["commitment"].as_str().unwrap();
    assert!(verify(&file.to_string(), Some(published)).iter().all(|claim| claim.verdict == Verdict::Ok));
    assert_eq!(failed(&file, Some(&"0".repeat(64))), ["secret"]);
}

#[test]
fn each_claim_has_its_forgery() {
    for (name, value, claims) in [
        // Another secret, chosen when the contributions were known.
        ("secret", json!("08".repeat(32)), vec!["secret", "seed"]),
        ("commitment", json!("08".repeat(32)), vec!["secret", "head"]),
        ("head", json!("08".repeat(32)), vec!["head", "seed"]),
        ("seed", json!("08".repeat(32)), vec!["seed", "order"]),
    ] {
        let mut forged = sound();
        forged[name] = value;
        assert_eq!(failed(&forged, None), claims, "{name}");
    }
    let mut dropped = sound();
    dropped["contributions"].as_array_mut().unwrap().pop();
    assert!(failed(&dropped, None).starts_with(&["head", "order"]));
    let mut changed = sound();
    changed["contributions"][3] = json!("ff".repeat(16));
    assert_eq!(failed(&changed, None), ["head"]);
    let mut preferred = sound();
    preferred["order"].as_array_mut().unwrap().swap(0, 5);
    assert_eq!(failed(&preferred, None), ["order", "followed"]);
}

#[test]
fn turns_that_came_out_of_order_or_twice_are_found() {
    let mut pushed_in = sound();
    pushed_in["released"].as_array_mut().unwrap().insert(0, json!(9));
    assert_eq!(failed(&pushed_in, None), ["followed"]);
    let mut twice = sound();
    let first = twice["released"][0].clone();
    twice["released"].as_array_mut().unwrap().push(first);
    assert_eq!(failed(&twice, None), ["followed"]);
    let mut passed_over = sound();
    passed_over["left"] = json!([]);
    assert_eq!(failed(&passed_over, None), ["followed"]);
}

#[test]
fn what_is_no_shuffle_is_refused_by_its_text() {
    for text in [
        "",
        "{}",
        "{\"format\":\"fairground-rush-shuffle-1\"}",
        "{\"format\":\"fairground-rush-shuffle-1\",\"order\":[-1]}",
    ] {
        assert_eq!(
            verify(text, None).iter().map(|claim| (claim.name, claim.failed())).collect::<Vec<_>>(),
            [("text", true)]
        );
    }
    let mut short = sound();
    short["contributions"][0] = json!("01");
    assert!(failed(&short, None).contains(&"head"));
}
