//! Webhooks: believed by signature alone, stored with their effect, harmless to repeat.

use crate::house::{ANN, BOB, Held, House};
use axum::body::Body;
use axum::http::Request;
use kernel::Clock;
use rush::domain::webhook_signature::sign;
use rush::gateway::MockSettings;
use rush::open::migrations;
use serde_json::{Value, json};
use store::Store;
use web::Limits;

testkit::on_both_backends! {
    what_is_not_signed_is_refused_and_not_stored with migrations();
    what_is_not_signed_pays_from_a_bucket_of_its_own with migrations();
    a_success_settles_once_however_often_it_is_told with migrations();
    the_mock_tells_twice_and_nothing_happens_twice with migrations();
    unknown_types_and_payments_are_stored_and_change_nothing with migrations();
    another_amount_settles_nothing with migrations();
    late_money_by_webhook_is_seated_or_goes_back with migrations();
    a_second_charge_goes_back_by_itself with migrations();
    a_decline_and_a_cancellation_arrive_by_webhook with migrations();
}

const EVENTS: &str = "SELECT COUNT(*) FROM webhook_events";

async fn what_is_not_signed_is_refused_and_not_stored(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let body = held.succeeded("evt_1", "ch_1").to_string();
    let (secret, now) = (MockSettings::test().webhook_secret, house.stall.clock.now());
    let good = sign(&secret, body.as_bytes(), now);
    let other_body = sign(&secret, b"{}", now);
    for signature in [
        "",
        "t=1,v1=00",
        &sign(b"another secret", body.as_bytes(), now),
        &other_body,
        &sign(&secret, body.as_bytes(), now.plus_secs(-301)),
        &sign(&secret, body.as_bytes(), now.plus_secs(301)),
    ] {
        let told = house.webhook_signed("mock", signature, body.clone()).await;
        assert_eq!(told.refusal(), (400, "INVALID_SIGNATURE"), "{signature}");
    }
    let missing =
        Request::post("/rush/api/v1/webhooks/mock").body(Body::from(body.clone())).expect("well formed");
    assert_eq!(house.send(missing).await.refusal(), (400, "INVALID_SIGNATURE"));
    assert_eq!(house.webhook_signed("paypal", &good, body).await.refusal(), (404, "NOT_FOUND"));
    for junk in
        [json!(null), json!([]), json!({ "id": "e" }), json!("x"), json!({ "id": "e\u{0}", "type": "t" })]
    {
        assert_eq!(house.webhook(&junk).await.refusal(), (400, "VALIDATION_ERROR"), "{junk}");
    }
    assert_eq!((house.count(EVENTS).await, house.standing(ANN, &held).await.0.as_str()), (0, "pending"));
}

async fn what_is_not_signed_pays_from_a_bucket_of_its_own(store: Store) {
    let house = House::limited(store, MockSettings::test(), Limits::Times(1)).await;
    let held = house.hold(ANN, 1).await;
    let body = held.succeeded("evt_1", "ch_1").to_string();
    let mut refused = 0;
    for _ in 0..40 {
        let told = house.webhook_signed("mock", "t=1,v1=00", body.clone()).await;
        refused += i32::from(told.status.as_u16() == 429);
    }
    assert!((1..40).contains(&refused), "{refused} of 40 were too many");
    // Signed ones from the same address go through all the same, and however many they are.
    for number in 0..40 {
        let told = house.webhook(&json!({ "id": format!("e{number}"), "type": "moon.rose" })).await;
        assert_eq!(outcome(&told), (200, "ignored"), "delivery {number}");
    }
}

fn outcome(told: &crate::house::Reply) -> (u16, &str) {
    (told.status.as_u16(), told.json["data"]["outcome"].as_str().unwrap_or_default())
}

async fn a_success_settles_once_however_often_it_is_told(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 2).await;
    let event = held.succeeded("evt_1", "ch_1");
    assert_eq!(outcome(&house.webhook(&event).await), (200, "applied"));
    assert_eq!(house.standing(ANN, &held).await, ("succeeded".into(), "confirmed".into()));
    assert_eq!(outcome(&house.webhook(&event).await), (200, "duplicate"));
    // Another event of the same charge is news of nothing.
    assert_eq!(outcome(&house.webhook(&held.succeeded("evt_2", "ch_1")).await), (200, "applied"));
    assert_eq!(house.published(&held).await, ["booking.created", "booking.confirmed", "payment.success"]);
    assert_eq!((house.seats().await, house.count(EVENTS).await), ((2, 0, 2), 2));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
    let stored = "SELECT COUNT(*) FROM webhook_events WHERE outcome = 'applied' AND payment_id IS NOT NULL
        AND tenant_id IS NOT NULL";
    assert_eq!(house.count(stored).await, 2);
}

async fn the_mock_tells_twice_and_nothing_happens_twice(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    assert_eq!(house.pay(ANN, &held, "4000000000003220").await.state(), (201, "succeeded"));
    assert_eq!(house.deliver().await, 2);
    assert_eq!((house.count(EVENTS).await, house.charges(), house.seats().await), (1, 1, (3, 0, 1)));
    assert_eq!(house.published(&held).await.len(), 3);
    assert_eq!(house.deliver().await, 0);
}

async fn unknown_types_and_payments_are_stored_and_change_nothing(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let foreign = house.stall.app.public.encode(held.booking.id);
    let about = |id: &str, payment: &str| {
        let mut event = held.succeeded(id, "ch_1");
        event["data"]["payment_id"] = json!(payment);
        event
    };
    let cases: [(Value, &str); 6] = [
        (json!({ "id": "e1", "type": "moon.rose", "data": [1] }), "ignored"),
        (
            json!({ "id": "e2", "type": "payment.refunded", "data": { "payment_id": held.payment } }),
            "ignored",
        ),
        (json!({ "id": "e3", "type": "payment.failed", "data": { "payment_id": held.payment } }), "ignored"),
        (about("e4", "nobody's"), "unknown_payment"),
        (about("e5", &foreign), "unknown_payment"),
        (
            json!({ "id": "e6", "type": "payment.succeeded", "data": { "payment_id": held.payment } }),
            "incomplete",
        ),
    ];
    for (event, expected) in &cases {
        assert_eq!(outcome(&house.webhook(event).await), (200, *expected), "{event}");
        assert_eq!(outcome(&house.webhook(event).await), (200, "duplicate"), "{event}");
    }
    assert_eq!(house.count(EVENTS).await, 6);
    assert_eq!(house.standing(ANN, &held).await, ("pending".into(), "reserved".into()));
}

async fn another_amount_settles_nothing(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    for (id, field, value) in [("e1", "amount", json!(1)), ("e2", "currency", json!("USD"))] {
        let mut event = held.succeeded(id, "ch_1");
        event["data"][field] = value;
        assert_eq!(outcome(&house.webhook(&event).await), (200, "amount_mismatch"), "{field}");
    }
    assert_eq!(house.standing(ANN, &held).await, ("pending".into(), "reserved".into()));
    assert_eq!(house.seats().await, (3, 1, 0));
}

async fn late_money_by_webhook_is_seated_or_goes_back(store: Store) {
    let house = House::open(store).await;
    let (first, second) = (house.hold(ANN, 2).await, house.hold(BOB, 2).await);
    house.holds_run_out().await;
    assert_eq!(outcome(&house.webhook(&first.succeeded("e1", "ch_1")).await), (200, "applied"));
    assert_eq!(house.standing(ANN, &first).await, ("succeeded".into(), "confirmed".into()));
    house.hold("customer 13 0", 1).await;
    assert_eq!(outcome(&house.webhook(&second.succeeded("e2", "ch_2")).await), (200, "applied"));
    assert_eq!(house.standing(BOB, &second).await, ("refund_pending".into(), "expired".into()));
    house.later(0).await;
    assert_eq!(house.standing(BOB, &second).await, ("refunded".into(), "expired".into()));
    assert_eq!(house.seats().await, (1, 1, 2));
}

async fn a_second_charge_goes_back_by_itself(store: Store) {
    let house = House::open(store).await;
    let held: Held = house.hold(ANN, 1).await;
    assert_eq!(house.pay(ANN, &held, "tok_approve").await.state(), (201, "succeeded"));
    let stray = format!("ch_mock_{}_9", held.booking.id.0);
    assert_eq!(outcome(&house.webhook(&held.succeeded("e1", &stray)).await), (200, "applied"));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs WHERE kind = 'payment.stray'").await, 1);
    house.later(0).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
    assert_eq!(house.standing(ANN, &held).await, ("succeeded".into(), "confirmed".into()));
    assert_eq!((house.money_kept(), house.seats().await), (1, (3, 0, 1)));
    // Money for a payment that its buyer gave up goes back as well.
    let given_up = house.hold(BOB, 1).await;
    house.post(BOB, &format!("/payments/{}/cancel", given_up.payment), json!({})).await;
    assert_eq!(outcome(&house.webhook(&given_up.succeeded("e2", "ch_x")).await), (200, "applied"));
    house.later(0).await;
    assert_eq!(house.standing(BOB, &given_up).await.0, "cancelled");
    assert_eq!((house.count("SELECT COUNT(*) FROM jobs").await, house.seats().await), (0, (3, 0, 1)));
}

async fn a_decline_and_a_cancellation_arrive_by_webhook(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    assert_eq!(house.pay(ANN, &held, "tok_timeout_silent").await.state(), (202, "timed_out"));
    let failed = |id: &str, attempt: i64| {
        json!({ "id": id, "type": "payment.failed",
            "data": { "payment_id": held.payment, "attempt": attempt, "reason": "fraud_detected" } })
    };
    assert_eq!(outcome(&house.webhook(&failed("e1", 7)).await), (200, "ignored"));
    assert_eq!(outcome(&house.webhook(&failed("e2", 1)).await), (200, "applied"));
    let payment = house.payment(ANN, &held).await;
    assert_eq!((&payment["status"], &payment["error_code"]), (&json!("failed"), &json!("fraud_detected")));
    house.later(3600 - 3599).await;
    let theirs = house.hold(BOB, 1).await;
    let cancelled =
        json!({ "id": "e3", "type": "payment.cancelled", "data": { "payment_id": theirs.payment } });
    assert_eq!(outcome(&house.webhook(&cancelled).await), (200, "applied"));
    assert_eq!(house.standing(BOB, &theirs).await, ("cancelled".into(), "cancelled".into()));
    assert_eq!(house.seats().await, (3, 1, 0));
}
