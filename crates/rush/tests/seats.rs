//! What no request can show of seats: the hint beside the accounts is corrected, and the database guards the accounts itself.

mod harness;

use harness::{Sale, Stall, actor};
use rush::domain::ids::ZoneId;
use rush::domain::role;
use rush::open::migrations;
use rush::usecase::seats_reconcile;
use store::{Store, StoreError, params};

testkit::on_both_backends! {
    what_is_shown_wrongly_is_corrected_from_the_accounts with migrations();
    the_database_itself_refuses_an_account_below_its_floor with migrations();
}

async fn open(store: Store, seats: i64) -> (Stall, Sale) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("hall").await;
    let sale = stall.sale(actor(10, tenant.id, role::ORGANIZER), "Night", seats).await;
    (stall, sale)
}

fn shown(stall: &Stall, zone: ZoneId) -> Option<i64> {
    stall.app.availability.of(zone).map(|seats| seats.available)
}

/// Free seats as the zone's account says; none is held or sold.
async fn free(stall: &Stall, zone: ZoneId) -> i64 {
    let sql = "SELECT credits_posted - debits_posted - debits_pending FROM accounts
               WHERE id = $1 AND debits_pending = 0 AND debits_posted = 0";
    let read = stall.app.store.read(move |tx| tx.query_one(sql, params![zone.0], |row| row.int(0)));
    read.await.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

async fn what_is_shown_wrongly_is_corrected_from_the_accounts(store: Store) {
    let (stall, sale) = open(store, 5).await;
    let hint = stall.app.availability.of(sale.zone).expect("shown");
    let wrong = rush::availability::Seats { available: 0, ..hint };
    stall.app.availability.publish([wrong]);
    assert_eq!(shown(&stall, sale.zone), Some(0));
    stall.clock.advance_secs(5);
    assert_eq!(seats_reconcile::run(&stall.app).await.expect("compared"), 1);
    assert_eq!(shown(&stall, sale.zone), Some(5));
    assert_eq!(seats_reconcile::run(&stall.app).await.expect("compared"), 0);
}

async fn the_database_itself_refuses_an_account_below_its_floor(store: Store) {
    let (stall, sale) = open(store, 5).await;
    for sql in [
        "UPDATE accounts SET debits_pending = 6 WHERE id = $1",
        "UPDATE accounts SET debits_pending = -1 WHERE id = $1",
        "UPDATE accounts SET ceiling = 4 WHERE id = $1",
    ] {
        let zone = sale.zone.0;
        let done = stall.app.store.write(move |tx| tx.execute(sql, params![zone])).await;
        assert!(matches!(done, Err(StoreError::Database(_))), "{sql}");
    }
    assert_eq!(free(&stall, sale.zone).await, 5);
}
