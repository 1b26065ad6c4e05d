//! The story of bookings, through the API's door and on both databases: reserve, pay, confirm, release, expire, caps, replays,
//! lists. What no request can show is asked of the accounts.

#[path = "harness/buying.rs"]
mod buying;

use buying::{Sale, Shop, actor, booking_of, buyer, is_replayed};
use kernel::{Clock as _, Timestamp};
use rush::domain::ids::{ShowId, ZoneId};
use rush::domain::role;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use testkit::open_stall::OpenStall;

testkit::on_both_backends! {
    through crate::buying:
    a_hundred_buyers_of_one_seat_are_one_winner_and_of_ten_are_ten;
    a_reservation_says_what_the_catalogue_says;
    a_reservation_that_is_paid_is_confirmed_once;
    every_refusal_has_its_code_and_changes_nothing;
    the_cap_holds_across_parallel_orders_and_for_the_life_of_the_event;
    a_repeated_request_gets_its_first_booking_and_a_changed_one_is_refused;
    a_replay_of_the_last_seat_is_answered_although_the_zone_is_sold_out;
    seats_come_back_once;
    abandoned_holds_return_to_sale_without_any_request;
    a_buyer_sees_own_bookings_and_nobody_elses;
    random_parallel_histories_keep_every_seat_counted;
}

async fn a_hundred_buyers_of_one_seat_are_one_winner_and_of_ten_are_ten(stall: OpenStall) {
    let (shop, _) = Shop::selling(stall, 1).await;
    let shop = Arc::new(shop);
    let tenant = shop.open_tenant("hall").await;
    for expected in [1, 10] {
        let sale = shop.sell(tenant, &format!("Night of {expected}"), expected).await;
        let requests = (0..100).map(|number| {
            let (shop, sale) = (Arc::clone(&shop), sale.clone());
            let buyer = buyer(expected * 1_000 + number);
            tokio::spawn(async move { shop.reserve(buyer, &sale, 1, "mine").await })
        });
        let (mut won, mut refused) = (0, 0);
        for request in requests.collect::<Vec<_>>() {
            match request.await.expect("no panic").says() {
                (201, _) => won += 1,
                says => {
                    assert_eq!(says, (409, "INSUFFICIENT_SEATS"));
                    refused += 1;
                }
            }
        }
        assert_eq!((won, refused), (expected, 100 - expected));
        assert_eq!(shop.seats(&sale).await, (0, expected, 0));
    }
}

async fn a_reservation_says_what_the_catalogue_says(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 10).await;
    let reserved = shop.reserve(buyer(5), &sale, 3, "mine").await;
    let data = reserved.data();
    assert_eq!((&data["unit_price"], &data["total_price"]), (&json!(150_000), &json!(450_000)));
    assert_eq!(data["expires_at"], shop.now().plus_secs(600).rfc3339());
    assert_eq!((reserved.status, &data["status"]), (201, &json!("reserved")));
    assert_eq!(shop.seats(&sale).await, (7, 3, 0));
    let events = shop.stall.store.read(|tx| store::outbox::pending(tx, 100)).await.expect("read");
    let created = events.iter().filter(|queued| queued.event.kind == "booking.created").count();
    assert_eq!(created, 1, "the fact is committed with the booking");
}

async fn a_reservation_that_is_paid_is_confirmed_once(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 10).await;
    let reserved = shop.reserve(buyer(5), &sale, 2, "mine").await;
    let booking = booking_of(&reserved);
    let confirm = format!("/bookings/{booking}/confirm");
    let unpaid = shop.post(buyer(5), &confirm, "first", &json!({ "payment_id": booking })).await;
    assert_eq!(unpaid.says(), (402, "PAYMENT_REQUIRED"));
    let declined = shop.pay(buyer(5), &reserved, "tok_decline", "no-money").await;
    assert_eq!(declined.data()["status"], "failed", "{}", declined.text);
    assert_eq!(shop.seats(&sale).await, (8, 2, 0), "a failed charge keeps the hold");
    let payment = declined.data()["payment_id"].as_str().expect("a payment has an id").to_owned();
    let card = json!({ "metadata": { "card": "tok_approve" } });
    let process = format!("/payments/{payment}/process");
    let paid = shop.post(buyer(5), &process, "another-card", &card).await;
    assert_eq!(paid.data()["status"], "succeeded", "{}", paid.text);
    assert_eq!(shop.seats(&sale).await, (8, 0, 2), "paying confirms: the seats are sold");
    let again = shop.post(buyer(5), &process, "another-card", &card).await;
    assert!(is_replayed(&again) && again.json["data"] == paid.json["data"], "{}", again.text);
    let seen = shop.booking(buyer(5), &booking).await;
    assert_eq!(seen.data()["status"], "confirmed");
    let code = seen.data()["confirmation_code"].clone();
    assert!(code.is_string(), "{}", seen.text);
    let confirmed = shop.post(buyer(5), &confirm, "second", &json!({ "payment_id": payment })).await;
    assert_eq!(
        (confirmed.status, &confirmed.data()["confirmation_code"]),
        (200, &code),
        "{}",
        confirmed.text
    );
    shop.stall.clock.advance_secs(3_600);
    assert_eq!(shop.expire().await, 0, "what is sold does not run out");
    assert_eq!(shop.release(buyer(5), &booking).await.says(), (409, "ALREADY_CONFIRMED"));
    assert_eq!(shop.seats(&sale).await, (8, 0, 2));
    testkit::checker::assert_sound(&shop.stall.store).await;
}

async fn every_refusal_has_its_code_and_changes_nothing(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 3).await;
    let foreign = shop.open_tenant("other").await;
    let refusal = async |who, sale: &Sale, quantity| {
        let answer = shop.reserve(who, sale, quantity, "mine").await;
        assert!(answer.status >= 400, "{}", answer.text);
        answer.code().to_owned()
    };
    for quantity in [0, -1, i64::MAX] {
        assert_eq!(refusal(buyer(5), &sale, quantity).await, "INVALID_QUANTITY");
    }
    let other_zone = Sale { zone: shop.public(ZoneId(shop.account(&sale.zone) + 1)), ..sale.clone() };
    let other_show = Sale { show: shop.public(ShowId(5)), ..sale.clone() };
    for nowhere in [other_zone, other_show] {
        assert_eq!(refusal(buyer(5), &nowhere, 1).await, "ZONE_NOT_FOUND");
    }
    let stranger = actor(77, foreign, role::CUSTOMER);
    assert_eq!(
        refusal(stranger, &sale, 1).await,
        "ZONE_NOT_FOUND",
        "a buyer of another tenant learns nothing"
    );
    let short = shop.reserve(buyer(5), &sale, 4, "mine").await;
    assert_eq!(short.says(), (409, "INSUFFICIENT_SEATS"));
    assert_eq!(short.json["error"]["details"], json!({ "requested": 4, "available": 3 }));
    // 2030-02-01 20:00 in Bangkok minus an hour: the cut-off.
    shop.stall.clock.set(Timestamp::parse_rfc3339("2030-02-01T12:00:00Z").expect("a moment"));
    assert_eq!(refusal(buyer(5), &sale, 1).await, "SALE_ENDED");
    assert_eq!(shop.seats(&sale).await, (3, 0, 0));
    assert_eq!(shop.count("SELECT COUNT(*) FROM bookings").await, 0);
    let accounts = shop.count("SELECT COUNT(*) FROM accounts WHERE code = 3").await;
    assert_eq!(accounts, 0, "a refused buyer leaves no account");
}

async fn the_cap_holds_across_parallel_orders_and_for_the_life_of_the_event(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 100).await;
    let shop = Arc::new(shop);
    let requests = (0..20).map(|key| {
        let (shop, sale) = (Arc::clone(&shop), sale.clone());
        tokio::spawn(async move { shop.reserve(buyer(5), &sale, 1, &format!("order-{key}")).await })
    });
    let mut won = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        let answer = request.await.expect("no panic");
        if answer.status == 201 {
            won.push(booking_of(&answer));
        } else {
            assert_eq!(answer.code(), "MAX_TICKETS_EXCEEDED");
            assert_eq!(answer.json["error"]["details"]["max"], 4);
        }
    }
    assert_eq!(won.len(), 4);
    let path = format!("/bookings/summary?event_id={}", sale.event);
    let summary = shop.get(buyer(5), &path).await;
    assert_eq!((&summary.data()["booked_count"], &summary.data()["max_allowed"]), (&json!(4), &json!(4)));
    assert_eq!(shop.release(buyer(5), &won[0]).await.status, 200);
    assert_eq!(shop.reserve(buyer(5), &sale, 1, "one-more").await.status, 201);
    // Half an hour later the holds are over: what is not owned is free again, in the count as well.
    shop.stall.clock.advance_secs(1800);
    while shop.expire().await > 0 {}
    assert_eq!(shop.get(buyer(5), &path).await.data()["booked_count"], 0);
}

async fn a_repeated_request_gets_its_first_booking_and_a_changed_one_is_refused(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 100).await;
    let shop = Arc::new(shop);
    let first = shop.reserve(buyer(5), &sale, 2, "mine").await;
    assert!(!is_replayed(&first), "{}", first.text);
    let at_once = |who: i64, quantity| {
        let requests = (0..20).map(|_| {
            let (shop, sale) = (Arc::clone(&shop), sale.clone());
            tokio::spawn(async move { shop.reserve(buyer(who), &sale, quantity, "mine").await })
        });
        requests.collect::<Vec<_>>()
    };
    for request in at_once(5, 2) {
        let again = request.await.expect("no panic");
        assert!(is_replayed(&again) && again.json["data"] == first.json["data"], "{}", again.text);
    }
    let mut ids = HashSet::new();
    for request in at_once(6, 1) {
        ids.insert(booking_of(&request.await.expect("no panic")));
    }
    assert_eq!(
        ids.len(),
        1,
        "twenty at once with one key are one booking, and another user's key is another key"
    );
    assert_eq!(shop.reserve(buyer(5), &sale, 3, "mine").await.code(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(shop.seats(&sale).await, (97, 3, 0));
    assert_eq!(shop.release(buyer(5), &booking_of(&first)).await.status, 200);
    let after = shop.reserve(buyer(5), &sale, 2, "mine").await;
    assert_eq!(booking_of(&after), booking_of(&first), "a replay never makes a second booking");
    assert_eq!(shop.seats(&sale).await, (99, 1, 0));
}

async fn a_replay_of_the_last_seat_is_answered_although_the_zone_is_sold_out(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 1).await;
    let won = shop.hold(buyer(5), &sale, 1, "mine").await;
    assert_eq!(shop.shown(&sale).await, 0);
    assert_eq!(shop.hold(buyer(5), &sale, 1, "mine").await, won, "still theirs");
    assert_eq!(shop.reserve(buyer(6), &sale, 1, "mine").await.code(), "INSUFFICIENT_SEATS");
}

async fn seats_come_back_once(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 5).await;
    let shop = Arc::new(shop);
    let booking = shop.hold(buyer(5), &sale, 2, "mine").await;
    assert_eq!(shop.release(buyer(4), &booking).await.says(), (404, "NOT_FOUND"));
    let requests = (0..10).map(|_| {
        let (shop, booking) = (Arc::clone(&shop), booking.clone());
        tokio::spawn(async move { shop.release(buyer(5), &booking).await })
    });
    let mut codes = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        codes.push(request.await.expect("no panic").code().to_owned());
    }
    codes.sort_unstable();
    assert_eq!(codes[0], "");
    assert!(codes[1..].iter().all(|code| *code == "ALREADY_RELEASED"), "{codes:?}");
    assert_eq!(shop.seats(&sale).await, (5, 0, 0));
}

async fn abandoned_holds_return_to_sale_without_any_request(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 3).await;
    let booking = shop.hold(buyer(5), &sale, 3, "mine").await;
    shop.stall.clock.advance_secs(599);
    assert_eq!(shop.expire().await, 0);
    shop.stall.clock.advance_secs(1);
    let late = shop.release(buyer(5), &booking).await;
    assert_eq!(late.code(), "EXPIRED", "over is over, even before the sweep");
    let (one, two) = tokio::join!(shop.expire(), shop.expire());
    assert_eq!(one + two, 1, "two sweeps expire a hold once");
    assert_eq!(shop.seats(&sale).await, (3, 0, 0));
    let now = shop.booking(buyer(5), &booking).await;
    let (status, reason) = (&now.data()["status"], &now.data()["status_reason"]);
    assert_eq!((status, reason), (&json!("expired"), &json!("timeout")));
    assert_eq!(shop.reserve(buyer(6), &sale, 3, "mine").await.status, 201, "sellable again");
}

async fn a_buyer_sees_own_bookings_and_nobody_elses(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 50).await;
    let mut mine = Vec::new();
    for key in 0..4 {
        mine.push(shop.hold(buyer(5), &sale, 1, &format!("order-{key}")).await);
        shop.stall.clock.advance_secs(1);
    }
    assert_eq!(shop.release(buyer(5), &mine[0]).await.status, 200);
    let listed = shop.get(buyer(5), "/bookings?limit=2&offset=0").await;
    assert_eq!(ids(listed.data()), [mine[3].as_str(), &mine[2]]);
    let meta = &listed.json["meta"];
    assert_eq!((&meta["total"], &meta["has_more"]), (&json!(4), &json!(true)), "{}", listed.text);
    let cancelled = shop.get(buyer(5), "/bookings?status=cancelled").await;
    assert_eq!(ids(cancelled.data()), [mine[0].as_str()]);
    let pending = shop.get(buyer(5), "/bookings/pending?limit=2").await;
    assert_eq!(ids(pending.data()), [mine[1].as_str(), &mine[2]], "soonest over first");
    assert_eq!(shop.booking(buyer(6), &mine[1]).await.says(), (404, "NOT_FOUND"));
    assert!(ids(shop.get(buyer(6), "/bookings").await.data()).is_empty());
    assert_eq!(shop.booking(actor(11, shop.tenant, role::ADMIN), &mine[1]).await.status, 200);
    let other = shop.open_tenant("other").await;
    let foreign = actor(12, other, role::ADMIN);
    assert_eq!(shop.booking(foreign, &mine[1]).await.says(), (404, "NOT_FOUND"));
}

fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array().expect("a list").iter().filter_map(|row| row["booking_id"].as_str()).collect()
}

/// Row 27: whatever happens at once, free + held is what there is, and nothing is negative.
async fn random_parallel_histories_keep_every_seat_counted(stall: OpenStall) {
    let seed =
        std::env::var("FAIRGROUND_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121_u64);
    let (shop, sale) = Shop::selling(stall, 30).await;
    let shop = Arc::new(shop);
    let workers =
        (0..8_u64).map(|worker| tokio::spawn(history(Arc::clone(&shop), sale.clone(), seed, worker)));
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
    shop.stall.clock.advance_secs(3600);
    while shop.expire().await > 0 {}
    assert_eq!(shop.seats(&sale).await, (30, 0, 0), "seed {seed}");
}

async fn history(shop: Arc<Shop>, sale: Sale, seed: u64, worker: u64) {
    let mut state = seed ^ (worker + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut held: Vec<(i64, String)> = Vec::new();
    for step in 0..60 {
        match draw(10) {
            0..=5 => {
                let user = 100 + draw(20).cast_signed();
                let quantity = 1 + draw(4).cast_signed();
                let key = format!("worker-{worker}-step-{step}");
                let answer = shop.reserve(buyer(user), &sale, quantity, &key).await;
                let says = answer.code();
                assert!(
                    ["", "INSUFFICIENT_SEATS", "MAX_TICKETS_EXCEEDED"].contains(&says),
                    "seed {seed}: {}",
                    answer.text
                );
                held.extend((answer.status == 201).then(|| (user, booking_of(&answer))));
            }
            6..=7 if !held.is_empty() => {
                let (user, booking) =
                    held.swap_remove(usize::try_from(draw(held.len() as u64)).expect("small"));
                let answer = shop.release(buyer(user), &booking).await;
                assert!(["", "EXPIRED"].contains(&answer.code()), "seed {seed}: {}", answer.text);
            }
            8 => shop.stall.clock.advance_secs(60),
            _ => drop(shop.expire().await),
        }
        let (free, held, sold) = shop.seats(&sale).await;
        assert!(free >= 0 && held >= 0 && (free + held, sold) == (30, 0), "seed {seed}");
    }
}
