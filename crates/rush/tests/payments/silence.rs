//! Silence: a gateway that does not answer, and a process that dies around a charge. Asked again by key, charged once.

use crate::gate::Gate;
use crate::house::{ANN, House};
use rush::open::migrations;
use serde_json::json;
use store::Store;

testkit::on_both_backends! {
    a_silent_bank_is_asked_until_it_tells with migrations();
    a_silent_bank_that_took_nothing_lets_the_buyer_try_again with migrations();
    a_bank_that_never_answers_leaves_another_try_while_the_hold_lasts with migrations();
    a_bank_that_never_answers_before_the_hold_is_over_gives_the_money_back with migrations();
    a_process_that_dies_before_the_charge_charges_once with migrations();
    a_process_that_dies_after_the_charge_charges_once with migrations();
    a_gateway_that_forgot_everything_tells_the_same_story with migrations();
}

async fn a_silent_bank_is_asked_until_it_tells(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let told = house.pay(ANN, &held, "4000000000000341").await;
    assert_eq!((told.state(), &told.json["data"]["checking"]), ((202, "timed_out"), &json!(true)));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.refusal(), (409, "REQUEST_IN_PROGRESS"));
    house.later(2).await;
    assert_eq!(house.standing(ANN, &held).await, ("succeeded".into(), "confirmed".into()));
    assert_eq!((house.money_kept(), house.seats().await), (1, (3, 0, 1)));
    assert_eq!(house.published(&held).await, ["booking.created", "booking.confirmed", "payment.success"]);
}

async fn a_silent_bank_that_took_nothing_lets_the_buyer_try_again(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    assert_eq!(house.pay(ANN, &held, "tok_timeout_not_charged").await.state(), (202, "timed_out"));
    house.later(2).await;
    let payment = house.payment(ANN, &held).await;
    assert_eq!((&payment["status"], &payment["error_code"]), (&json!("failed"), &json!("gateway_timeout")));
    assert_eq!((payment["booking_status"].as_str(), house.money_kept()), (Some("reserved"), 0));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.state(), (200, "succeeded"));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
}

async fn a_bank_that_never_answers_leaves_another_try_while_the_hold_lasts(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    assert_eq!(house.pay(ANN, &held, "tok_timeout_silent").await.state(), (202, "timed_out"));
    // Asked after about 1, 2 and 4 seconds, then taken back.
    for (seconds, expected) in [(2, "timed_out"), (3, "timed_out"), (5, "failed")] {
        house.later(seconds).await;
        assert_eq!(house.standing(ANN, &held).await.0, expected, "after {seconds} more seconds");
    }
    let payment = house.payment(ANN, &held).await;
    assert_eq!((&payment["error_code"], house.money_kept()), (&json!("gateway_timeout"), 0));
    assert_eq!((payment["booking_status"].as_str(), house.seats().await), (Some("reserved"), (3, 1, 0)));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
    // What the silent bank tells much later pays for nothing, and another card does.
    let (charge, _) = house.gateway.mock.charges().remove(0);
    let mut late = held.succeeded("late", &charge);
    late["data"]["attempt"] = json!(1);
    assert_eq!(house.webhook(&late).await.status, 200);
    assert_eq!(house.standing(ANN, &held).await, ("failed".into(), "reserved".into()));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.state(), (200, "succeeded"));
    assert_eq!(house.standing(ANN, &held).await, ("succeeded".into(), "confirmed".into()));
    house.later(60).await;
    assert_eq!((house.money_kept(), house.count("SELECT COUNT(*) FROM jobs").await), (1, 0));
}

async fn a_bank_that_never_answers_before_the_hold_is_over_gives_the_money_back(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    house.later(595).await;
    assert_eq!(house.pay(ANN, &held, "tok_timeout_silent").await.state(), (202, "timed_out"));
    for seconds in [2, 3, 5, 8] {
        house.later(seconds).await;
    }
    let payment = house.payment(ANN, &held).await;
    assert_eq!(
        (&payment["status"], &payment["refund_reason"]),
        (&json!("refunded"), &json!("gateway_timeout"))
    );
    assert_eq!((payment["refund_amount"].as_i64(), house.money_kept()), (Some(held.total), 0));
    assert_eq!(house.seats().await, (4, 0, 0));
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
}

/// The request's task dies at `gate`; its client hears 500 or nothing. A minute later the job has settled it.
async fn dies(house: &House, gate: Gate) {
    let held = house.hold(ANN, 1).await;
    house.gateway.set(gate);
    assert_eq!(house.pay(ANN, &held, "tok_approve").await.refusal(), (500, "INTERNAL_ERROR"));
    house.gateway.set(Gate::Open);
    assert_eq!(house.standing(ANN, &held).await, ("processing".into(), "reserved".into()));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.refusal(), (409, "REQUEST_IN_PROGRESS"));
    house.later(20).await;
    assert_eq!(house.standing(ANN, &held).await.0, "processing", "its caller may still be waiting");
    house.later(11).await;
    assert_eq!(house.standing(ANN, &held).await, ("succeeded".into(), "confirmed".into()));
    assert_eq!((house.money_kept(), house.seats().await), (1, (3, 0, 1)));
    house.later(3600).await;
    assert_eq!((house.charges(), house.count("SELECT COUNT(*) FROM jobs").await), (1, 0));
}

async fn a_process_that_dies_before_the_charge_charges_once(store: Store) {
    dies(&*House::open(store).await, Gate::DieBefore).await;
}

async fn a_process_that_dies_after_the_charge_charges_once(store: Store) {
    dies(&*House::open(store).await, Gate::DieAfter).await;
}

async fn a_gateway_that_forgot_everything_tells_the_same_story(store: Store) {
    let house = House::open(store).await;
    for card in ["tok_approve", "tok_decline", "5555555555554444"] {
        let held = house.hold(ANN, 1).await;
        house.gateway.set(Gate::DieAfter);
        house.pay(ANN, &held, card).await;
        house.gateway.set(Gate::Open);
        house.gateway.mock.forget();
        house.later(31).await;
        let expected = if card == "tok_decline" { "failed" } else { "succeeded" };
        assert_eq!(house.standing(ANN, &held).await.0, expected, "{card}");
    }
}
