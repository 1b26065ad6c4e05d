//! Refunds when something dies or keeps silent: at each step the money goes once, and what was begun is finished.

use crate::gate::RefundGate;
use crate::house::{ANN, House, PRICE};
use rush::open::migrations;
use rush::usecase::refund_process::{self, TRIES_MAX};
use serde_json::json;
use std::sync::Arc;
use store::{Store, StoreError};

testkit::on_both_backends! {
    a_refund_survives_a_death_at_every_step_and_goes_once with migrations();
    a_silent_gateway_is_asked_again_and_an_operator_has_it_tried_anew with migrations();
    the_ledger_itself_refuses_more_than_was_paid with migrations();
}

/// A paid booking of two seats, and a refund of one of them that was asked for.
async fn asked(house: &House) -> (crate::house::Held, String) {
    let held = house.hold(ANN, 2).await;
    assert_eq!(house.pay(ANN, &held, "tok_approve").await.state(), (201, "succeeded"));
    let path = format!("/bookings/{}/refund", held.id);
    let told = house.post(ANN, &path, json!({ "quantity": 1 })).await;
    assert_eq!(told.state(), (201, "requested"), "{}", told.json);
    let refund = told.json["data"]["refund_id"].as_str().expect("an id").to_owned();
    (held, refund)
}

async fn approve(house: &House, refund: &str) {
    let admin = format!("admin 15 {}", house.tenant.0);
    let told = house.post(&admin, &format!("/refunds/{refund}/approve"), json!({})).await;
    assert_eq!(told.state(), (200, "approved"), "{}", told.json);
}

async fn standing(house: &House, refund: &str) -> String {
    let told = house.get(ANN, &format!("/refunds/{refund}")).await;
    told.json["data"]["status"].as_str().expect("a status").to_owned()
}

/// A turn of the job in a process that may die in it.
async fn turn(house: &Arc<House>) -> bool {
    let house = Arc::clone(house);
    tokio::spawn(async move { refund_process::run(&house.stall.app).await.expect("the database is there") })
        .await
        .is_ok()
}

async fn returned(house: &House, held: &crate::house::Held) -> i64 {
    let payment = house.payment(ANN, held).await;
    house.gateway.mock.returned_of(payment["gateway_charge_id"].as_str().expect("it was charged"))
}

async fn a_refund_survives_a_death_at_every_step_and_goes_once(store: Store) {
    let house = House::open(store).await;
    let (held, refund) = asked(&house).await;
    approve(&house, &refund).await;
    assert_eq!(house.seats().await, (3, 0, 1), "the seat moved with the approval");
    // Dies after the claim, before the request leaves: nothing went, the lease keeps others out for a minute.
    house.gateway.set_refunds(RefundGate::DieBefore);
    assert!(!turn(&house).await);
    assert_eq!((standing(&house, &refund).await.as_str(), returned(&house, &held).await), ("processing", 0));
    house.gateway.set_refunds(RefundGate::Open);
    assert_eq!(refund_process::run(&house.stall.app).await.expect("a turn"), 0, "the lease is not over");
    // Dies after the money went, before it is written down.
    house.stall.clock.advance_secs(61);
    house.gateway.set_refunds(RefundGate::DieAfter);
    assert!(!turn(&house).await);
    assert_eq!(
        (standing(&house, &refund).await.as_str(), returned(&house, &held).await),
        ("processing", PRICE)
    );
    // The next process asks again by the same key: the gateway sends nothing more.
    house.stall.clock.advance_secs(61);
    house.gateway.set_refunds(RefundGate::Open);
    assert!(turn(&house).await);
    assert_eq!(
        (standing(&house, &refund).await.as_str(), returned(&house, &held).await),
        ("refunded", PRICE)
    );
    assert_eq!(refund_process::run(&house.stall.app).await.expect("a turn"), 0);
    assert_eq!(house.seats().await, (3, 0, 1));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
    assert_eq!(house.count("SELECT CAST(SUM(refunded_minor) AS BIGINT) FROM payments").await, PRICE);
}

async fn a_silent_gateway_is_asked_again_and_an_operator_has_it_tried_anew(store: Store) {
    let house = House::open(store).await;
    let (held, refund) = asked(&house).await;
    approve(&house, &refund).await;
    house.gateway.set_refunds(RefundGate::Silent);
    for _ in 0..TRIES_MAX {
        assert_eq!(standing(&house, &refund).await.replace("approved", "processing"), "processing");
        assert!(turn(&house).await);
        house.stall.clock.advance_secs(40);
    }
    assert_eq!(standing(&house, &refund).await, "failed");
    house.gateway.set_refunds(RefundGate::Open);
    assert_eq!(refund_process::run(&house.stall.app).await.expect("a turn"), 0, "an operator must look");
    let admin = format!("admin 15 {}", house.tenant.0);
    let told = house.post(&admin, &format!("/refunds/{refund}/retry"), json!({})).await;
    assert_eq!(told.state(), (200, "approved"), "{}", told.json);
    assert!(turn(&house).await);
    assert_eq!(
        (standing(&house, &refund).await.as_str(), returned(&house, &held).await),
        ("refunded", PRICE)
    );
    assert_eq!(house.seats().await, (3, 0, 1), "its seat moved once");
}

/// The rules of the stall are lied to by hand; the accounts are not.
async fn the_ledger_itself_refuses_more_than_was_paid(store: Store) {
    let house = House::open(store).await;
    let (held, refund) = asked(&house).await;
    approve(&house, &refund).await;
    assert!(turn(&house).await);
    let forget = house.stall.app.store.write(|tx| {
        tx.execute("UPDATE bookings SET returned_quantity = 0", &[])?;
        Ok::<_, StoreError>(())
    });
    forget.await.expect("forgotten");
    // Other seats of hers at the event: the account of seats alone would not notice.
    let more = house.hold(ANN, 2).await;
    assert_eq!(house.pay(ANN, &more, "tok_approve").await.state(), (201, "succeeded"));
    let path = format!("/bookings/{}/refund", held.id);
    let told = house.post(ANN, &path, json!({ "quantity": 2 })).await;
    let second = told.json["data"]["refund_id"].as_str().expect("asked").to_owned();
    let admin = format!("admin 15 {}", house.tenant.0);
    let refused = house.post(&admin, &format!("/refunds/{second}/approve"), json!({})).await;
    assert_eq!(refused.refusal(), (409, "REFUND_EXCEEDS_PAYMENT"), "{}", refused.json);
    assert_eq!((standing(&house, &second).await.as_str(), house.seats().await), ("requested", (1, 0, 3)));
    assert_eq!(returned(&house, &held).await, PRICE);
}
