//! Doors: who may see and move a payment, what a body may be, keys, intents, lists.

use crate::house::{ANN, API, BOB, House};
use axum::body::Body;
use axum::http::Request;
use rush::open::migrations;
use serde_json::{Value, json};
use store::Store;

testkit::on_both_backends! {
    strangers_find_no_payment with migrations();
    an_administrator_sees_but_does_not_pay with migrations();
    a_user_lists_their_payments_and_nobody_elses with migrations();
    every_write_needs_a_key with migrations();
    whatever_a_body_holds_it_is_answered_with_a_code with migrations();
    an_intent_is_proved_by_its_secret with migrations();
}

#[test]
fn every_route_of_payments_is_documented() {
    let (router, document) = rush::http::api().split_for_parts();
    assert_eq!(web::openapi::undocumented(&router, &document, &[]), Vec::<String>::new());
    let paths = serde_json::to_value(&document.paths).expect("a document is JSON");
    for path in [
        "",
        "/{id}",
        "/{id}/process",
        "/{id}/cancel",
        "/booking/{id}",
        "/user/{id}",
        "/methods",
        "/portal",
        "/intent",
        "/intent/confirm",
    ] {
        assert!(paths[format!("{API}/payments{path}")].is_object(), "{path}");
    }
}

async fn strangers_find_no_payment(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let other_tenant = house.tenant.0 + 1;
    let strangers = [
        BOB.to_owned(),
        format!("customer 13 {}", house.tenant.0),
        format!("organizer 14 {}", house.tenant.0),
        format!("admin 15 {other_tenant}"),
        "super 16 0".to_owned(),
    ];
    for who in &strangers {
        for path in [format!("/payments/{}", held.payment), format!("/payments/booking/{}", held.id)] {
            assert_eq!(house.get(who, &path).await.refusal(), (404, "NOT_FOUND"), "{who} {path}");
        }
        assert_eq!(house.pay(who, &held, "tok_approve").await.refusal(), (404, "NOT_FOUND"), "{who}");
        assert_eq!(house.process(who, &held, "tok_approve").await.refusal(), (404, "NOT_FOUND"), "{who}");
        let cancel = format!("/payments/{}/cancel", held.payment);
        assert_eq!(house.post(who, &cancel, json!({})).await.refusal(), (404, "NOT_FOUND"), "{who}");
    }
    // An id of another kind, a forged one and one of nobody are the same as one that is not there.
    for id in [held.id.as_str(), "1", "00000000-0000-0000-0000-000000000000", "%00"] {
        assert_eq!(house.get(ANN, &format!("/payments/{id}")).await.refusal().0, 404, "{id}");
    }
    assert_eq!((house.charges(), house.standing(ANN, &held).await.0.as_str()), (0, "pending"));
}

async fn an_administrator_sees_but_does_not_pay(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let admin = format!("admin 15 {}", house.tenant.0);
    assert_eq!(house.standing(&admin, &held).await.0, "pending");
    assert_eq!(house.process(&admin, &held, "tok_approve").await.refusal(), (403, "FORBIDDEN"));
    assert_eq!(house.charges(), 0);
}

async fn a_user_lists_their_payments_and_nobody_elses(store: Store) {
    let house = House::open(store).await;
    let first = house.hold(ANN, 1).await;
    let second = house.hold(ANN, 1).await;
    house.pay(ANN, &first, "tok_approve").await;
    let ann = house.stall.app.public.encode(kernel::UserId(11));
    let path = format!("/payments/user/{ann}");
    let mine = house.get(ANN, &path).await;
    let statuses = |told: &crate::house::Reply| {
        let list = told.json["data"].as_array().cloned().unwrap_or_default();
        list.iter().map(|one| one["status"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(statuses(&mine), ["pending", "succeeded"], "newest first: {}", mine.json);
    assert_eq!(mine.json["data"][0]["payment_id"], json!(second.payment));
    assert_eq!(mine.json["meta"]["total"], json!(2));
    let paged = house.get(ANN, &format!("{path}?limit=1&offset=1")).await;
    assert_eq!(statuses(&paged), ["succeeded"]);
    assert_eq!(statuses(&house.get(&format!("admin 15 {}", house.tenant.0), &path).await).len(), 2);
    assert_eq!(statuses(&house.get(&format!("admin 15 {}", house.tenant.0 + 1), &path).await).len(), 0);
    assert_eq!(house.get(BOB, &path).await.refusal(), (404, "NOT_FOUND"));
}

async fn every_write_needs_a_key(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    for path in [
        "/payments".to_owned(),
        "/payments?auto_process=true".to_owned(),
        format!("/payments/{}/process", held.payment),
        format!("/payments/{}/cancel", held.payment),
        "/payments/intent".to_owned(),
        "/payments/intent/confirm".to_owned(),
        "/payments/portal".to_owned(),
    ] {
        let request = Request::post(format!("{API}{path}"))
            .header("authorization", "Bearer customer_11_0")
            .header("content-type", "application/json")
            .body(Body::from(held.body("tok_approve").to_string()))
            .expect("well formed");
        assert_eq!(house.send(request).await.refusal(), (400, "MISSING_IDEMPOTENCY_KEY"), "{path}");
    }
    assert_eq!(house.charges(), 0);
    let told = house.post(ANN, "/payments/portal", json!({})).await;
    assert_eq!((told.status.as_u16(), &told.json["data"]["url"]), (200, &json!("/rush/profile")));
    let cards = house.get(ANN, "/payments/methods").await;
    assert_eq!(cards.json["data"][0]["token"], json!("tok_approve"));
    let stranger = Request::get(format!("{API}/payments/methods")).body(Body::empty()).expect("well formed");
    assert_eq!(house.send(stranger).await.refusal(), (401, "MISSING_TOKEN"));
}

async fn whatever_a_body_holds_it_is_answered_with_a_code(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let change = |field: &str, value: Value| {
        let mut body = held.body("tok_approve");
        body[field] = value;
        body
    };
    let card = |value: Value| change("metadata", json!({ "card": value }));
    let cases = [
        (json!(null), 400),
        (json!([]), 400),
        (json!({}), 400),
        (change("booking_id", json!(1)), 400),
        (change("booking_id", json!("")), 404),
        (change("booking_id", json!(held.payment)), 404),
        (change("amount", json!(1e30)), 400),
        (change("amount", json!(i64::MIN)), 400),
        (change("method", json!("gold")), 400),
        (change("method", json!("a\u{0}b")), 400),
        (change("metadata", json!("card")), 400),
        (card(json!("4242")), 400),
        (card(json!("tok_free_money")), 400),
        (card(json!({ "number": "4242424242424242" })), 400),
        (card(json!([4_242_424_242_424_242_i64])), 400),
    ];
    for (body, status) in cases {
        let told = house.post(ANN, "/payments?auto_process=true", body.clone()).await;
        assert_eq!(told.refusal().0, status, "{body}: {}", told.json);
        assert!(!told.refusal().1.is_empty(), "{body}");
        // A refusal never repeats a card.
        assert!(!told.json.to_string().contains("42424242"), "{body}: {}", told.json);
    }
    assert_eq!((house.charges(), house.count("SELECT COUNT(*) FROM payments").await), (0, 0));
}

async fn an_intent_is_proved_by_its_secret(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let intent = house.post(ANN, "/payments/intent", held.body("tok_approve")).await;
    let data = &intent.json["data"];
    assert_eq!((intent.state(), data["amount"].as_i64()), ((201, "pending"), Some(held.total)));
    assert_eq!(data["payment_id"], json!(held.payment));
    let again = house.post(ANN, "/payments/intent", held.body("tok_approve")).await;
    assert_eq!(again.json, intent.json, "the same intent under another key");
    let mut body = json!({ "payment_intent_id": data["payment_intent_id"], "client_secret": "guess",
        "metadata": { "card": "tok_approve" } });
    let guessed = house.post(ANN, "/payments/intent/confirm", body.clone()).await;
    assert_eq!((guessed.refusal(), house.charges()), ((400, "VALIDATION_ERROR"), 0));
    body["client_secret"] = data["client_secret"].clone();
    assert_eq!(house.post(BOB, "/payments/intent/confirm", body.clone()).await.refusal().0, 404);
    let told = house.post(ANN, "/payments/intent/confirm", body).await;
    assert_eq!((told.state(), house.charges()), ((200, "succeeded"), 1));
}
