//! The catalogue in memory: other nodes, transactions, restarts.

use crate::harness::{Stall, actor, stranger};
use kernel::PageRequest;
use rush::domain::role;
use rush::open::migrations;
use rush::usecase::{catalogue_refresh, zone};
use store::Store;

const PAGE: PageRequest = PageRequest { offset: 0, limit: 20 };

testkit::on_both_backends! {
    another_node_sees_a_change_and_a_transaction_sees_it_first with migrations();
    the_catalogue_is_the_same_after_a_restart with migrations();
}

async fn another_node_sees_a_change_and_a_transaction_sees_it_first(store: Store) {
    let stall = Stall::open(store.clone()).await;
    let other = Stall::node(store, stall.clock.clone(), 1).await;
    let tenant = stall.tenant("nodes").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let sale = stall.sale(organizer, "Nodes", 5).await;
    assert!(other.catalogue.current().offer(sale.zone).is_none(), "nobody has told it yet");
    let catalogue = other.catalogue.clone();
    let price = other.store.write(move |tx| {
        let fresh = catalogue.fresh(tx)?;
        Ok::<_, store::StoreError>(fresh.offer(sale.zone).map(|offer| offer.price_minor))
    });
    assert_eq!(
        price.await.expect("a transaction"),
        Some(150_000),
        "a transaction never trusts an old snapshot"
    );
    catalogue_refresh::tick(&other).await.expect("a tick");
    assert!(other.catalogue.current().offer(sale.zone).is_some());
    let before = other.catalogue.current();
    catalogue_refresh::tick(&other).await.expect("a tick");
    assert!(
        std::sync::Arc::ptr_eq(&before, &other.catalogue.current()),
        "nothing changed, nothing is loaded"
    );
    stall.clock.advance_secs(301);
    catalogue_refresh::tick(&other).await.expect("a tick");
    assert!(
        !std::sync::Arc::ptr_eq(&before, &other.catalogue.current()),
        "after five minutes it is loaded anyway"
    );
}

async fn the_catalogue_is_the_same_after_a_restart(store: Store) {
    let stall = Stall::open(store.clone()).await;
    let tenant = stall.tenant("again").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let sale = stall.sale(organizer, "Again", 5).await;
    stall.reserve(sale, 2).await.expect("two are held");
    let zones = |app: &rush::app::App| {
        zone::by_show(app, stranger(&tenant), sale.show, None, PAGE).expect("zones").items
    };
    let before = zones(&stall.app);
    let again = Stall::node(store, stall.clock.clone(), 0).await;
    let after = zones(&again);
    assert_eq!(
        (&after[0].zone, after[0].offer, after[0].seats),
        (&before[0].zone, before[0].offer, before[0].seats)
    );
    let another = Stall::over(again, stall.clock.clone());
    another.sale(organizer, "New numbers", 5).await;
}
