//! Late money: it arrives when the hold is over. The same seats again, or all of it back; never a ticket without a seat.

use crate::gate::Gate;
use crate::harness::actor;
use crate::house::{ANN, BOB, Held, House};
use rush::domain::role;
use rush::open::migrations;
use rush::usecase::{booking_release, event_lifecycle};
use serde_json::json;
use std::sync::Arc;
use store::Store;

testkit::on_both_backends! {
    late_money_takes_the_same_seats_again with migrations();
    late_money_before_the_sweep_takes_the_same_seats_again with migrations();
    late_money_without_seats_goes_back_in_full with migrations();
    late_money_for_seats_that_were_given_back_goes_back with migrations();
    late_money_over_the_cap_goes_back with migrations();
    late_money_for_an_event_that_was_cancelled_goes_back with migrations();
}

/// Starts a payment that waits at the gateway, does `meanwhile`, lets it pass.
async fn pays_late<F: Future<Output = ()>>(house: &Arc<House>, held: &Arc<Held>, meanwhile: F) -> String {
    house.gateway.set(Gate::Shut);
    let paying = tokio::spawn({
        let (house, held) = (house.clone(), held.clone());
        async move { house.pay(ANN, &held, "tok_approve").await }
    });
    house.gateway.somebody_waits().await;
    meanwhile.await;
    house.gateway.let_pass();
    let told = paying.await.expect("no panic");
    house.gateway.set(Gate::Open);
    told.json["data"]["status"].as_str().unwrap_or_default().to_owned()
}

async fn late_money_takes_the_same_seats_again(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(ANN, 2).await);
    let status = pays_late(&house, &held, house.holds_run_out()).await;
    assert_eq!((status.as_str(), house.seats().await), ("succeeded", (2, 0, 2)));
    assert_eq!(house.standing(ANN, &held).await, ("succeeded".into(), "confirmed".into()));
    assert_eq!(
        house.published(&held).await,
        ["booking.created", "booking.expired", "booking.confirmed", "payment.success"]
    );
}

async fn late_money_before_the_sweep_takes_the_same_seats_again(store: Store) {
    let house = House::open(store).await;
    // All that the cap allows: the old hold must not count beside the new seats.
    let held = Arc::new(house.hold(ANN, 4).await);
    let status = pays_late(&house, &held, async { house.stall.clock.advance_secs(600) }).await;
    assert_eq!((status.as_str(), house.seats().await), ("succeeded", (0, 0, 4)));
    assert_eq!(house.sweep().await, 0);
    assert_eq!(house.seats().await, (0, 0, 4));
}

/// The money goes back by itself, all of it, for `reason`, and the buyer can see it.
async fn comes_back(house: &House, held: &Held, reason: &str) {
    let payment = house.payment(ANN, held).await;
    assert_eq!((&payment["status"], &payment["refund_reason"]), (&json!("refund_pending"), &json!(reason)));
    assert_eq!((payment["refund_amount"].as_i64(), house.money_kept()), (Some(held.total), 1));
    house.later(0).await;
    let payment = house.payment(ANN, held).await;
    assert_eq!((payment["status"].as_str(), house.money_kept()), (Some("refunded"), 0));
    assert!(payment["refunded_at"].is_string() && payment["confirmation_code"].is_null());
    let told = house.published(held).await;
    assert!(told.ends_with(&["payment.refund_pending".into(), "payment.refunded".into()]), "{told:?}");
    assert!(!told.contains(&"booking.confirmed".into()) && !told.contains(&"payment.success".into()));
    house.later(3600).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM jobs").await, 0);
}

async fn late_money_without_seats_goes_back_in_full(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(ANN, 2).await);
    let meanwhile = async {
        house.holds_run_out().await;
        house.hold(BOB, 3).await;
    };
    let status = pays_late(&house, &held, meanwhile).await;
    assert_eq!((status.as_str(), house.seats().await), ("refund_pending", (1, 3, 0)));
    comes_back(&house, &held, "seats_gone").await;
    assert_eq!(house.standing(ANN, &held).await.1, "expired");
}

async fn late_money_for_seats_that_were_given_back_goes_back(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(ANN, 2).await);
    let buyer = crate::house::actor_of(ANN).expect("a token");
    let meanwhile = async {
        booking_release::run(&house.stall.app, buyer, held.booking.id).await.expect("released");
    };
    let status = pays_late(&house, &held, meanwhile).await;
    assert_eq!((status.as_str(), house.seats().await), ("refund_pending", (4, 0, 0)));
    comes_back(&house, &held, "booking_cancelled").await;
}

async fn late_money_over_the_cap_goes_back(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(ANN, 1).await);
    let meanwhile = async {
        house.holds_run_out().await;
        // The same buyer holds all four they may have, by another booking.
        let other = house.hold(ANN, 4).await;
        assert_eq!(other.total, 4 * held.total);
    };
    let status = pays_late(&house, &held, meanwhile).await;
    assert_eq!((status.as_str(), house.seats().await), ("refund_pending", (0, 4, 0)));
    comes_back(&house, &held, "seats_gone").await;
}

async fn late_money_for_an_event_that_was_cancelled_goes_back(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(ANN, 1).await);
    let meanwhile = async {
        house.holds_run_out().await;
        let organizer = actor(5, house.tenant, role::ORGANIZER);
        event_lifecycle::cancel(&house.stall.app, organizer, house.sale.event).await.expect("cancelled");
    };
    let status = pays_late(&house, &held, meanwhile).await;
    assert_eq!((status.as_str(), house.seats().await.2), ("refund_pending", 0));
    comes_back(&house, &held, "seats_gone").await;
}
