//! The story of money back, through the API's door and on both databases: quote, request, approve, reject, process, by tickets
//! and whole; and what a cancelled event gives back by itself. The books are checked after each.

#[path = "harness/buying.rs"]
mod buying;

use axum::http::Method;
use buying::{Sale, Shop, actor, booking_of, buyer};
use kernel::{Actor, Timestamp};
use rush::domain::role;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::Answer;
use testkit::open_stall::OpenStall;

testkit::on_both_backends! {
    through crate::buying:
    a_quote_follows_the_policy_of_the_purchase_to_the_second;
    a_refund_is_asked_for_approved_and_processed_by_tickets;
    a_rejected_refund_moves_nothing_and_a_repeated_request_is_one;
    many_approvals_at_once_move_seats_and_money_once;
    a_cancelled_event_gives_everything_back_by_itself;
    a_cancelled_show_gives_its_own_bookings_back;
    money_for_a_cancelled_event_goes_back_while_its_hold_still_lives;
    strangers_find_no_refund_and_ask_for_none;
    events_tell_what_happened_in_order;
}

const HOUR: i64 = 3600;
/// What one ticket costs.
const PRICE: i64 = 150_000;

/// What a test does again and again.
struct Counter {
    shop: Shop,
    sale: Sale,
}

impl Counter {
    async fn open(stall: OpenStall, seats: i64) -> Self {
        let (shop, sale) = Shop::selling(stall, seats).await;
        Self { shop, sale }
    }

    fn admin(&self) -> Actor {
        actor(15, self.shop.tenant, role::ADMIN)
    }

    fn organizer(&self) -> Actor {
        actor(10, self.shop.tenant, role::ORGANIZER)
    }

    /// Seconds until the show, 2030-02-01 20:00 in Bangkok.
    fn until_show(&self) -> i64 {
        let show = Timestamp::parse_rfc3339("2030-02-01T13:00:00Z").expect("a moment");
        self.shop.now().secs_until(show)
    }

    /// Moves the clock to so many seconds before the show.
    fn go_to(&self, seconds_before: i64) {
        self.shop.stall.clock.advance_secs(self.until_show() - seconds_before);
    }

    /// A paid booking.
    async fn bought(&self, who: Actor, sale: &Sale, quantity: i64) -> String {
        let reserved = self.shop.reserve(who, sale, quantity, &format!("r{}-{quantity}", who.user.0)).await;
        let paid = self.shop.pay(who, &reserved, "tok_approve", &format!("p{}-{quantity}", who.user.0)).await;
        assert_eq!(paid.data()["status"], "succeeded", "{}", paid.text);
        booking_of(&reserved)
    }

    async fn get(&self, who: Actor, path: &str) -> Answer {
        self.shop.call(who, &Method::GET, path).send().await
    }

    async fn post(&self, who: Actor, path: &str, body: &Value) -> Answer {
        self.shop.call(who, &Method::POST, path).json(body).send().await
    }

    async fn quote(&self, who: Actor, booking: &str, query: &str) -> Value {
        let quote = self.get(who, &format!("/bookings/{booking}/refund-quote{query}")).await;
        assert_eq!(quote.status, 200, "{}", quote.text);
        quote.data().clone()
    }

    async fn percent(&self, who: Actor, booking: &str) -> i64 {
        self.quote(who, booking, "").await["percent"].as_i64().expect("a number")
    }

    async fn ask(&self, who: Actor, booking: &str, key: &str, body: &Value) -> Answer {
        self.shop.post(who, &format!("/bookings/{booking}/refund"), key, body).await
    }

    /// The id of a refund that was asked for.
    async fn asked(&self, who: Actor, booking: &str, key: &str, quantity: i64) -> String {
        let asked = self.ask(who, booking, key, &json!({ "quantity": quantity })).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        assert_eq!(asked.data()["status"], "requested");
        asked.data()["refund_id"].as_str().expect("an id").to_owned()
    }

    async fn decide(&self, refund: &str, verb: &str) -> Answer {
        self.post(self.admin(), &format!("/refunds/{refund}/{verb}"), &json!({ "note": "seen" })).await
    }

    async fn refund(&self, refund: &str) -> Value {
        self.get(self.admin(), &format!("/refunds/{refund}")).await.data().clone()
    }

    async fn booking(&self, who: Actor, booking: &str) -> String {
        let found = self.get(who, &format!("/bookings/{booking}")).await;
        found.data()["status"].as_str().expect("a status").to_owned()
    }

    async fn payment(&self, who: Actor, booking: &str) -> (String, Option<i64>) {
        let found = self.get(who, &format!("/payments/booking/{booking}")).await;
        let data = found.data();
        (data["status"].as_str().expect("a status").to_owned(), data["refund_amount"].as_i64())
    }

    async fn kinds(&self, topic: &'static str) -> Vec<String> {
        let read = self.shop.stall.store.read(move |tx| {
            tx.query("SELECT kind FROM outbox WHERE topic = $1 ORDER BY seq", &[topic.into()], |row| {
                row.text(0)
            })
        });
        read.await.unwrap_or_else(|error: store::StoreError| panic!("{error}"))
    }
}

async fn a_quote_follows_the_policy_of_the_purchase_to_the_second(stall: OpenStall) {
    let counter = Counter::open(stall, 10).await;
    let booking = counter.bought(buyer(5), &counter.sale, 3).await;
    assert_eq!(counter.percent(buyer(5), &booking).await, 100);
    // The organizer wants to give less from now on; what was bought is not touched.
    let path = format!("/tenants/{}", counter.shop.public(counter.shop.tenant));
    let table = json!({ "settings": { "refund_table": [{ "hours_before": 600, "percent": 10 }] } });
    let changed = counter.shop.call(counter.admin(), &Method::PUT, &path).json(&table).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    for (seconds, percent) in
        [(168 * HOUR, 100), (168 * HOUR - 1, 50), (72 * HOUR, 50), (72 * HOUR - 1, 0), (1, 0)]
    {
        counter.go_to(seconds);
        assert_eq!(counter.percent(buyer(5), &booking).await, percent, "{seconds} s before the show");
    }
    let quote = counter.quote(buyer(5), &booking, "?quantity=2").await;
    assert_eq!((&quote["amount"], &quote["quantity_max"]), (&json!(0), &json!(3)));
    let late = counter.ask(buyer(5), &booking, "late", &json!({})).await;
    assert_eq!(late.says(), (409, "REFUND_NOT_AVAILABLE"));
    // Widened: it holds for what was bought before, too.
    let table = json!({ "settings": { "refund_table": [{ "hours_before": 0, "percent": 80 }] } });
    counter.shop.call(counter.admin(), &Method::PUT, &path).json(&table).send().await;
    assert_eq!(counter.percent(buyer(5), &booking).await, 80);
    let four = counter.get(buyer(5), &format!("/bookings/{booking}/refund-quote?quantity=4")).await;
    assert_eq!(four.says(), (400, "INVALID_QUANTITY"));
}

async fn a_refund_is_asked_for_approved_and_processed_by_tickets(stall: OpenStall) {
    let counter = Counter::open(stall, 10).await;
    let booking = counter.bought(buyer(5), &counter.sale, 3).await;
    let refund = counter.asked(buyer(5), &booking, "one", 1).await;
    assert_eq!(counter.shop.seats(&counter.sale).await, (7, 0, 3), "nothing moves before somebody approves");
    let approved = counter.decide(&refund, "approve").await;
    assert_eq!((approved.status, &approved.data()["status"]), (200, &json!("approved")), "{}", approved.text);
    assert_eq!(counter.shop.seats(&counter.sale).await.0, 8, "its seat is on sale again at once");
    assert_eq!(counter.shop.stall.run_job("refunds").await, 1);
    assert_eq!(counter.refund(&refund).await["status"], "refunded");
    assert_eq!(counter.booking(buyer(5), &booking).await, "confirmed");
    assert_eq!(counter.payment(buyer(5), &booking).await, ("succeeded".to_owned(), Some(PRICE)));
    // The rest, when half of it still comes back.
    counter.go_to(100 * HOUR);
    let rest = counter.asked(buyer(5), &booking, "two", 2).await;
    assert_eq!(counter.refund(&rest).await["amount"], PRICE);
    counter.decide(&rest, "approve").await;
    assert_eq!(counter.booking(buyer(5), &booking).await, "confirmed");
    counter.shop.stall.run_job("refunds").await;
    assert_eq!(counter.booking(buyer(5), &booking).await, "refunded");
    assert_eq!(counter.payment(buyer(5), &booking).await, ("refunded".to_owned(), Some(2 * PRICE)));
    assert_eq!(counter.shop.seats(&counter.sale).await.0, 10);
    let again = counter.ask(buyer(5), &booking, "three", &json!({})).await;
    assert_eq!(again.says(), (409, "INVALID_STATUS"), "nothing is left to give back");
    // The seats can be bought again, by the same buyer too: the cap counts what they own.
    counter.bought(buyer(6), &counter.sale, 4).await;
    let more = counter.shop.reserve(buyer(5), &counter.sale, 4, "more").await;
    assert_eq!(more.status, 201, "{}", more.text);
    let list = counter.get(buyer(5), &format!("/bookings/{booking}/refunds")).await;
    assert_eq!(list.data().as_array().map(Vec::len), Some(2));
}

async fn a_rejected_refund_moves_nothing_and_a_repeated_request_is_one(stall: OpenStall) {
    let counter = Counter::open(stall, 10).await;
    let booking = counter.bought(buyer(5), &counter.sale, 2).await;
    let refund = counter.asked(buyer(5), &booking, "one", 2).await;
    let same = counter.ask(buyer(5), &booking, "one", &json!({ "quantity": 2 })).await;
    assert_eq!((same.status, same.data()["refund_id"].as_str()), (201, Some(refund.as_str())));
    let other = counter.ask(buyer(5), &booking, "one", &json!({ "quantity": 1 })).await;
    assert_eq!(other.says(), (422, "IDEMPOTENCY_KEY_REUSED"));
    let second = counter.ask(buyer(5), &booking, "two", &json!({ "quantity": 1 })).await;
    assert_eq!(second.says(), (409, "REFUND_PENDING"));
    let rejected = counter.decide(&refund, "reject").await;
    assert_eq!((rejected.status, &rejected.data()["decision_note"]), (200, &json!("seen")));
    for verb in ["approve", "reject", "retry"] {
        assert_eq!(counter.decide(&refund, verb).await.says(), (409, "INVALID_STATUS"), "{verb}");
    }
    assert_eq!(counter.shop.stall.run_job("refunds").await, 0);
    assert_eq!(
        (counter.shop.seats(&counter.sale).await.0, counter.booking(buyer(5), &booking).await.as_str()),
        (8, "confirmed")
    );
    let wrong = counter.ask(buyer(5), &booking, "three", &json!({ "amount": 1 })).await;
    assert_eq!(wrong.says(), (409, "QUOTE_CHANGED"));
    assert_eq!(wrong.json["error"]["details"]["amount"], 2 * PRICE);
    let long = counter.ask(buyer(5), &booking, "four", &json!({ "reason": "x".repeat(501) })).await;
    assert_eq!(long.status, 400);
    counter.asked(buyer(5), &booking, "five", 1).await;
}

async fn many_approvals_at_once_move_seats_and_money_once(stall: OpenStall) {
    let counter = Arc::new(Counter::open(stall, 10).await);
    let booking = counter.bought(buyer(5), &counter.sale, 2).await;
    let refund = counter.asked(buyer(5), &booking, "one", 2).await;
    let approvals = (0..8).map(|_| {
        let (counter, refund) = (Arc::clone(&counter), refund.clone());
        tokio::spawn(async move { counter.decide(&refund, "approve").await.status })
    });
    let mut approved = 0;
    for approval in approvals.collect::<Vec<_>>() {
        approved += usize::from(approval.await.expect("no panic") == 200);
    }
    assert_eq!(approved, 1);
    assert_eq!(counter.shop.stall.run_job("refunds").await, 1);
    assert_eq!(counter.shop.stall.run_job("refunds").await, 0);
    assert_eq!(counter.payment(buyer(5), &booking).await, ("refunded".to_owned(), Some(2 * PRICE)));
    assert_eq!(counter.shop.seats(&counter.sale).await.0, 10);
}

async fn a_cancelled_event_gives_everything_back_by_itself(stall: OpenStall) {
    let counter = Counter::open(stall, 1000).await;
    let other = counter.shop.sell(counter.shop.tenant, "Other night", 10).await;
    let mut bookings = Vec::new();
    for number in 100..125 {
        bookings.push((buyer(number), counter.bought(buyer(number), &counter.sale, 1 + number % 3).await));
    }
    let kept = counter.bought(buyer(300), &other, 1).await;
    // One gave a ticket back before, for half; one asks and is not answered.
    counter.go_to(100 * HOUR);
    let (who, half) = &bookings[1];
    let before = counter.asked(*who, half, "half", 1).await;
    counter.decide(&before, "approve").await;
    let open = counter.asked(bookings[2].0, &bookings[2].1, "open", 1).await;
    counter.shop.stall.run_job("refunds").await;
    let path = format!("/events/{}/cancellation", counter.sale.event);
    let dry = counter.get(counter.organizer(), &path).await;
    let tickets: i64 = (100..125).map(|number| 1 + number % 3).sum::<i64>() - 1;
    let due = json!([{ "currency": "THB", "bookings": 25, "tickets": tickets, "amount": tickets * PRICE }]);
    assert_eq!((&dry.data()["status"], &dry.data()["due"]), (&json!("none"), &due));
    let cancelled = counter
        .post(counter.organizer(), &format!("/events/{}/cancel", counter.sale.event), &json!({}))
        .await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    let asked = counter.ask(who.to_owned(), half, "late", &json!({})).await;
    assert_eq!(asked.says(), (409, "EVENT_CANCELLED"), "it comes by itself");
    assert_eq!(counter.get(counter.organizer(), &path).await.data()["due"], due);
    counter.shop.stall.run_job("refunds").await;
    let running = counter.get(counter.organizer(), &path).await;
    assert_eq!((&running.data()["status"], &running.data()["due"]), (&json!("running"), &json!([])));
    let made = json!([{ "status": "refunded", "currency": "THB", "refunds": 25, "tickets": tickets, "amount": tickets * PRICE }]);
    assert_eq!(running.data()["refunds"], made);
    counter.shop.stall.clock.advance_secs(60);
    counter.shop.stall.run_job("refunds").await;
    let done = counter.get(counter.admin(), &path).await;
    assert_eq!((&done.data()["status"], &done.data()["refunds"]), (&json!("done"), &made));
    for (who, booking) in &bookings {
        assert_eq!(counter.booking(*who, booking).await, "refunded");
    }
    assert_eq!(counter.payment(*who, half).await.1, Some(PRICE / 2 + (101 % 3) * PRICE));
    assert_eq!(counter.refund(&open).await["status"], "rejected", "all of it came instead");
    assert_eq!(counter.booking(buyer(300), &kept).await, "confirmed");
    let list = counter.get(counter.admin(), "/refunds?status=refunded&per_page=5").await;
    assert_eq!(list.json["meta"]["total"], 26);
    assert_eq!(list.data().as_array().map(Vec::len), Some(5));
}

async fn a_cancelled_show_gives_its_own_bookings_back(stall: OpenStall) {
    let counter = Counter::open(stall, 10).await;
    let body = json!({ "show_date": "2030-02-02", "start_time": "20:00" });
    let made =
        counter.post(counter.organizer(), &format!("/events/{}/shows", counter.sale.event), &body).await;
    let show = made.data()["id"].as_str().expect("an id").to_owned();
    let body = json!({ "name": "Floor", "price": PRICE, "total_seats": 10 });
    let made = counter.post(counter.organizer(), &format!("/shows/{show}/zones"), &body).await;
    let zone = made.data()["id"].as_str().expect("an id").to_owned();
    let second = Sale { event: counter.sale.event.clone(), show: show.clone(), zone };
    let stays = counter.bought(buyer(5), &counter.sale, 1).await;
    let goes = counter.bought(buyer(6), &second, 2).await;
    let cancelled = counter.post(counter.organizer(), &format!("/shows/{show}/cancel"), &json!({})).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    counter.shop.stall.run_job("refunds").await;
    assert_eq!(counter.booking(buyer(5), &stays).await, "confirmed");
    assert_eq!(counter.booking(buyer(6), &goes).await, "refunded");
    let path = format!("/shows/{show}/cancellation");
    assert_eq!(counter.get(counter.organizer(), &path).await.data()["refunds"][0]["amount"], 2 * PRICE);
}

async fn money_for_a_cancelled_event_goes_back_while_its_hold_still_lives(stall: OpenStall) {
    let counter = Counter::open(stall, 10).await;
    let reserved = counter.shop.reserve(buyer(5), &counter.sale, 2, "hold").await;
    let booking = booking_of(&reserved);
    counter.post(counter.organizer(), &format!("/events/{}/cancel", counter.sale.event), &json!({})).await;
    let paid = counter.shop.pay(buyer(5), &reserved, "tok_approve", "pay").await;
    assert_eq!(paid.data()["status"], "refund_pending", "{}", paid.text);
    assert_eq!(paid.data()["refund_reason"], "event_cancelled");
    counter.shop.stall.run_job("payments_follow").await;
    assert_eq!(counter.payment(buyer(5), &booking).await, ("refunded".to_owned(), Some(2 * PRICE)));
    assert_eq!(
        (counter.booking(buyer(5), &booking).await.as_str(), counter.shop.seats(&counter.sale).await),
        ("cancelled", (10, 0, 0))
    );
}

async fn strangers_find_no_refund_and_ask_for_none(stall: OpenStall) {
    let counter = Counter::open(stall, 10).await;
    let booking = counter.bought(buyer(5), &counter.sale, 1).await;
    let next_door = counter.shop.open_tenant("next-door").await;
    let foreign = actor(16, next_door, role::ADMIN);
    for who in [buyer(6), foreign] {
        for path in ["refund-quote", "refunds"] {
            assert_eq!(
                counter.get(who, &format!("/bookings/{booking}/{path}")).await.says().0,
                404,
                "{path}"
            );
        }
        assert_eq!(counter.ask(who, &booking, "mine", &json!({})).await.says().0, 404);
    }
    let refund = counter.asked(buyer(5), &booking, "one", 1).await;
    for who in [buyer(6), foreign] {
        assert_eq!(counter.get(who, &format!("/refunds/{refund}")).await.says().0, 404);
    }
    assert_eq!(counter.get(buyer(5), &format!("/refunds/{refund}")).await.status, 200);
    for (who, status) in [(buyer(5), 403), (counter.organizer(), 403), (foreign, 404)] {
        let approved = counter.post(who, &format!("/refunds/{refund}/approve"), &json!({})).await;
        assert_eq!(approved.says().0, status, "{who:?}");
    }
    assert_eq!(counter.get(counter.organizer(), "/refunds").await.says().0, 403);
    assert_eq!(counter.get(foreign, "/refunds").await.json["meta"]["total"], 0);
    assert_eq!(
        counter.get(foreign, &format!("/events/{}/cancellation", counter.sale.event)).await.says().0,
        404
    );
}

async fn events_tell_what_happened_in_order(stall: OpenStall) {
    let counter = Counter::open(stall, 10).await;
    let booking = counter.bought(buyer(5), &counter.sale, 1).await;
    let refund = counter.asked(buyer(5), &booking, "one", 1).await;
    counter.decide(&refund, "approve").await;
    counter.shop.stall.run_job("refunds").await;
    assert_eq!(
        counter.kinds("refund-events").await,
        ["refund.requested", "refund.approved", "refund.processed"]
    );
    assert_eq!(
        counter.kinds("booking-events").await,
        ["booking.created", "booking.confirmed", "booking.refunded"]
    );
    let moved = json!({ "start_time": "21:00" });
    let path = format!("/shows/{}", counter.sale.show);
    let changed = counter.shop.call(counter.organizer(), &Method::PUT, &path).json(&moved).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(counter.kinds("ticket.events").await.last().map(String::as_str), Some("show.moved"));
}
