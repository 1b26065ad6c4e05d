//! The story of the waiting room, through the API's door and on both databases: join, leave, shuffle, release, pass, settings,
//! streams.

#[path = "harness/buying.rs"]
mod buying;

use axum::http::Method;
use buying::{Sale, Shop, actor, buyer, is_replayed};
use http_body_util::BodyExt as _;
use kernel::Actor;
use rush::domain::role;
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::Answer;
use testkit::open_stall::OpenStall;

testkit::on_both_backends! {
    through crate::buying:
    a_place_is_the_same_on_every_device_and_leaving_needs_its_token;
    who_comes_early_is_shuffled_once_and_a_stranger_can_verify_it;
    turns_come_by_batch_interval_cap_and_what_is_left;
    a_pass_is_good_for_one_person_one_event_and_one_reservation;
    a_pass_that_ran_out_queues_again_and_a_sold_out_room_says_so;
    there_is_a_room_when_the_mode_says_so;
    an_admin_changes_the_room_while_people_wait;
    a_stream_tells_the_place_the_pass_and_that_there_is_none;
    a_room_may_want_work_and_bounds_what_one_address_holds;
}

/// A shop with a room before its sale.
async fn room(stall: OpenStall, seats: i64, settings: &Value) -> (Shop, Sale) {
    let (shop, sale) = Shop::selling(stall, seats).await;
    set(&shop, &sale, settings).await;
    (shop, sale)
}

async fn set(shop: &Shop, sale: &Sale, settings: &Value) -> Answer {
    let admin = actor(11, shop.tenant, role::ADMIN);
    let changed =
        shop.call(admin, &Method::PUT, &format!("/admin/queue/{}", sale.event)).json(settings).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    changed
}

/// Lets the sale begin so many seconds from now.
async fn opens_in(shop: &Shop, sale: &Sale, seconds: i64) {
    let organizer = actor(10, shop.tenant, role::ORGANIZER);
    let body = json!({ "booking_start_at": shop.now().plus_secs(seconds).rfc3339() });
    let changed =
        shop.call(organizer, &Method::PUT, &format!("/events/{}", sale.event)).json(&body).send().await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

async fn join(shop: &Shop, who: Actor, sale: &Sale) -> Answer {
    shop.post(who, "/queue/join", "unused", &json!({ "event_id": sale.event })).await
}

async fn place(shop: &Shop, who: Actor, sale: &Sale) -> Answer {
    shop.get(who, &format!("/queue/position/{}", sale.event)).await
}

async fn state(shop: &Shop, who: Actor, sale: &Sale) -> String {
    place(shop, who, sale).await.data()["state"].as_str().expect("a place has a state").to_owned()
}

/// The pass of somebody whose turn has come.
async fn pass(shop: &Shop, who: Actor, sale: &Sale) -> String {
    let place = place(shop, who, sale).await;
    place.data()["queue_pass"].as_str().unwrap_or_else(|| panic!("no pass: {}", place.text)).to_owned()
}

async fn reserve(shop: &Shop, who: Actor, sale: &Sale, key: &str, pass: Option<&str>) -> Answer {
    let body = json!({ "event_id": sale.event, "show_id": sale.show, "zone_id": sale.zone, "quantity": 1 });
    let call = shop.call(who, &Method::POST, "/bookings/reserve").key(key).json(&body);
    let call = match pass {
        Some(pass) => call.header("x-queue-pass", pass),
        None => call,
    };
    call.send().await
}

async fn release(shop: &Shop) {
    shop.stall.run_job("queue_release").await;
}

async fn a_place_is_the_same_on_every_device_and_leaving_needs_its_token(stall: OpenStall) {
    // Nobody is let on while this goes on: the sale has not begun.
    let (shop, sale) = room(stall, 100, &json!({ "mode": "on" })).await;
    let first = join(&shop, buyer(1), &sale).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let second = join(&shop, buyer(2), &sale).await;
    assert_eq!((first.data()["position"].as_i64(), second.data()["position"].as_i64()), (Some(1), Some(2)));
    let (left, right) = tokio::join!(join(&shop, buyer(1), &sale), join(&shop, buyer(1), &sale));
    for again in [left, right] {
        assert_eq!((again.status, again.data()["token"].clone()), (200, first.data()["token"].clone()));
        assert_eq!(again.data()["place"], 1);
    }
    let own = shop.get(buyer(2), &format!("/queue/status?event_id={}", sale.event)).await;
    assert_eq!((own.data()["position"].as_i64(), own.data()["total_in_queue"].as_i64()), (Some(2), Some(2)));
    assert!(own.data()["estimated_wait_seconds"].is_i64() && own.data()["estimated_wait_high"].is_i64());
    let leave = async |who, token: &Value| {
        let body = json!({ "event_id": sale.event, "token": token });
        shop.call(who, &Method::DELETE, "/queue/leave").json(&body).send().await
    };
    assert_eq!(leave(buyer(1), &second.data()["token"]).await.says(), (403, "INVALID_TOKEN"));
    assert_eq!(leave(buyer(1), &first.data()["token"]).await.status, 200);
    assert_eq!(leave(buyer(1), &first.data()["token"]).await.says(), (404, "NOT_IN_QUEUE"));
    assert_eq!(place(&shop, buyer(1), &sale).await.says(), (404, "NOT_IN_QUEUE"));
    assert_eq!(place(&shop, buyer(2), &sale).await.data()["position"], 1);
    let anew = join(&shop, buyer(1), &sale).await;
    assert_eq!((anew.status, anew.data()["position"].as_i64()), (201, Some(2)));
    let public = shop.stall.front.get(&format!("/rush/api/v1/queue/status/{}", sale.event)).send().await;
    assert_eq!(
        (public.data()["total_in_queue"].as_i64(), public.data()["is_open"].as_bool()),
        (Some(2), Some(true))
    );
    let stranger = actor(5, shop.open_tenant("next-door").await, role::CUSTOMER);
    assert_eq!(join(&shop, stranger, &sale).await.status, 404);
}

async fn who_comes_early_is_shuffled_once_and_a_stranger_can_verify_it(stall: OpenStall) {
    let (shop, sale) = room(stall, 100, &json!({ "mode": "on", "batch": 1000 })).await;
    opens_in(&shop, &sale, 3_600).await;
    let status = shop.stall.front.get(&format!("/rush/api/v1/queue/status/{}", sale.event)).send().await;
    let commitment =
        status.data()["commitment"].as_str().expect("it is shown before anybody joins").to_owned();
    let mut heads = Vec::new();
    for number in 1..=12_u8 {
        let body = json!({ "event_id": sale.event, "contribution": format!("{number:032x}") });
        let joined = shop.post(buyer(number.into()), "/queue/join", "unused", &body).await;
        assert_eq!((joined.status, joined.data()["state"].as_str()), (201, Some("early")), "{}", joined.text);
        heads.push(joined.data()["contributions_head"].clone());
    }
    let file = format!("/queue/shuffle/{}", sale.event);
    assert_eq!(shop.get(buyer(1), &file).await.says(), (409, "SHUFFLE_NOT_YET"));
    assert_eq!(reserve(&shop, buyer(1), &sale, "early", None).await.says(), (503, "QUEUE_REQUIRED"));
    release(&shop).await;
    assert_eq!(state(&shop, buyer(3), &sale).await, "early", "it is not time");
    shop.stall.clock.advance_secs(3_600);
    let late = join(&shop, buyer(99), &sale).await;
    assert_eq!(
        (late.data()["state"].as_str(), late.data()["position"].as_i64()),
        (Some("waiting"), Some(13))
    );
    release(&shop).await;
    let proof = shop.get(buyer(1), &file).await;
    let claims = verify::verify(&proof.text, Some(&commitment));
    assert!(
        claims.len() > 4 && claims.iter().all(|claim| claim.verdict == verify::Verdict::Ok),
        "{claims:?}"
    );
    assert_eq!(proof.json["head"], heads[11], "the last joiner was told the last head");
    assert_eq!(proof.json["contributions"][4], format!("{:032x}", 5));
    let order: Vec<i64> = serde_json::from_value(proof.json["order"].clone()).expect("places");
    assert_ne!(order, (1..=12).collect::<Vec<_>>());
    let released: Vec<i64> = serde_json::from_value(proof.json["released"].clone()).expect("places");
    assert_eq!(released, [order, vec![13]].concat(), "everybody is through, the late one last");
    // Nothing of it says who.
    assert!(!proof.text.contains(&shop.public(kernel::UserId(5))));
}

async fn turns_come_by_batch_interval_cap_and_what_is_left(stall: OpenStall) {
    let settings = json!({ "mode": "on", "batch": 3, "interval_ms": 1000, "max_concurrent": 5 });
    let (shop, sale) = room(stall, 100, &settings).await;
    for number in 1..=20 {
        join(&shop, buyer(number), &sale).await;
    }
    let ready = async || {
        let admin = actor(11, shop.tenant, role::ADMIN);
        shop.get(admin, &format!("/admin/queue/{}", sale.event)).await.data()["released"]
            .as_i64()
            .expect("a count")
    };
    for expected in [3, 3] {
        release(&shop).await;
        assert_eq!(ready().await, expected, "a batch, and no other before its interval is over");
    }
    shop.stall.clock.advance_secs(1);
    release(&shop).await;
    assert_eq!(ready().await, 5, "no more than may be out at once");
    shop.stall.clock.advance_secs(1);
    release(&shop).await;
    assert_eq!(ready().await, 5);
    for number in 1..=2 {
        let pass = pass(&shop, buyer(number), &sale).await;
        assert_eq!(reserve(&shop, buyer(number), &sale, "mine", Some(&pass)).await.status, 201);
    }
    release(&shop).await;
    assert_eq!(ready().await, 7, "a used pass makes room");
    assert_eq!(place(&shop, buyer(8), &sale).await.data()["position"], 1);
    // Two seats are left: three passes at most, and five are out.
    let total = json!({ "total_seats": 4 });
    let organizer = actor(10, shop.tenant, role::ORGANIZER);
    let shrunk =
        shop.call(organizer, &Method::PUT, &format!("/zones/{}", sale.zone)).json(&total).send().await;
    assert_eq!(shrunk.status, 200, "{}", shrunk.text);
    shop.stall.clock.advance_secs(301);
    release(&shop).await;
    assert_eq!(ready().await, 10, "all five ran out; two seats are worth three passes");
    assert_eq!(place(&shop, buyer(20), &sale).await.data()["may_sell_out"], true);
}

async fn a_pass_is_good_for_one_person_one_event_and_one_reservation(stall: OpenStall) {
    let (shop, sale) = room(stall, 100, &json!({ "mode": "on" })).await;
    let other = shop.sell(shop.tenant, "Other", 10).await;
    set(&shop, &other, &json!({ "mode": "on" })).await;
    let shop = Arc::new(shop);
    for number in 1..=3 {
        join(&shop, buyer(number), &sale).await;
    }
    join(&shop, buyer(1), &other).await;
    assert_eq!(reserve(&shop, buyer(1), &sale, "none", None).await.says(), (503, "QUEUE_REQUIRED"));
    release(&shop).await;
    let (mine, theirs) = (pass(&shop, buyer(1), &sale).await, pass(&shop, buyer(2), &sale).await);
    for (pass, refusal) in [
        ("nonsense", "INVALID_QUEUE_PASS"),
        (&mine[..mine.len() - 4], "INVALID_QUEUE_PASS"),
        (&theirs, "QUEUE_PASS_MISMATCH"),
        (&pass(&shop, buyer(1), &other).await, "QUEUE_PASS_MISMATCH"),
    ] {
        assert_eq!(reserve(&shop, buyer(1), &sale, "bad", Some(pass)).await.says(), (403, refusal));
    }
    let many = (0..20).map(|number| {
        let (shop, sale, pass) = (Arc::clone(&shop), sale.clone(), mine.clone());
        tokio::spawn(
            async move { reserve(&shop, buyer(1), &sale, &format!("key-{number}"), Some(&pass)).await },
        )
    });
    let mut won = Vec::new();
    for (number, answer) in many.collect::<Vec<_>>().into_iter().enumerate() {
        let answer = answer.await.expect("no panic");
        if answer.status == 201 {
            won.push(number);
        } else {
            assert_eq!(answer.says(), (403, "QUEUE_PASS_USED"));
        }
    }
    assert_eq!(won.len(), 1, "a pass holds seats once");
    assert_eq!(state(&shop, buyer(1), &sale).await, "used");
    let again = reserve(&shop, buyer(1), &sale, &format!("key-{}", won[0]), Some(&mine)).await;
    assert!(again.status == 201 && is_replayed(&again), "the same request gets its booking: {}", again.text);
    // A refused reservation uses nothing up.
    let too_many =
        json!({ "event_id": sale.event, "show_id": sale.show, "zone_id": sale.zone, "quantity": 9 });
    let call = shop.call(buyer(2), &Method::POST, "/bookings/reserve").key("too-many").json(&too_many);
    assert_eq!(call.header("x-queue-pass", &theirs).send().await.says(), (409, "MAX_TICKETS_EXCEEDED"));
    assert_eq!(state(&shop, buyer(2), &sale).await, "ready");
    shop.stall.clock.advance_secs(300);
    assert_eq!(
        reserve(&shop, buyer(2), &sale, "late", Some(&theirs)).await.says(),
        (403, "QUEUE_PASS_EXPIRED")
    );
    let after = reserve(&shop, buyer(1), &sale, &format!("key-{}", won[0]), Some(&mine)).await;
    assert!(after.status == 201 && is_replayed(&after), "also when the pass has run out");
    let used = shop.count("SELECT COUNT(*) FROM queue_passes WHERE booking_id IS NOT NULL").await;
    assert_eq!(used, 1);
}

async fn a_pass_that_ran_out_queues_again_and_a_sold_out_room_says_so(stall: OpenStall) {
    let (shop, sale) = room(stall, 2, &json!({ "mode": "on", "pass_ttl": 60 })).await;
    for number in 1..=5 {
        join(&shop, buyer(number), &sale).await;
    }
    release(&shop).await;
    assert_eq!(state(&shop, buyer(3), &sale).await, "ready", "two seats are worth three passes");
    shop.stall.clock.advance_secs(61);
    assert_eq!(state(&shop, buyer(1), &sale).await, "pass_expired");
    let again = join(&shop, buyer(1), &sale).await;
    assert_eq!(
        (again.status, again.data()["position"].as_i64()),
        (201, Some(3)),
        "at the end: {}",
        again.text
    );
    release(&shop).await;
    for number in [4, 5] {
        let pass = pass(&shop, buyer(number), &sale).await;
        let reserved = reserve(&shop, buyer(number), &sale, "mine", Some(&pass)).await;
        let paid = shop.pay(buyer(number), &reserved, "4242424242424242", "pay").await;
        assert_eq!(paid.status, 201, "{}", paid.text);
    }
    join(&shop, buyer(6), &sale).await;
    shop.stall.clock.advance_secs(1);
    release(&shop).await;
    assert_eq!(state(&shop, buyer(6), &sale).await, "sold_out");
    assert_eq!(join(&shop, buyer(7), &sale).await.says(), (409, "QUEUE_SOLD_OUT"));
    // Seats come back: everybody stands where they stood.
    let organizer = actor(10, shop.tenant, role::ORGANIZER);
    let more = json!({ "total_seats": 4 });
    let grown = shop.call(organizer, &Method::PUT, &format!("/zones/{}", sale.zone)).json(&more).send().await;
    assert_eq!(grown.status, 200, "{}", grown.text);
    shop.stall.clock.advance_secs(1);
    release(&shop).await;
    assert_eq!(state(&shop, buyer(6), &sale).await, "ready");
}

async fn there_is_a_room_when_the_mode_says_so(stall: OpenStall) {
    let (shop, sale) = Shop::selling(stall, 100).await;
    assert_eq!(join(&shop, buyer(1), &sale).await.says(), (409, "QUEUE_NOT_OPEN"));
    assert_eq!(reserve(&shop, buyer(1), &sale, "a", None).await.status, 201);
    set(&shop, &sale, &json!({ "mode": "auto", "threshold": 3 })).await;
    for number in 2..=4 {
        assert_eq!(reserve(&shop, buyer(number), &sale, "a", None).await.status, 201, "three are no crowd");
    }
    assert_eq!(join(&shop, buyer(5), &sale).await.says(), (409, "QUEUE_NOT_OPEN"));
    assert_eq!(reserve(&shop, buyer(5), &sale, "a", None).await.says(), (503, "QUEUE_REQUIRED"), "four are");
    assert_eq!(join(&shop, buyer(5), &sale).await.status, 201);
    set(&shop, &sale, &json!({ "mode": "off" })).await;
    assert_eq!(state(&shop, buyer(5), &sale).await, "not_open");
    assert_eq!(reserve(&shop, buyer(6), &sale, "a", None).await.status, 201);
    opens_in(&shop, &sale, 1_200).await;
    set(&shop, &sale, &json!({ "mode": "auto", "threshold": 1000 })).await;
    assert_eq!(join(&shop, buyer(7), &sale).await.says(), (409, "QUEUE_NOT_OPEN"));
    shop.stall.clock.advance_secs(600);
    assert_eq!(join(&shop, buyer(7), &sale).await.status, 201, "ten minutes before the sale");
    set(&shop, &sale, &json!({ "mode": "on" })).await;
    assert_eq!(join(&shop, buyer(8), &sale).await.status, 201);
}

async fn an_admin_changes_the_room_while_people_wait(stall: OpenStall) {
    let (shop, sale) = room(stall, 1_000, &json!({ "mode": "on", "batch": 1 })).await;
    let path = format!("/admin/queue/{}", sale.event);
    for number in 1..=30 {
        join(&shop, buyer(number), &sale).await;
    }
    let organizer = actor(10, shop.tenant, role::ORGANIZER);
    let seen = shop.get(organizer, &path).await;
    assert_eq!(
        (seen.data()["total_in_queue"].as_i64(), seen.data()["mode"].as_str()),
        (Some(30), Some("on"))
    );
    let refused = shop.call(organizer, &Method::PUT, &path).json(&json!({ "batch": 9 })).send().await;
    assert_eq!(refused.status, 403);
    release(&shop).await;
    let commitment = seen.data()["commitment"].clone();
    let changed = set(&shop, &sale, &json!({ "batch": 20, "interval_ms": 100 })).await;
    assert_eq!(
        (changed.data()["batch"].as_i64(), changed.data()["max_concurrent"].as_i64()),
        (Some(20), Some(500))
    );
    assert_eq!(changed.data()["commitment"], commitment, "the secret stays");
    shop.stall.clock.advance_secs(1);
    release(&shop).await;
    assert_eq!(shop.get(organizer, &path).await.data()["released"], 21);
    for bad in [
        json!({ "mode": "maybe" }),
        json!({ "batch": 0 }),
        json!({ "interval_ms": 1 }),
        json!({ "pass_ttl": 9 }),
    ] {
        let admin = actor(11, shop.tenant, role::ADMIN);
        let refused = shop.call(admin, &Method::PUT, &path).json(&bad).send().await;
        assert_eq!(refused.says(), (400, "VALIDATION_ERROR"), "{bad}");
    }
}

async fn a_stream_tells_the_place_the_pass_and_that_there_is_none(stall: OpenStall) {
    let (shop, sale) = room(stall, 100, &json!({ "mode": "on" })).await;
    join(&shop, buyer(1), &sale).await;
    let path = format!("/queue/position/{}/stream", sale.event);
    let open = async |who, from: &str| {
        shop.call(who, &Method::GET, &path).header("last-event-id", from).stream().await.into_body()
    };
    let next = async |body: &mut axum::body::Body| {
        let frame = tokio::time::timeout(std::time::Duration::from_secs(8), body.frame()).await;
        let frame = frame.expect("something is told").expect("the stream goes on").expect("a frame");
        String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text")
    };
    let mut stream = open(buyer(1), "0").await;
    assert!(next(&mut stream).await.starts_with("retry:"));
    let told = next(&mut stream).await;
    assert!(told.contains("event: position") && told.contains("\"position\":1"), "{told}");
    release(&shop).await;
    let told = next(&mut stream).await;
    assert!(told.contains("event: pass") && told.contains("\"is_ready\":true"), "{told}");
    let id = told.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id").to_owned();
    assert!(stream.frame().await.is_none(), "nothing comes after the pass");
    // Whoever comes back is told how it is now.
    let mut again = open(buyer(1), &id).await;
    next(&mut again).await;
    assert!(next(&mut again).await.contains("event: pass"));
    let mut nobody = open(buyer(2), "0").await;
    next(&mut nobody).await;
    let told = next(&mut nobody).await;
    assert!(told.contains("event: error") && told.contains("not_in_queue"), "{told}");
}

async fn a_room_may_want_work_and_bounds_what_one_address_holds(stall: OpenStall) {
    let (shop, sale) =
        room(stall, 100, &json!({ "mode": "on", "work_bits": 8, "max_per_address": 2, "max_size": 3 })).await;
    let asked = join(&shop, buyer(1), &sale).await;
    assert_eq!(asked.says(), (403, "QUEUE_WORK_REQUIRED"));
    let from = |last: u8| std::net::IpAddr::from([198, 51, 100, last]);
    let working = async |number: i64, ip| {
        let asked = join(&shop, buyer(number), &sale).await;
        let puzzle = asked.json["error"]["details"]["puzzle"].as_str().expect("a puzzle").to_owned();
        let done = |work: &String| rush::domain::queue_work::check(&puzzle, 8, Some(work)).is_ok();
        let work = (0..).map(|number: u32| number.to_string()).find(done).expect("one in 256");
        let body = json!({ "event_id": sale.event, "work": work });
        shop.call(buyer(number), &Method::POST, "/queue/join").from(ip).json(&body).send().await
    };
    assert_eq!(working(1, from(1)).await.status, 201);
    assert_eq!(working(2, from(1)).await.status, 201);
    assert_eq!(working(3, from(1)).await.says(), (429, "QUEUE_ADDRESS_FULL"));
    assert_eq!(working(3, from(2)).await.status, 201);
    assert_eq!(working(4, from(3)).await.says(), (503, "QUEUE_FULL"));
    assert_eq!(join(&shop, buyer(2), &sale).await.status, 200, "who has a place keeps it");
}
