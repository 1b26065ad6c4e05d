//! The story of bookings, on both databases: reserve, release, expire, caps, replays, lists.

mod harness;

use harness::{Sale, Stall, actor, code};
use kernel::{Actor, Clock, PageRequest, UserId};
use rush::domain::booking::BookingStatus;
use rush::domain::ids::ZoneId;
use rush::domain::reserve::ReserveRequest;
use rush::domain::role;
use rush::open::migrations;
use rush::usecase::{booking_release, booking_reserve, booking_view, bookings_expire, seats_reconcile};
use std::collections::HashSet;
use store::{Store, StoreError, params};

testkit::on_both_backends! {
    a_hundred_buyers_of_one_seat_are_one_winner_and_of_ten_are_ten with migrations();
    a_reservation_says_what_the_catalogue_says with migrations();
    every_refusal_has_its_code_and_changes_nothing with migrations();
    the_cap_holds_across_parallel_orders_and_for_the_life_of_the_event with migrations();
    a_repeated_request_gets_its_first_booking_and_a_changed_one_is_refused with migrations();
    a_replay_of_the_last_seat_is_answered_although_the_zone_is_sold_out with migrations();
    seats_come_back_once with migrations();
    abandoned_holds_return_to_sale_without_any_request with migrations();
    what_is_shown_wrongly_is_corrected_from_the_accounts with migrations();
    a_buyer_sees_own_bookings_and_nobody_elses with migrations();
    the_database_itself_refuses_an_account_below_its_floor with migrations();
    random_parallel_histories_keep_every_seat_counted with migrations();
}

fn buyer(number: i64) -> Actor {
    Actor { user: UserId(number), tenant: None, role: role::CUSTOMER }
}

async fn sale_of(stall: &Stall, seats: i64) -> Sale {
    let tenant = stall.tenant("hall").await;
    stall.sale(actor(10, tenant.id, role::ORGANIZER), "Night", seats).await
}

/// (available, held) as the accounts say.
async fn seats(stall: &Stall, zone: ZoneId) -> (i64, i64) {
    let sql =
        "SELECT credits_posted - debits_posted - debits_pending, debits_pending FROM accounts WHERE id = $1";
    let read = stall.app.store.read(move |tx| {
        tx.query_one(sql, params![zone.0], |row| Ok::<_, StoreError>((row.int(0)?, row.int(1)?)))
    });
    read.await.expect("the zone has an account")
}

fn request(user: i64, sale: Sale, quantity: i64, key: i64) -> ReserveRequest {
    ReserveRequest {
        user: UserId(user),
        tenant: None,
        event: sale.event,
        show: sale.show,
        zone: sale.zone,
        quantity,
        key_hash: key,
        request_hash: quantity,
    }
}

async fn a_hundred_buyers_of_one_seat_are_one_winner_and_of_ten_are_ten(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("hall").await;
    for expected in [1, 10] {
        let organizer = actor(10, tenant.id, role::ORGANIZER);
        let sale = stall.sale(organizer, &format!("Night of {expected}"), expected).await;
        let asks = (0..100).map(|_| {
            let (app, key) = (stall.app.clone(), stall.app.ids.next(stall.now()));
            tokio::spawn(async move { booking_reserve::run(&app, request(key, sale, 1, key)).await })
        });
        let (mut won, mut refused) = (0, 0);
        for ask in asks.collect::<Vec<_>>() {
            match ask.await.expect("no panic") {
                Ok(_) => won += 1,
                Err(refusal) => {
                    assert_eq!(refusal.code, "INSUFFICIENT_SEATS");
                    refused += 1;
                }
            }
        }
        assert_eq!((won, refused), (expected, 100 - expected));
        assert_eq!(seats(&stall, sale.zone).await, (0, expected));
    }
}

async fn a_reservation_says_what_the_catalogue_says(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 10).await;
    let reserved = stall.reserve(sale, 3).await.expect("seats").booking;
    assert_eq!((reserved.unit_price_minor, reserved.total_minor), (150_000, 450_000));
    assert_eq!(reserved.expires_at, stall.now().plus_secs(600));
    assert_eq!(reserved.status, BookingStatus::Reserved);
    assert_eq!(seats(&stall, sale.zone).await, (7, 3));
    let events = stall.app.store.read(|tx| store::outbox::pending(tx, 100)).await.expect("read");
    let created = events.iter().filter(|queued| queued.event.kind == "booking.created").count();
    assert_eq!(created, 1, "the fact is committed with the booking");
}

async fn every_refusal_has_its_code_and_changes_nothing(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 3).await;
    let other = Sale { zone: ZoneId(sale.zone.0 + 1), ..sale };
    let foreign = stall.tenant("other").await;
    assert_eq!(code(stall.reserve(sale, 0).await), "INVALID_QUANTITY");
    assert_eq!(code(stall.reserve(sale, -1).await), "INVALID_QUANTITY");
    assert_eq!(code(stall.reserve(sale, i64::MAX).await), "INVALID_QUANTITY");
    assert_eq!(code(stall.reserve(other, 1).await), "ZONE_NOT_FOUND");
    assert_eq!(
        code(stall.reserve(Sale { show: rush::domain::ids::ShowId(5), ..sale }, 1).await),
        "ZONE_NOT_FOUND"
    );
    let stranger = stall.reserve_as(UserId(77), Some(foreign.id), sale, 1).await;
    assert_eq!(code(stranger), "ZONE_NOT_FOUND", "a buyer of another tenant learns nothing");
    let short = stall.reserve(sale, 4).await.expect_err("three are there");
    assert_eq!(short.code, "INSUFFICIENT_SEATS");
    assert_eq!(short.details, Some(serde_json::json!({ "requested": 4, "available": 3 })));
    // 2030-02-01 20:00 in Bangkok minus an hour: the cut-off.
    stall.clock.set(harness::at("2030-02-01T12:00:00Z"));
    assert_eq!(code(stall.reserve(sale, 1).await), "SALE_ENDED");
    assert_eq!(seats(&stall, sale.zone).await, (3, 0));
    let rows =
        stall.app.store.read(|tx| tx.query_one("SELECT COUNT(*) FROM bookings", &[], |row| row.int(0)));
    assert_eq!(rows.await.expect("read"), 0);
    let accounts = stall
        .app
        .store
        .read(|tx| tx.query_one("SELECT COUNT(*) FROM accounts WHERE code = 3", &[], |row| row.int(0)));
    assert_eq!(accounts.await.expect("read"), 0, "a refused buyer leaves no account");
}

async fn the_cap_holds_across_parallel_orders_and_for_the_life_of_the_event(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 100).await;
    let asks = (0..20).map(|key| {
        let app = stall.app.clone();
        tokio::spawn(async move { booking_reserve::run(&app, request(5, sale, 1, key)).await })
    });
    let mut won = Vec::new();
    for ask in asks.collect::<Vec<_>>() {
        match ask.await.expect("no panic") {
            Ok(reserved) => won.push(reserved.booking.id),
            Err(refusal) => {
                assert_eq!(refusal.code, "MAX_TICKETS_EXCEEDED");
                assert_eq!(refusal.details.expect("facts")["max"], 4);
            }
        }
    }
    assert_eq!(won.len(), 4);
    let summary = booking_view::summary(&stall.app, buyer(5), sale.event).await.expect("known");
    assert_eq!((summary.booked, summary.max), (4, 4));
    booking_release::run(&stall.app, buyer(5), won[0]).await.expect("released");
    assert!(booking_reserve::run(&stall.app, request(5, sale, 1, 100)).await.is_ok());
    // Half an hour later the holds are over: what is not owned is free again, in the count as well.
    stall.clock.advance_secs(1800);
    while bookings_expire::run(&stall.app).await.expect("expired") > 0 {}
    let summary = booking_view::summary(&stall.app, buyer(5), sale.event).await.expect("known");
    assert_eq!(summary.booked, 0);
}

async fn a_repeated_request_gets_its_first_booking_and_a_changed_one_is_refused(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 100).await;
    let first = booking_reserve::run(&stall.app, request(5, sale, 2, 9)).await.expect("seats");
    let asks = (0..20).map(|_| {
        let app = stall.app.clone();
        tokio::spawn(async move { booking_reserve::run(&app, request(5, sale, 2, 9)).await })
    });
    for ask in asks.collect::<Vec<_>>() {
        let again = ask.await.expect("no panic").expect("the same");
        assert!(again.replayed && again.booking == first.booking);
    }
    let asks = (0..20).map(|_| {
        let app = stall.app.clone();
        tokio::spawn(async move { booking_reserve::run(&app, request(6, sale, 1, 9)).await })
    });
    let mut ids = HashSet::new();
    for ask in asks.collect::<Vec<_>>() {
        ids.insert(ask.await.expect("no panic").expect("seats").booking.id);
    }
    assert_eq!(
        ids.len(),
        1,
        "twenty at once with one key are one booking, and another user's key is another key"
    );
    assert_eq!(
        code(booking_reserve::run(&stall.app, request(5, sale, 3, 9)).await),
        "IDEMPOTENCY_KEY_REUSED"
    );
    assert_eq!(seats(&stall, sale.zone).await, (97, 3));
    booking_release::run(&stall.app, buyer(5), first.booking.id).await.expect("released");
    let after = booking_reserve::run(&stall.app, request(5, sale, 2, 9)).await.expect("the first answer");
    assert_eq!(after.booking.id, first.booking.id, "a replay never makes a second booking");
    assert_eq!(seats(&stall, sale.zone).await, (99, 1));
}

async fn a_replay_of_the_last_seat_is_answered_although_the_zone_is_sold_out(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 1).await;
    let won = booking_reserve::run(&stall.app, request(5, sale, 1, 9)).await.expect("the seat");
    assert_eq!(stall.app.availability.of(sale.zone).map(|seats| seats.available), Some(0));
    let again = booking_reserve::run(&stall.app, request(5, sale, 1, 9)).await.expect("still theirs");
    assert_eq!(again.booking.id, won.booking.id);
    assert_eq!(code(booking_reserve::run(&stall.app, request(6, sale, 1, 9)).await), "INSUFFICIENT_SEATS");
}

async fn seats_come_back_once(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 5).await;
    let booking = stall.reserve(sale, 2).await.expect("seats").booking;
    let owner = buyer(booking.user.0);
    assert_eq!(code(booking_release::run(&stall.app, buyer(4), booking.id).await), "NOT_FOUND");
    let asks = (0..10).map(|_| {
        let app = stall.app.clone();
        tokio::spawn(async move { booking_release::run(&app, owner, booking.id).await })
    });
    let mut codes = Vec::new();
    for ask in asks.collect::<Vec<_>>() {
        codes.push(code(ask.await.expect("no panic")));
    }
    codes.sort_unstable();
    assert_eq!(codes[0], "");
    assert!(codes[1..].iter().all(|code| *code == "ALREADY_RELEASED"), "{codes:?}");
    assert_eq!(seats(&stall, sale.zone).await, (5, 0));
}

async fn abandoned_holds_return_to_sale_without_any_request(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 3).await;
    let booking = stall.reserve(sale, 3).await.expect("seats").booking;
    stall.clock.advance_secs(599);
    assert_eq!(bookings_expire::run(&stall.app).await.expect("looked"), 0);
    stall.clock.advance_secs(1);
    let late = booking_release::run(&stall.app, buyer(booking.user.0), booking.id).await;
    assert_eq!(code(late), "EXPIRED", "over is over, even before the sweep");
    let (one, two) = tokio::join!(bookings_expire::run(&stall.app), bookings_expire::run(&stall.app));
    assert_eq!(one.expect("swept") + two.expect("swept"), 1, "two sweeps expire a hold once");
    assert_eq!(seats(&stall, sale.zone).await, (3, 0));
    let now = booking_view::get(&stall.app, buyer(booking.user.0), booking.id).await.expect("theirs");
    assert_eq!((now.status, now.status_reason.as_deref()), (BookingStatus::Expired, Some("timeout")));
    assert!(stall.reserve(sale, 3).await.is_ok(), "sellable again");
}

async fn what_is_shown_wrongly_is_corrected_from_the_accounts(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 5).await;
    let shown = stall.app.availability.of(sale.zone).expect("shown");
    let wrong = rush::availability::Seats { available: 0, ..shown };
    stall.app.availability.publish([wrong]);
    stall.clock.advance_secs(5);
    assert_eq!(seats_reconcile::run(&stall.app).await.expect("compared"), 1);
    assert_eq!(stall.app.availability.of(sale.zone).map(|seats| seats.available), Some(5));
    assert_eq!(seats_reconcile::run(&stall.app).await.expect("compared"), 0);
}

async fn a_buyer_sees_own_bookings_and_nobody_elses(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("hall").await;
    let sale = stall.sale(actor(10, tenant.id, role::ORGANIZER), "Night", 50).await;
    let mut mine = Vec::new();
    for key in 0..4 {
        let user = UserId(5);
        let asked = ReserveRequest { user, ..request(5, sale, 1, key) };
        mine.push(booking_reserve::run(&stall.app, asked).await.expect("seats").booking.id);
        stall.clock.advance_secs(1);
    }
    booking_release::run(&stall.app, buyer(5), mine[0]).await.expect("released");
    let page = PageRequest { offset: 0, limit: 2 };
    let listed = booking_view::list(&stall.app, buyer(5), None, page).await.expect("listed");
    assert_eq!(listed.items.iter().map(|b| b.id).collect::<Vec<_>>(), [mine[3], mine[2]]);
    assert_eq!((listed.meta.total, listed.meta.has_more), (4, true));
    let cancelled = Some(BookingStatus::Cancelled);
    let listed = booking_view::list(&stall.app, buyer(5), cancelled, page).await.expect("listed");
    assert_eq!(listed.items.iter().map(|b| b.id).collect::<Vec<_>>(), [mine[0]]);
    let pending = booking_view::pending(&stall.app, buyer(5), 2).await.expect("listed");
    assert_eq!(pending.iter().map(|b| b.id).collect::<Vec<_>>(), [mine[1], mine[2]], "soonest over first");
    assert_eq!(code(booking_view::get(&stall.app, buyer(6), mine[1]).await), "NOT_FOUND");
    assert!(booking_view::list(&stall.app, buyer(6), None, page).await.expect("listed").items.is_empty());
    let admin = actor(11, tenant.id, role::ADMIN);
    assert!(booking_view::get(&stall.app, admin, mine[1]).await.is_ok());
    let other = stall.tenant("other").await;
    let foreign = actor(12, other.id, role::ADMIN);
    assert_eq!(code(booking_view::get(&stall.app, foreign, mine[1]).await), "NOT_FOUND");
}

async fn the_database_itself_refuses_an_account_below_its_floor(store: Store) {
    let stall = Stall::open(store).await;
    let sale = sale_of(&stall, 5).await;
    for sql in [
        "UPDATE accounts SET debits_pending = 6 WHERE id = $1",
        "UPDATE accounts SET debits_pending = -1 WHERE id = $1",
        "UPDATE accounts SET ceiling = 4 WHERE id = $1",
    ] {
        let zone = sale.zone.0;
        let done = stall.app.store.write(move |tx| tx.execute(sql, params![zone])).await;
        assert!(matches!(done, Err(StoreError::Database(_))), "{sql}");
    }
    assert_eq!(seats(&stall, sale.zone).await, (5, 0));
}

/// Row 27: whatever happens at once, free + held is what there is, and nothing is negative.
async fn random_parallel_histories_keep_every_seat_counted(store: Store) {
    let seed =
        std::env::var("FAIRGROUND_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121_u64);
    let stall = std::sync::Arc::new(Stall::open(store).await);
    let sale = sale_of(&stall, 30).await;
    let workers = (0..8_u64).map(|worker| {
        let stall = std::sync::Arc::clone(&stall);
        tokio::spawn(async move {
            let mut state = seed ^ (worker + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut draw = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % below
            };
            let mut held = Vec::new();
            for step in 0..60 {
                match draw(10) {
                    0..=5 => {
                        let user = 100 + draw(20).cast_signed();
                        let key = (worker * 1000 + step).cast_signed();
                        let asked = request(user, sale, 1 + draw(4).cast_signed(), key);
                        held.extend(booking_reserve::run(&stall.app, asked).await.ok().map(|r| r.booking));
                    }
                    6..=7 if !held.is_empty() => {
                        let booking =
                            held.swap_remove(usize::try_from(draw(held.len() as u64)).expect("small"));
                        let _ = booking_release::run(&stall.app, buyer(booking.user.0), booking.id).await;
                    }
                    8 => stall.clock.advance_secs(60),
                    _ => drop(bookings_expire::run(&stall.app).await.expect("swept")),
                }
                let (available, taken) = seats(&stall, sale.zone).await;
                assert!(available >= 0 && taken >= 0 && available + taken == 30, "seed {seed}");
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
    stall.clock.advance_secs(3600);
    while bookings_expire::run(&stall.app).await.expect("swept") > 0 {}
    assert_eq!(seats(&stall, sale.zone).await, (30, 0), "seed {seed}");
}
