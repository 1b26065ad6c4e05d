//! What is no bet: hostile cells, bodies, signatures. Nothing changes, and nothing is ever our fault.

use crate::harness::checks::footprint;
use crate::harness::player::Key;
use crate::harness::{Offer, Player, RequestOptions, Story, TABLES, Tap};
use axum::http::Method;
use serde_json::{Value, json};
use store::Store;
use tap::domain::cell::CellId;

testkit::on_both_backends! {
    a_cell_that_is_none_is_refused with *TABLES;
    a_body_that_is_none_is_refused with *TABLES;
    a_field_that_was_changed_is_not_what_was_signed with *TABLES;
    a_signature_of_another_is_refused with *TABLES;
    a_bet_without_a_session_is_refused with *TABLES;
    a_bet_signed_long_ago_or_in_the_future_is_refused with *TABLES;
    a_bet_for_another_site_chain_or_contract_is_refused_by_name with *TABLES;
}

async fn a_cell_that_is_none_is_refused(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100_000).await;
    let offer = story.offers()[0];
    let (epoch, column) = (offer.cell.epoch(), offer.cell.column());
    let (low, high) = (offer.cell.low(), offer.cell.high());
    let before = footprint(&story).await;
    let good = offer.cell.to_string();
    let hostile = [
        String::new(),
        ":".into(),
        ":::".into(),
        "1:2:3".into(),
        format!("{good}:0"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("+{good}"),
        format!("0{good}"),
        format!("{epoch}:{column}:-{low}:{high}"),
        format!("{epoch}:{column}:{high}:{low}"),
        format!("{epoch}:{column}:{low}:{low}"),
        format!("{epoch}:{column}:{low}:{high}.0"),
        format!("{epoch}:{column}:{low}:1e7"),
        format!("{epoch}:{column}:{low}:0x{high:x}"),
        format!("{epoch}:{column}:{low}:99999999999999999999999"),
        format!("99999999999999999999999:{column}:{low}:{high}"),
        format!("{epoch}:{column}:{low}:{high}\u{0}"),
        format!("{epoch}：{column}：{low}：{high}"),
        "٣:٣:٣:٣".into(),
        "'; DROP TABLE bets; --".into(),
        "9".repeat(2_000),
        // Cells, but none of the grid.
        format!("{}:{column}:{low}:{high}", epoch + 1),
        format!("0:{column}:{low}:{high}"),
        format!("{epoch}:{column}:{}:{}", low + 1, high + 1),
        format!("{epoch}:{column}:{low}:{}", high + (high - low)),
        format!("{epoch}:{column}:{}:{}", low + 1_000, high + 1_000),
        format!("{epoch}:{column}:0:9223372036854775807"),
        format!("{epoch}:{column}:0:100"),
    ];
    for cell in hostile {
        let tap = Tap { cell: cell.clone(), ..Tap::on(&story, &offer, 500) };
        let answer = story.tap(&player, &tap).await;
        let code = if cell.contains('\u{0}') { "bad_request" } else { "bad_cell" };
        assert_eq!(answer.says(), (400, code), "{cell:?}");
    }
    for (low, column) in [(low + 1_000 * (high - low), column), (0, column), (low, column + 100)] {
        let cell = CellId::new(epoch, column, low, low + (high - offer.cell.low())).unwrap();
        let answer = story.tap(&player, &Tap::on(&story, &Offer { cell, ..offer }, 500)).await;
        assert_eq!(answer.says(), (400, "cell_not_offered"), "{cell}");
    }
    assert_eq!(footprint(&story).await, before);
}

fn edited(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

async fn a_body_that_is_none_is_refused(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100_000).await;
    let before = footprint(&story).await;
    let good = Tap::on(&story, &story.offers()[0], 500).body(&player);
    let fields: Vec<_> = good.as_object().unwrap().keys().cloned().collect();
    let mut bodies = vec![
        json!(null).to_string().into_bytes(),
        json!([]).to_string().into_bytes(),
        json!({}).to_string().into_bytes(),
        b"".to_vec(),
        b"{".to_vec(),
        b"\xff\xfe{}".to_vec(),
        b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[".repeat(100),
        edited(&good, "rate", json!(9_999)).to_string().into_bytes(),
        edited(&good, "payout", json!(1)).to_string().into_bytes(),
        format!("{good}{good}").into_bytes(),
        good.to_string().replacen("\"amount\":", "\"amount\":100,\"amount\":", 1).into_bytes(),
        br#"{"cell_id":"\ud800"}"#.to_vec(),
        good.to_string().replacen("\"nonce\":\"", "\"nonce\":\"\\udfff", 1).into_bytes(),
    ];
    for field in &fields {
        let mut missing = good.clone();
        missing.as_object_mut().unwrap().remove(field);
        bodies.push(missing.to_string().into_bytes());
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!(true),
            json!(1.5),
            json!(-1.5),
            json!("\u{0}"),
            json!(-1),
        ] {
            bodies.push(edited(&good, field, value).to_string().into_bytes());
        }
        for number in ["1e400", "-0", "9223372036854775808", "-9223372036854775809", "1e3", "00", "NaN"] {
            let hole = edited(&good, field, json!("@")).to_string().replacen("\"@\"", number, 1);
            bodies.push(hole.into_bytes());
        }
    }
    for nonce in [
        "",
        "x",
        "6F1C1F0E-8A53-4F6E-9D6E-0D2F4F0C9F11",
        "6f1c1f0e8a534f6e9d6e0d2f4f0c9f11",
        "é".repeat(18).as_str(),
    ] {
        bodies.push(edited(&good, "nonce", json!(nonce)).to_string().into_bytes());
    }
    for body in bodies {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let answer = story.front.post_raw("/tap/api/bets", &player, body).await;
        let (status, code) = answer.says();
        let expected = [
            (400, "bad_request"),
            (400, "bad_cell"),
            (400, "bad_amount"),
            (401, "invalid_signature"),
            (401, "signature_expired"),
            (401, "tampered_payload"),
            (401, "wrong_chain"),
        ];
        assert!(expected.contains(&(status, code)), "{status} {code}: {shown}");
    }
    assert_eq!(footprint(&story).await, before);
    let mut long = good.to_string().into_bytes();
    long.resize(9 * 1024, b' ');
    let answer = story.front.post_raw("/tap/api/bets", &player, long).await;
    assert_eq!(answer.says().0, 413, "{}", answer.text);
    let ask = RequestOptions {
        token: Some(&player.session),
        content: Some("text/plain"),
        body: Some(good.to_string().into_bytes()),
        ..RequestOptions::default()
    };
    let plain = story.front.request(&Method::POST, "/tap/api/bets", ask).await;
    assert_eq!(plain.says().0, 415, "{}", plain.text);
    assert_eq!(footprint(&story).await, before);
}

async fn a_field_that_was_changed_is_not_what_was_signed(store: Store) {
    let story = Story::open(store).await;
    let other = story.offers()[1];
    for scheme in ["secp256k1", "ed25519", "hmac-sha256"] {
        let player = Player::log_in(&story, scheme).await;
        story.deposit(&player, 100_000).await;
        let before = footprint(&story).await;
        let tap = Tap::on(&story, &story.offers()[0], 500);
        let good = tap.body(&player);
        for (field, value) in [
            ("cell_id", json!(other.cell.to_string())),
            ("amount", json!(10_000)),
            ("quote_seq", json!(tap.quote_seq + 1)),
            ("rate_seen", json!(tap.rate + 1)),
            ("nonce", json!("6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11")),
            ("timestamp", json!(tap.timestamp + 1)),
        ] {
            let answer = story.front.post("/tap/api/bets", &player, &edited(&good, field, value)).await;
            assert_eq!(answer.says(), (401, "invalid_signature"), "{scheme} {field}");
        }
        let signature = good["signature"].as_str().unwrap();
        let digits = &signature[2..];
        let mut flipped = digits.to_owned().into_bytes();
        flipped[20] = if flipped[20] == b'0' { b'1' } else { b'0' };
        let flipped = String::from_utf8(flipped).unwrap();
        for bad in [
            "",
            "0x",
            "0x00",
            &digits[..digits.len() - 2],
            &format!("{digits}00"),
            &flipped,
            "é",
            &"z".repeat(130),
            &"0".repeat(128),
            &"f".repeat(130),
        ] {
            let answer =
                story.front.post("/tap/api/bets", &player, &edited(&good, "signature", json!(bad))).await;
            assert_eq!(answer.says(), (401, "invalid_signature"), "{scheme} {bad}");
        }
        assert_eq!(footprint(&story).await, before);
        assert_eq!(
            story.front.post("/tap/api/bets", &player, &good).await.status,
            201,
            "the nonce was not burnt"
        );
    }
}

async fn a_signature_of_another_is_refused(store: Store) {
    let story = Story::open(store).await;
    let (one, two) = (story.player(1_000).await, story.player(1_000).await);
    let tap = Tap::on(&story, &story.offers()[0], 500);
    let foreign = Player { key: two.key.clone(), ..one.clone() };
    assert_eq!(story.tap(&foreign, &tap).await.says(), (401, "invalid_signature"));
    // Two sessions of one wallet have keys of their own.
    for scheme in ["secp256k1", "ed25519", "hmac-sha256"] {
        let first = Player::log_in_as(&story, scheme, 7_000, 1).await;
        let second = Player::log_in_as(&story, scheme, 7_000, 2).await;
        let mixed = Player { key: first.key.clone(), ..second };
        assert_eq!(story.tap(&mixed, &tap).await.says(), (401, "invalid_signature"), "{scheme}");
    }
    // A key that is not the server's to give.
    let guessed = Player { key: Key::Hmac(vec![0; 32]), ..Player::log_in(&story, "hmac-sha256").await };
    assert_eq!(story.tap(&guessed, &tap).await.says(), (401, "invalid_signature"));
    assert_eq!((story.balance(&one).await, story.balance(&two).await), (1_000, 1_000));
}

async fn a_bet_without_a_session_is_refused(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(1_000).await;
    let body = Tap::on(&story, &story.offers()[0], 500).body(&player).to_string().into_bytes();
    let forged = player.session.chars().rev().collect::<String>();
    let before = footprint(&story).await;
    for token in [None, Some(""), Some("x"), Some(forged.as_str()), Some("é"), Some(player.wallet.as_str())]
    {
        let ask = RequestOptions { token, body: Some(body.clone()), ..RequestOptions::default() };
        let answer = story.front.request(&Method::POST, "/tap/api/bets", ask).await;
        assert_eq!(answer.says(), (401, "invalid_session"), "{token:?}");
    }
    for value in ["", "Basic x", "Bearer", "bearer x y"] {
        let ask = RequestOptions {
            headers: &[("authorization", value)],
            body: Some(body.clone()),
            ..RequestOptions::default()
        };
        let answer = story.front.request(&Method::POST, "/tap/api/bets", ask).await;
        assert_eq!(answer.says(), (401, "invalid_session"), "{value:?}");
    }
    assert_eq!(footprint(&story).await, before);
}

async fn a_bet_signed_long_ago_or_in_the_future_is_refused(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100_000).await;
    let offers = story.offers();
    for (at, (ms, taken)) in
        [(-30_000, true), (5_000, true), (-30_001, false), (5_001, false)].into_iter().enumerate()
    {
        let tap = Tap { timestamp: story.now_ms() + ms, ..Tap::on(&story, &offers[at], 100) };
        let expected = if taken { (201, "") } else { (401, "signature_expired") };
        assert_eq!(story.tap(&player, &tap).await.says(), expected, "{ms}");
    }
    for wild in [i64::MIN, -1, 0, i64::MAX] {
        let tap = Tap { timestamp: wild, ..Tap::on(&story, &offers[9], 100) };
        assert_eq!(story.tap(&player, &tap).await.says(), (401, "signature_expired"), "{wild}");
    }
}

async fn a_bet_for_another_site_chain_or_contract_is_refused_by_name(store: Store) {
    let story = Story::open(store).await;
    let player = story.player(100_000).await;
    let good = Tap::on(&story, &story.offers()[0], 500);
    let site = Tap { domain: "evil.example".into(), ..good.clone() };
    assert_eq!(story.tap(&player, &site).await.says(), (401, "invalid_signature"), "the site's name is ours");
    let chain = Tap { chain_id: 137, ..good.clone() };
    assert_eq!(story.tap(&player, &chain).await.says(), (401, "wrong_chain"));
    let version = Tap { version: 2, ..good };
    assert_eq!(story.tap(&player, &version).await.says(), (400, "bad_request"));
    assert_eq!(story.balance(&player).await, 100_000);
}
