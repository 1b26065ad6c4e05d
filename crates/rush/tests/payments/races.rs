//! Races: confirm against expire, clicks against each other, deliveries against each other. One winner, every seat counted.

use crate::gate::Gate;
use crate::harness::actor;
use crate::house::{ANN, BOB, Held, House, SEATS};
use rush::domain::role;
use rush::open::migrations;
use std::sync::Arc;
use store::Store;

testkit::on_both_backends! {
    confirm_and_expire_have_exactly_one_winner with migrations();
    the_last_seats_are_paid_for_or_sold_again_never_both with migrations();
    many_clicks_at_once_charge_once with migrations();
    a_webhook_and_its_request_settle_once with migrations();
}

const ROUNDS: usize = 12;

async fn confirm_and_expire_have_exactly_one_winner(store: Store) {
    let house = House::open(store).await;
    let mut sold = 0;
    for round in 0..ROUNDS {
        if sold == SEATS {
            break;
        }
        let held = Arc::new(house.hold(&buyer(round), 1).await);
        house.gateway.set(Gate::Shut);
        let paying = tokio::spawn({
            let (house, held) = (house.clone(), held.clone());
            async move { house.pay(&buyer(round), &held, "tok_approve").await }
        });
        house.gateway.somebody_waits().await;
        house.gateway.set(Gate::Open);
        // The last second of the hold runs out while money and sweep are both on their way.
        house.stall.clock.advance_secs(599);
        let expiring = tokio::spawn({
            let house = house.clone();
            async move {
                house.stall.clock.advance_secs(1);
                house.sweep().await
            }
        });
        house.gateway.let_pass();
        paying.await.expect("no panic");
        expiring.await.expect("no panic");
        house.sweep().await;
        // Seats are there, so late money takes them again: paid and seated, whoever was first.
        assert_eq!(house.standing(&buyer(round), &held).await, ("succeeded".into(), "confirmed".into()));
        sold += 1;
        assert_eq!(house.seats().await, (SEATS - sold, 0, sold));
        assert_eq!(confirmations(&house, &held).await, 1, "round {round}");
    }
}

async fn the_last_seats_are_paid_for_or_sold_again_never_both(store: Store) {
    let house = House::open(store).await;
    let organizer = actor(5, house.tenant, role::ORGANIZER);
    let (mut paid, mut resold) = (0, 0);
    for round in 0..ROUNDS {
        let sale = house.stall.sale(organizer, &format!("Night {round}"), SEATS).await;
        let held = Arc::new(house.try_hold(ANN, sale, SEATS).await.expect("all seats are held"));
        house.gateway.set(Gate::Shut);
        let paying = tokio::spawn({
            let (house, held) = (house.clone(), held.clone());
            async move { house.pay(ANN, &held, "tok_approve").await }
        });
        house.gateway.somebody_waits().await;
        house.gateway.set(Gate::Open);
        house.stall.clock.advance_secs(600);
        let rival = tokio::spawn({
            let house = house.clone();
            async move {
                house.sweep().await;
                house.try_hold(BOB, sale, 1).await.is_ok()
            }
        });
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        house.gateway.let_pass();
        let (told, rival_won) = (paying.await.expect("no panic"), rival.await.expect("no panic"));
        match (told.state().1, rival_won) {
            ("succeeded", false) => {
                assert_eq!(house.seats_of(sale).await, (0, 0, SEATS), "round {round}");
                paid += 1;
            }
            ("refund_pending", true) => {
                assert_eq!(house.seats_of(sale).await, (SEATS - 1, 1, 0), "round {round}");
                resold += 1;
            }
            other => panic!("round {round}: {other:?}"),
        }
    }
    house.later(0).await;
    assert_eq!((paid + resold, house.money_kept()), (ROUNDS, paid));
}

fn buyer(round: usize) -> String {
    format!("customer {} 0", 100 + round)
}

async fn confirmations(house: &House, held: &Held) -> usize {
    house.published(held).await.iter().filter(|kind| *kind == "booking.confirmed").count()
}

async fn many_clicks_at_once_charge_once(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(ANN, 1).await);
    let clicks: Vec<_> = (0..8)
        .map(|_| {
            let (house, held) = (house.clone(), held.clone());
            tokio::spawn(async move { house.process(ANN, &held, "tok_approve").await })
        })
        .collect();
    let mut won = 0;
    for click in clicks {
        let told = click.await.expect("no panic");
        match told.status.as_u16() {
            200 => won += 1,
            _ => assert!(["REQUEST_IN_PROGRESS", "INVALID_STATUS"].contains(&told.refusal().1), "{told:?}"),
        }
    }
    assert_eq!((won, house.charges(), house.seats().await), (1, 1, (SEATS - 1, 0, 1)));
}

async fn a_webhook_and_its_request_settle_once(store: Store) {
    let house = House::open(store).await;
    let held = Arc::new(house.hold(BOB, 2).await);
    house.gateway.set(Gate::Shut);
    let paying = tokio::spawn({
        let (house, held) = (house.clone(), held.clone());
        async move { house.pay(BOB, &held, "tok_approve").await }
    });
    house.gateway.somebody_waits().await;
    // The gateway tells by webhook what the waiting request will hear too: the same charge, settled once.
    let charge = format!("ch_mock_{}_1", held.booking.id.0);
    let deliveries: Vec<_> = (0..4)
        .map(|n| {
            let (house, event) = (house.clone(), held.succeeded(&format!("evt_{}", n / 2), &charge));
            tokio::spawn(async move { house.webhook(&event).await })
        })
        .collect();
    house.gateway.let_pass();
    for delivery in deliveries {
        assert_eq!(delivery.await.expect("no panic").status.as_u16(), 200);
    }
    assert_eq!(paying.await.expect("no panic").state(), (201, "succeeded"));
    assert_eq!((house.seats().await, confirmations(&house, &held).await), ((SEATS - 2, 0, 2), 1));
    house.later(60).await;
    assert_eq!((house.money_kept(), house.count("SELECT COUNT(*) FROM jobs").await), (1, 0));
    assert_eq!(house.count("SELECT COUNT(*) FROM webhook_events").await, 2);
}
