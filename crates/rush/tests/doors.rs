//! The story of tickets and doors, through the API and on both databases: codes, names, passing on, two gates that race, undo, gates with
//! keys, and what a gate without a network merges later.

#[path = "harness/buying.rs"]
mod buying;

use axum::http::Method;
use buying::{Sale, Shop, actor, buyer, is_replayed};
use kernel::{Actor, Clock as _, UserId};
use rush::domain::role;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::Answer;
use testkit::open_stall::OpenStall;

testkit::on_both_backends! {
    through crate::buying:
    two_gates_that_race_for_one_ticket_let_one_person_in;
    every_ticket_has_a_code_of_its_own_that_its_holder_alone_sees;
    a_ticket_that_was_passed_on_is_dead_in_the_old_hands;
    what_a_gate_recorded_without_a_network_is_merged_once;
    an_admission_is_undone_and_counted;
    a_gates_key_opens_the_doors_of_its_event_and_nothing_else;
}

/// A shop with one sale of ten, and the organizer who runs it.
async fn selling(stall: OpenStall) -> (Shop, Sale, Actor) {
    let (shop, sale) = Shop::selling(stall, 10).await;
    let organizer = actor(10, shop.tenant, role::ORGANIZER);
    (shop, sale, organizer)
}

/// Seats that are bought and paid: the booking.
async fn bought(shop: &Shop, who: Actor, sale: &Sale, quantity: i64) -> String {
    let key = format!("k-{}-{quantity}", who.user.0);
    let reserved = shop.reserve(who, sale, quantity, &key).await;
    let paid = shop.pay(who, &reserved, "4242424242424242", &format!("{key}-pay")).await;
    assert_eq!(paid.status, 201, "{}", paid.text);
    buying::booking_of(&reserved)
}

async fn tickets(shop: &Shop, who: Actor, booking: &str) -> Vec<Value> {
    let answer = shop.get(who, &format!("/bookings/{booking}/tickets")).await;
    answer.data().as_array().expect("a list").clone()
}

fn code(ticket: &Value) -> &str {
    ticket["code"].as_str().expect("the holder sees it")
}

async fn scan(shop: &Shop, who: Actor, event: &str, (code, gate, key): (&str, &str, &str)) -> Answer {
    shop.post(who, &format!("/events/{event}/check-ins"), key, &json!({ "code": code, "gate": gate })).await
}

/// A customer of the shop with an account, as a log-in would have them.
async fn registered(shop: &Shop, email: &str) -> Actor {
    let body = json!({ "email": email, "password": "Correct-horse1", "name": "Mali S" });
    let made = shop.stall.front.post("/rush/api/v1/auth/register", &body).send().await;
    let id = made.data()["user"]["id"].as_str().expect("an id").to_owned();
    let user: UserId = testkit::edge::public_ids().decode(&id).expect("an id of ours");
    actor(user.0, shop.tenant, role::CUSTOMER)
}

async fn two_gates_that_race_for_one_ticket_let_one_person_in(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let booking = bought(&shop, buyer(5), &sale, 2).await;
    let first = code(&tickets(&shop, buyer(5), &booking).await[0]).to_owned();
    let (shop, event) = (Arc::new(shop), sale.event.clone());
    let races = (0..20).map(|at| {
        let (shop, event, first) = (Arc::clone(&shop), event.clone(), first.clone());
        let (gate, key) = (["North", "South"][at % 2], format!("scan-{at}"));
        tokio::spawn(async move { scan(&shop, organizer, &event, (&first, gate, &key)).await })
    });
    let mut admitted = Vec::new();
    for race in races.collect::<Vec<_>>() {
        let answer = race.await.expect("no panic");
        match answer.says() {
            (201, _) => admitted.push(answer),
            says => {
                assert_eq!(says, (409, "ALREADY_ENTERED"));
                let details = &answer.json["error"]["details"];
                assert!(details["entered_at"].is_string() && details["gate"].is_string(), "{}", answer.text);
            }
        }
    }
    assert_eq!(admitted.len(), 1, "one ticket, one person");
    let second = code(&tickets(&shop, buyer(5), &booking).await[1]).to_owned();
    let at = (second.as_str(), "North", "scan-second");
    let (once, again) = (scan(&shop, organizer, &event, at).await, scan(&shop, organizer, &event, at).await);
    assert_eq!((once.status, is_replayed(&once)), (201, false), "{}", once.text);
    assert_eq!((again.status, is_replayed(&again)), (201, true));
    assert_eq!(once.text, again.text, "the same scan is answered as before");
}

async fn every_ticket_has_a_code_of_its_own_that_its_holder_alone_sees(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let reserved = shop.reserve(buyer(5), &sale, 1, "unpaid").await;
    let unpaid = buying::booking_of(&reserved);
    let booking = bought(&shop, buyer(6), &sale, 3).await;
    let mine = tickets(&shop, buyer(6), &booking).await;
    assert_eq!(
        mine.iter().map(|ticket| ticket["seat"].as_i64()).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(3)]
    );
    let admin = actor(11, shop.tenant, role::ADMIN);
    assert!(tickets(&shop, admin, &booking).await.iter().all(|ticket| ticket["code"].is_null()));
    for (who, path, says) in [
        (buyer(5), format!("/bookings/{unpaid}/tickets/1"), (409, "TICKET_NOT_PAID")),
        (buyer(5), format!("/bookings/{booking}/tickets/1"), (404, "NOT_FOUND")),
        (buyer(6), format!("/bookings/{booking}/tickets/4"), (404, "NOT_FOUND")),
        (buyer(5), format!("/bookings/{booking}/tickets"), (404, "NOT_FOUND")),
    ] {
        assert_eq!(shop.get(who, &path).await.says(), says, "{path}");
    }
    let rename = shop.call(buyer(6), &Method::PUT, &format!("/bookings/{booking}/tickets/2"));
    assert_eq!(rename.json(&json!({ "name": " Mali " })).send().await.data()["name"], "Mali");
    // The short code is typed in small letters; what is forged or unsigned is none.
    let typed = mine[1]["short_code"].as_str().expect("a short code").to_lowercase();
    let entered = scan(&shop, organizer, &sale.event, (&typed, "", "t1")).await;
    assert_eq!((&entered.data()["seat"], &entered.data()["name"]), (&json!(2), &json!("Mali")));
    let signed = code(&mine[0]).to_owned();
    let forged = [
        signed.replace(":1:0:", ":3:0:"),
        format!("{signed}x"),
        "BK-20300101-AAAAAA-1-AAAA".to_owned(),
        String::new(),
    ];
    for (at, forged) in forged.iter().enumerate() {
        let answer = scan(&shop, organizer, &sale.event, (forged, "", &format!("f{at}"))).await;
        assert_eq!(answer.says(), (400, "INVALID_TICKET"), "{forged}");
    }
    let other = shop.sell(shop.tenant, "Another night", 5).await;
    assert_eq!(scan(&shop, organizer, &other.event, (&signed, "", "o")).await.says(), (409, "WRONG_EVENT"));
    let stranger = actor(77, shop.tenant, role::ORGANIZER);
    assert_eq!(scan(&shop, stranger, &sale.event, (&signed, "", "s")).await.says(), (403, "FORBIDDEN"));
}

async fn a_ticket_that_was_passed_on_is_dead_in_the_old_hands(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let (ann, mali) =
        (registered(&shop, "ann@example.com").await, registered(&shop, "mali@example.com").await);
    let booking = bought(&shop, ann, &sale, 2).await;
    let before = tickets(&shop, ann, &booking).await[0].clone();
    let path = format!("/bookings/{booking}/tickets/1/transfer");
    let pass = |who, email: &'static str, key: &'static str| {
        let shop = &shop;
        let path = path.clone();
        async move { shop.post(who, &path, key, &json!({ "email": email })).await }
    };
    assert_eq!(pass(ann, "nobody@example.com", "p0").await.says(), (400, "VALIDATION_ERROR"));
    assert_eq!(pass(ann, "ann@example.com", "p1").await.says(), (409, "ALREADY_THEIRS"));
    assert_eq!(pass(mali, "mali@example.com", "p2").await.says(), (404, "NOT_FOUND"));
    for _ in 0..2 {
        assert_eq!(pass(ann, "Mali@Example.com", "p3").await.status, 200, "and a repetition changes nothing");
    }
    let old = tickets(&shop, ann, &booking).await;
    assert_eq!(
        (&old[0]["code"], &old[0]["passed_on"], &old[1]["passed_on"]),
        (&Value::Null, &json!(true), &json!(false))
    );
    let hers = shop.get(mali, "/tickets").await.data()[0].clone();
    assert_eq!((&hers["seat"], &hers["generation"]), (&json!(1), &json!(1)));
    for (shown, key, says) in [
        (code(&before), "old", (409, "TICKET_PASSED_ON")),
        (before["short_code"].as_str().expect("a code"), "short", (400, "INVALID_TICKET")),
    ] {
        assert_eq!(scan(&shop, organizer, &sale.event, (shown, "", key)).await.says(), says);
    }
    let entered = scan(&shop, organizer, &sale.event, (code(&hers), "", "in")).await;
    assert_eq!(entered.status, 201, "{}", entered.text);
    assert_eq!(pass(mali, "ann@example.com", "p4").await.says(), (409, "ALREADY_ENTERED"));
    assert_eq!(shop.seats(&sale).await, (8, 0, 2), "no seat moved");
}

async fn what_a_gate_recorded_without_a_network_is_merged_once(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let booking = bought(&shop, buyer(5), &sale, 3).await;
    let mine = tickets(&shop, buyer(5), &booking).await;
    let list = shop.get(organizer, &format!("/events/{}/check-ins/list", sale.event)).await;
    let rows: Vec<Value> = list.text.lines().map(|row| serde_json::from_str(row).expect("a row")).collect();
    let named: Vec<_> = rows.iter().map(|row| row["ticket"].as_str().expect("a ticket").to_owned()).collect();
    assert_eq!(named, (1..=3).map(|seat| format!("{booking}:{seat}")).collect::<Vec<_>>());
    // Seat 1 enters at the gate with a network, while another without one lets in seats 1 and 2, and somebody with a forged code.
    assert_eq!(scan(&shop, organizer, &sale.event, (code(&mine[0]), "North", "n1")).await.status, 201);
    let at = shop.stall.clock.now().rfc3339();
    let one = |key: &str, code: &str| json!({ "key": key, "code": code, "scanned_at": at, "gate": "South" });
    let scans =
        json!({ "scans": [one("s1", code(&mine[0])), one("s2", code(&mine[1])), one("s3", "nothing")] });
    let path = format!("/events/{}/check-ins/merge", sale.event);
    for expected in [["conflict", "merged", "refused"], ["conflict", "repeated", "refused"]] {
        let merged = shop.post(organizer, &path, "m", &scans).await;
        let scans = merged.data()["scans"].as_array().expect("a list").clone();
        assert_eq!(
            scans.iter().map(|scan| scan["outcome"].as_str().expect("an outcome")).collect::<Vec<_>>(),
            expected
        );
        assert_eq!(scans[0]["details"]["gate"], "North", "who was let in first, and where");
    }
    let record = shop.get(organizer, &format!("/events/{}/check-ins", sale.event)).await;
    assert_eq!(record.data()["check_ins"].as_array().map(Vec::len), Some(2));
    assert_eq!(record.data()["conflicts"].as_array().map(Vec::len), Some(1), "kept once");
    let late =
        json!({ "scans": [{ "key": "s4", "code": code(&mine[2]), "scanned_at": "2029-12-01T00:00:00Z" }] });
    let merged = shop.post(organizer, &path, "m2", &late).await;
    assert_eq!(merged.data()["refused"], 1, "{}", merged.text);
}

async fn an_admission_is_undone_and_counted(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let booking = bought(&shop, buyer(5), &sale, 2).await;
    let mine = tickets(&shop, buyer(5), &booking).await;
    let inside = async || {
        let counts = shop.get(organizer, &format!("/events/{}/check-ins/counts", sale.event)).await;
        (
            counts.data()[0]["sold"].as_i64().expect("a count"),
            counts.data()[0]["inside"].as_i64().expect("a count"),
        )
    };
    assert_eq!(inside().await, (2, 0));
    let entered = scan(&shop, organizer, &sale.event, (code(&mine[0]), "North", "1")).await;
    assert_eq!(inside().await, (2, 1));
    let (path, body) = (
        format!("/events/{}/check-ins/undo", sale.event),
        json!({ "check_in_id": entered.data()["check_in_id"] }),
    );
    for _ in 0..2 {
        let undone = shop.post(organizer, &path, "u", &body).await;
        assert!(undone.data()["undone_at"].is_string(), "and undoing it again changes nothing");
    }
    assert_eq!(inside().await, (2, 0));
    assert_eq!(shop.post(organizer, &path, "u", &json!({})).await.says(), (409, "NOT_ENTERED"));
    // The scan that was undone may come again, from a gate that had no network: it lets nobody in.
    let again = scan(&shop, organizer, &sale.event, (code(&mine[0]), "North", "1")).await;
    assert_eq!(again.says(), (409, "CHECK_IN_UNDONE"));
    assert_eq!(inside().await, (2, 0));
    assert_eq!(scan(&shop, organizer, &sale.event, (code(&mine[0]), "South", "2")).await.status, 201);
    assert_eq!(inside().await, (2, 1));
}

async fn a_gates_key_opens_the_doors_of_its_event_and_nothing_else(stall: OpenStall) {
    let (shop, sale, organizer) = selling(stall).await;
    let other = shop.sell(shop.tenant, "Another night", 5).await;
    let gates = format!("/events/{}/gates", sale.event);
    let made = shop.post(organizer, &gates, "g", &json!({ "name": "West door" })).await;
    let (gate, key) = (
        made.data()["id"].as_str().expect("a gate").to_owned(),
        made.data()["key"].as_str().expect("a gate").to_owned(),
    );
    assert!(!shop.get(organizer, &gates).await.text.contains(&key), "the key is shown once");
    let booking = bought(&shop, buyer(5), &sale, 1).await;
    let shown = json!({ "code": code(&tickets(&shop, buyer(5), &booking).await[0]), "gate": "pretended" });
    let at_the_door = async |event: &str, key: &str, scan: &str| {
        let path = format!("/rush/api/v1/events/{event}/check-ins");
        shop.stall.front.post(&path, &shown).header("x-gate-key", key).key(scan).send().await
    };
    let wrong = "A".repeat(43);
    for (event, key) in [(&other.event, key.as_str()), (&sale.event, wrong.as_str()), (&sale.event, "x")] {
        assert_eq!(at_the_door(event, key, "1").await.says(), (401, "INVALID_GATE_KEY"));
    }
    assert_eq!(at_the_door(&sale.event, &key, "1").await.data()["gate"], "West door");
    let ended = shop.call(organizer, &Method::DELETE, &format!("{gates}/{gate}")).send().await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    assert_eq!(at_the_door(&sale.event, &key, "2").await.says(), (401, "INVALID_GATE_KEY"));
    let next_door = shop.open_tenant("next-door").await;
    let foreign = actor(12, next_door, role::ADMIN);
    assert_eq!(shop.get(foreign, &gates).await.says(), (404, "NOT_FOUND"));
}
