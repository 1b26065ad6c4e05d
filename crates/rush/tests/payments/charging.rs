//! Charging: one payment a booking, the exact amount, once; declines and retries.

use crate::gate::Gate;
use crate::harness::{Sale, actor, zone_of};
use crate::house::{ANN, BOB, House, PRICE, SEATS};
use rush::domain::role;
use rush::domain::zone::ZoneInput;
use rush::open::migrations;
use rush::usecase::zone_create;
use serde_json::json;
use std::sync::Arc;
use store::Store;

testkit::on_both_backends! {
    every_booking_has_one_pending_payment_of_its_exact_amount with migrations();
    a_payment_confirms_its_booking_in_one_commit with migrations();
    an_amount_of_the_caller_is_never_believed with migrations();
    a_payment_is_opened_first_and_charged_later with migrations();
    the_same_key_repeats_the_answer_and_another_one_meets_the_payment with migrations();
    a_double_click_charges_once with migrations();
    the_hold_survives_declines_and_ends_with_the_third with migrations();
    a_stumbling_bank_is_charged_again_by_ourselves with migrations();
    a_retry_that_finds_its_hold_over_charges_nothing with migrations();
    cancelling_a_payment_gives_the_seats_back with migrations();
    a_paid_booking_is_confirmed_once_by_asking with migrations();
    a_free_ticket_asks_no_bank with migrations();
}

async fn every_booking_has_one_pending_payment_of_its_exact_amount(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 2).await;
    let told = house.get(ANN, &format!("/payments/booking/{}", held.id)).await;
    let payment = &told.json["data"];
    assert_eq!(told.state(), (200, "pending"));
    assert_eq!(payment["amount"], json!(2 * PRICE));
    assert_eq!((&payment["currency"], &payment["payment_id"]), (&json!("THB"), &json!(held.payment)));
    let again = house.get(ANN, &format!("/payments/booking/{}", held.id)).await;
    assert_eq!(again.json, told.json);
    assert_eq!(house.payment(ANN, &held).await, *payment);
    let created = house.post(ANN, "/payments", held.body("tok_approve")).await;
    assert_eq!(created.json["data"]["payment_id"], json!(held.payment));
}

async fn a_payment_confirms_its_booking_in_one_commit(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 2).await;
    assert_eq!(house.seats().await, (2, 2, 0));
    let told = house.pay(ANN, &held, "4242 4242 4242 4242").await;
    assert_eq!(told.state(), (201, "succeeded"));
    let payment = &told.json["data"];
    assert_eq!((&payment["card_last_four"], &payment["card_brand"]), (&json!("4242"), &json!("visa")));
    assert_eq!(payment["booking_status"], json!("confirmed"));
    assert!(payment["confirmation_code"].as_str().is_some_and(|code| code.starts_with("BK-20300101-")));
    assert_eq!((house.seats().await, house.charges()), ((2, 0, 2), 1));
    assert_eq!(house.published(&held).await, ["booking.created", "booking.confirmed", "payment.success"]);
    // Nothing of the card's number is anywhere, and no job is left.
    house.later(3600).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
    for table in [
        "SELECT COUNT(*) FROM payments WHERE card_token LIKE '%42424242%' OR card_last_four <> '4242'",
        "SELECT COUNT(*) FROM outbox WHERE payload LIKE '%42424242%'",
    ] {
        assert_eq!(house.count(table).await, 0, "{table}");
    }
}

async fn an_amount_of_the_caller_is_never_believed(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    for (field, value, expected) in [
        ("amount", json!(1), (400, "AMOUNT_MISMATCH")),
        ("amount", json!(PRICE + 1), (400, "AMOUNT_MISMATCH")),
        ("amount", json!(0), (400, "AMOUNT_MISMATCH")),
        ("amount", json!(-PRICE), (400, "AMOUNT_MISMATCH")),
        ("amount", json!(1.5), (400, "VALIDATION_ERROR")),
        ("amount", json!("150000"), (400, "VALIDATION_ERROR")),
        ("currency", json!("USD"), (400, "AMOUNT_MISMATCH")),
        ("currency", json!("\u{1F3AB}"), (400, "AMOUNT_MISMATCH")),
    ] {
        let mut body = held.body("tok_approve");
        body[field] = value.clone();
        let told = house.post(ANN, "/payments?auto_process=true", body).await;
        assert_eq!(told.refusal(), expected, "{field} {value}");
    }
    assert_eq!((house.charges(), house.count("SELECT COUNT(*) FROM payments").await), (0, 0));
    // Said or not, what is charged is the booking's total; what else a body says is not read.
    let body = json!({ "booking_id": held.id, "unit_price": 1, "user_id": "x", "tenant_id": "y" });
    let told = house.post(ANN, "/payments?auto_process=true", body).await;
    assert_eq!((told.state(), &told.json["data"]["amount"]), ((201, "succeeded"), &json!(PRICE)));
}

async fn a_payment_is_opened_first_and_charged_later(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let opened = house.post(ANN, "/payments", held.body("tok_approve")).await;
    assert_eq!((opened.state(), house.charges()), ((201, "pending"), 0));
    // The card it was opened with is charged when none is sent; its number was never kept.
    let path = format!("/payments/{}/process", held.payment);
    let told = house.post(ANN, &path, json!({})).await;
    assert_eq!((told.state(), house.charges()), ((200, "succeeded"), 1));
    let again = house.post(ANN, &path, json!({})).await;
    assert_eq!((again.refusal(), house.charges()), ((409, "INVALID_STATUS"), 1));
}

async fn the_same_key_repeats_the_answer_and_another_one_meets_the_payment(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let path = "/payments?auto_process=true";
    let first = house.post_with(ANN, path, "one", held.body("tok_approve")).await;
    let second = house.post_with(ANN, path, "one", held.body("tok_approve")).await;
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!((first.status, &first.json), (second.status, &second.json));
    let changed = house.post_with(ANN, path, "one", held.body("tok_decline")).await;
    assert_eq!(changed.refusal(), (422, "IDEMPOTENCY_KEY_REUSED"));
    let other = house.post_with(ANN, path, "two", held.body("tok_approve")).await;
    assert_eq!(other.refusal(), (409, "PAYMENT_EXISTS"));
    assert_eq!(other.json["error"]["details"]["status"], json!("succeeded"));
    // Another buyer's key of the same name is another key.
    let theirs = house.hold(BOB, 1).await;
    let told = house.post_with(BOB, path, "one", theirs.body("tok_approve")).await;
    assert_eq!((told.state(), told.replayed), ((201, "succeeded"), false));
    assert_eq!(house.charges(), 2);
}

async fn a_double_click_charges_once(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(ANN, 1).await);
    house.gateway.set(Gate::Shut);
    let first = tokio::spawn({
        let (house, held) = (house.clone(), held.clone());
        async move { house.post_with(ANN, "/payments?auto_process=true", "click", held.body("tok_approve")).await }
    });
    house.gateway.somebody_waits().await;
    assert_eq!(house.standing(ANN, &held).await, ("processing".into(), "reserved".into()));
    let same_key =
        house.post_with(ANN, "/payments?auto_process=true", "click", held.body("tok_approve")).await;
    assert_eq!(same_key.refusal(), (409, "REQUEST_IN_PROGRESS"));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.refusal(), (409, "REQUEST_IN_PROGRESS"));
    let path = format!("/payments/{}/cancel", held.payment);
    assert_eq!(house.post(ANN, &path, json!({})).await.refusal(), (409, "REQUEST_IN_PROGRESS"));
    house.gateway.let_pass();
    assert_eq!(first.await.expect("no panic").state(), (201, "succeeded"));
    let replay = house.post_with(ANN, "/payments?auto_process=true", "click", held.body("tok_approve")).await;
    assert_eq!((replay.replayed, replay.state(), house.charges()), (true, (201, "succeeded"), 1));
}

async fn the_hold_survives_declines_and_ends_with_the_third(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let first = house.pay(ANN, &held, "4000000000000002").await;
    assert_eq!(first.state(), (202, "failed"));
    let payment = &first.json["data"];
    assert_eq!((&payment["error_code"], &payment["attempts_left"]), (&json!("card_declined"), &json!(2)));
    assert_eq!(payment["booking_status"], json!("reserved"));
    let second = house.process(ANN, &held, "4000000000009995").await;
    assert_eq!((second.state(), house.seats().await), ((200, "failed"), (3, 1, 0)));
    assert_eq!(second.json["data"]["error_code"], json!("insufficient_funds"));
    let third = house.process(ANN, &held, "4000000000000069").await;
    let payment = &third.json["data"];
    assert_eq!((&payment["error_code"], &payment["attempts_left"]), (&json!("expired_card"), &json!(0)));
    assert_eq!((&payment["booking_status"], house.seats().await), (&json!("cancelled"), (4, 0, 0)));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.refusal(), (409, "ALREADY_RELEASED"));
    let booking = house.get(ANN, &format!("/bookings/{}", held.id)).await;
    assert_eq!(booking.json["data"]["status_reason"], json!("payment_declined"));
    let failed = "payment.failed";
    assert_eq!(
        house.published(&held).await,
        ["booking.created", failed, failed, "booking.cancelled", failed],
        "the third decline ends the booking"
    );
    assert_eq!(house.charges(), 0);
    // The second try of another buyer succeeds on the same row.
    let theirs = house.hold(BOB, 1).await;
    assert_eq!(house.pay(BOB, &theirs, "tok_fraud").await.state(), (202, "failed"));
    assert_eq!(house.process(BOB, &theirs, "tok_approve").await.state(), (200, "succeeded"));
    assert_eq!((house.count("SELECT COUNT(*) FROM payments").await, house.seats().await), (2, (3, 0, 1)));
}

async fn a_stumbling_bank_is_charged_again_by_ourselves(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let told = house.pay(ANN, &held, "4000000000000119").await;
    assert_eq!(
        (told.state(), &told.json["data"]["error_code"]),
        ((202, "retrying"), &json!("processing_error"))
    );
    house.later(0).await;
    assert_eq!(house.standing(ANN, &held).await.0, "retrying", "not before its time");
    house.later(2).await;
    assert_eq!(house.standing(ANN, &held).await, ("succeeded".into(), "confirmed".into()));
    assert_eq!((house.charges(), house.count("SELECT COUNT(*) FROM jobs").await), (1, 0));
}

async fn a_retry_that_finds_its_hold_over_charges_nothing(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    assert_eq!(house.pay(ANN, &held, "tok_stumble_once").await.state(), (202, "retrying"));
    house.holds_run_out().await;
    house.later(1).await;
    assert_eq!(house.standing(ANN, &held).await, ("failed".into(), "expired".into()));
    assert_eq!((house.charges(), house.count("SELECT COUNT(*) FROM jobs").await), (0, 0));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.refusal(), (410, "EXPIRED"));
}

async fn cancelling_a_payment_gives_the_seats_back(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 2).await;
    let path = format!("/payments/{}/cancel", held.payment);
    let told = house.post_with(ANN, &path, "bye", json!({})).await;
    assert_eq!((told.state(), house.seats().await), ((200, "cancelled"), (4, 0, 0)));
    assert!(house.post_with(ANN, &path, "bye", json!({})).await.replayed);
    assert_eq!(house.post(ANN, &path, json!({})).await.refusal(), (409, "INVALID_STATUS"));
    assert_eq!(house.pay(ANN, &held, "tok_approve").await.refusal(), (409, "PAYMENT_EXISTS"));
    assert_eq!(house.published(&held).await, ["booking.created", "booking.cancelled", "payment.cancelled"]);
    let paid = house.hold(ANN, 1).await;
    assert_eq!(house.pay(ANN, &paid, "tok_approve").await.state(), (201, "succeeded"));
    let path = format!("/payments/{}/cancel", paid.payment);
    assert_eq!(house.post(ANN, &path, json!({})).await.refusal(), (409, "INVALID_STATUS"));
    // A hold that was given back leaves no payment to be made.
    let gone = house.hold(BOB, 1).await;
    house.post(BOB, &format!("/bookings/{}/cancel", gone.id), json!({})).await;
    assert_eq!(house.standing(BOB, &gone).await, ("cancelled".into(), "cancelled".into()));
    assert_eq!(house.pay(BOB, &gone, "tok_approve").await.refusal(), (409, "ALREADY_RELEASED"));
}

async fn a_paid_booking_is_confirmed_once_by_asking(store: Store) {
    let house = House::open(store).await;
    let held = house.hold(ANN, 1).await;
    let path = format!("/bookings/{}/confirm", held.id);
    let body = json!({ "payment_id": held.payment });
    assert_eq!(house.post(ANN, &path, body.clone()).await.refusal(), (402, "PAYMENT_REQUIRED"));
    assert_eq!(house.pay(ANN, &held, "tok_decline").await.state(), (202, "failed"));
    assert_eq!(house.post(ANN, &path, body.clone()).await.refusal(), (402, "PAYMENT_REQUIRED"));
    assert_eq!(house.process(ANN, &held, "tok_approve").await.state(), (200, "succeeded"));
    assert_eq!(house.post(ANN, &path, body.clone()).await.state(), (200, "confirmed"));
    assert_eq!(house.post(ANN, &path, body).await.refusal(), (409, "ALREADY_CONFIRMED"));
}

async fn a_free_ticket_asks_no_bank(store: Store) {
    let house = House::open(store).await;
    let organizer = actor(5, house.tenant, role::ORGANIZER);
    let sale = house.stall.sale(organizer, "Open day", SEATS).await;
    let free = ZoneInput { price: 0.into(), ..zone_of(SEATS) };
    let zone = zone_create::run(&house.stall.app, organizer, sale.show, free).await.expect("a zone").zone.id;
    let held = house.try_hold(ANN, Sale { zone, ..sale }, 2).await.expect("seats are held");
    assert_eq!(held.total, 0);
    let told = house.pay(ANN, &held, "tok_decline").await;
    assert_eq!((told.state(), house.charges()), ((201, "succeeded"), 0));
    assert_eq!(house.standing(ANN, &held).await.1, "confirmed");
}
