//! The catalogue through the API's door: what is written comes back, attempts are repeated safely, and no input breaks it.

#[path = "harness/front.rs"]
mod front;
mod harness;

use axum::http::Method;
use front::{DEFAULT_SHOP, Front, RequestOptions, token};
use harness::{Stall, actor};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rush::domain::role;
use rush::open::migrations;
use serde_json::{Value, json};
use store::Store;

testkit::on_both_backends! {
    what_is_written_comes_back with migrations();
    lists_take_both_styles_of_pages_and_refuse_words_they_do_not_know with migrations();
    a_repeated_attempt_makes_one_event with migrations();
    no_input_breaks_the_catalogue with migrations();
}

async fn open(store: Store) -> (Stall, Front, String) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant(DEFAULT_SHOP).await.id;
    let organizer = token(&stall, actor(10, tenant, role::ORGANIZER));
    let front = Front::of(&stall);
    (stall, front, organizer)
}

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}

async fn what_is_written_comes_back(store: Store) {
    let (stall, front, organizer) = open(store).await;
    let body = json!({
        "name": "Garden", "short_description": "Lanterns.", "venue_name": "Hall", "city": "Bangkok",
        "latitude": 13.7, "longitude": 100.5, "gallery": ["/a.svg"], "max_tickets_per_user": 3,
        "booking_end_at": "2030-01-31T17:00:00+07:00", "settings": { "min_age": 18 },
    });
    let made = front.send(Method::POST, "/events", &organizer, &body).await;
    assert_eq!(made.status, 201);
    let event = id(made.data()).to_owned();
    for (field, value) in body.as_object().expect("an object") {
        if field != "settings" && field != "booking_end_at" {
            assert_eq!(&made.data()[field], value, "{field}");
        }
    }
    assert_eq!(made.data()["settings"]["min_age"], 18);
    assert_eq!(made.data()["booking_end_at"], "2030-01-31T10:00:00Z");
    assert_eq!(front.look(&format!("/events/{event}"), &[]).await.says(), (404, "NOT_FOUND"), "a draft");

    let show = json!({ "show_date": "2030-02-01", "start_time": "20:00:00", "end_time": "22:30" });
    let show = front.send(Method::POST, &format!("/events/{event}/shows"), &organizer, &show).await;
    assert_eq!((show.status, &show.data()["start_time"]), (201, &json!("2030-02-01T20:00:00+07:00")));
    let show_id = id(show.data()).to_owned();
    let zone = json!({ "name": "Floor", "price": 150_000, "total_seats": 20, "attributes": { "gate": "B" } });
    let zone = front.send(Method::POST, &format!("/shows/{show_id}/zones"), &organizer, &zone).await;
    assert_eq!((zone.status, &zone.data()["available_seats"]), (201, &json!(20)));
    assert_eq!(zone.data()["attributes"], json!({ "gate": "B" }));
    let zone_id = id(zone.data()).to_owned();
    let published =
        front.send(Method::POST, &format!("/events/{event}/publish"), &organizer, &json!(null)).await;
    assert_eq!(published.data()["status"], "published");

    let seen = front.look("/events/slug/garden", &[]).await;
    let told = |field: &str| seen.data()[field].clone();
    assert_eq!(
        (told("min_price"), told("sale_status"), told("available_seats")),
        (json!(150_000), json!("on_sale"), json!(20))
    );
    let shows = front.look("/events/slug/garden/shows", &[]).await;
    assert_eq!(
        (&shows.data()[0]["total_capacity"], &shows.data()[0]["status"]),
        (&json!(20), &json!("on_sale"))
    );
    let zones = front.look(&format!("/shows/{show_id}/zones?is_active=true"), &[]).await;
    assert_eq!(zones.json["meta"]["total"], 1);
    let smaller =
        front.send(Method::PUT, &format!("/zones/{zone_id}"), &organizer, &json!({ "total_seats": 5 })).await;
    assert_eq!(smaller.data()["available_seats"], 5);
    assert_eq!(
        front.look(&format!("/shows/{show_id}"), &[]).await.data()["total_capacity"],
        5,
        "seen at once"
    );
    let off = front
        .send(Method::PUT, &format!("/zones/{zone_id}"), &organizer, &json!({ "is_active": false }))
        .await;
    assert_eq!(off.status, 200);
    assert_eq!(front.look(&format!("/zones/{zone_id}"), &[]).await.says(), (404, "NOT_FOUND"));
    assert_eq!(front.get(&format!("/zones/{zone_id}"), &organizer).await.says(), (200, ""));
    let service = token(&stall, kernel::Actor { user: kernel::UserId(3), tenant: None, role: role::SERVICE });
    assert_eq!(front.get("/zones/active", &service).await.json["meta"]["total"], 0);
    assert_eq!(front.get("/zones/active", &organizer).await.says(), (403, "FORBIDDEN"));
}

async fn lists_take_both_styles_of_pages_and_refuse_words_they_do_not_know(store: Store) {
    let (stall, front, _) = open(store).await;
    let tenant = stall.app.catalogue.current().tenant_by_slug(DEFAULT_SHOP).expect("the shop").id;
    for name in ["One", "Two", "Three"] {
        stall.sale(actor(10, tenant, role::ORGANIZER), name, 5).await;
    }
    for (query, items, page) in
        [("", 3, 1), ("?page=2&per_page=2", 1, 2), ("?limit=2&offset=2", 1, 2), ("?page=2&limit=2", 1, 2)]
    {
        let answer = front.look(&format!("/events{query}"), &[]).await;
        assert_eq!(
            (answer.data().as_array().map(Vec::len), &answer.json["meta"]["page"]),
            (Some(items), &json!(page)),
            "{query}"
        );
    }
    for query in [
        "?search=tw&sort=name",
        "?q=TW",
        "?status=published&search=tw",
        "?status=on_sale&search=tw",
        "?sale_status=on_sale,sold_out&search=tw",
    ] {
        let answer = front.look(&format!("/events{query}"), &[]).await;
        assert_eq!(answer.data()[0]["name"], "Two", "{query}");
    }
    for query in [
        "?status=maybe",
        "?sort=colour",
        "?date_from=tomorrow",
        "?category_id=1",
        "?page=-1",
        "?page=x",
        "?min_price=1.5",
        "?featured=perhaps",
        "?sale_status=on_sale,maybe",
        "?search=%00",
    ] {
        let answer = front.look(&format!("/events{query}"), &[]).await;
        assert_eq!(answer.says(), (400, "VALIDATION_ERROR"), "{query}");
    }
    assert_eq!(front.look("/events?status=draft", &[]).await.json["meta"]["total"], 0);
    assert_eq!(front.look("/events?page=99999999", &[]).await.data(), &json!([]));
}

async fn a_repeated_attempt_makes_one_event(store: Store) {
    let (_stall, front, organizer) = open(store).await;
    let create = async |key: &str, name: &str| {
        let headers = [("idempotency-key", key)];
        let body = Some(json!({ "name": name }).to_string().into_bytes());
        front
            .request(
                &Method::POST,
                "/rush/api/v1/events",
                RequestOptions { token: Some(&organizer), headers: &headers, body },
            )
            .await
    };
    let (first, again) = (create("one", "Jazz").await, create("one", "Jazz").await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(id(first.data()), id(again.data()));
    assert_eq!(create("one", "Blues").await.says(), (422, "IDEMPOTENCY_KEY_REUSED"));
    assert_ne!(id(create("two", "Jazz").await.data()), id(first.data()));
    assert_eq!(front.get("/events/my", &organizer).await.json["meta"]["total"], 2);
}

/// Requests of one run; enough to send each odd value to each field several times.
const REQUESTS: u32 = 1500;

async fn no_input_breaks_the_catalogue(store: Store) {
    let (stall, front, organizer) = open(store).await;
    let tenant = stall.app.catalogue.current().tenant_by_slug(DEFAULT_SHOP).expect("the shop").id;
    let sale = stall.sale(actor(10, tenant, role::ORGANIZER), "Stands", 5).await;
    let admin = token(&stall, actor(11, tenant, role::ADMIN));
    let ids = &stall.app.public;
    let (event, show, zone) = (ids.encode(sale.event), ids.encode(sale.show), ids.encode(sale.zone));
    let doors = [
        (Method::POST, "/events".to_owned()),
        (Method::PUT, format!("/events/{event}")),
        (Method::POST, format!("/events/{event}/shows")),
        (Method::PUT, format!("/shows/{show}")),
        (Method::POST, format!("/shows/{show}/zones")),
        (Method::PUT, format!("/zones/{zone}")),
        (Method::POST, "/categories".to_owned()),
        (Method::PUT, format!("/tenants/{}", ids.encode(tenant))),
    ];
    // Told with every failure below.
    let seed = rand::random::<u64>();
    let mut chance = SmallRng::seed_from_u64(seed);
    for number in 0..REQUESTS {
        let (method, path) = doors.choose(&mut chance).expect("a door");
        let body = odd_body(&mut chance);
        let token =
            if path.starts_with("/categories") || path.starts_with("/tenants") { &admin } else { &organizer };
        let ask =
            RequestOptions { token: Some(token), body: Some(body.clone()), ..RequestOptions::default() };
        let answer = front.request(method, &format!("/rush/api/v1{path}"), ask).await;
        let says = || {
            format!(
                "seed {seed}, {number}: {method} {path} {}: {} {}",
                String::from_utf8_lossy(&body),
                answer.status,
                answer.text
            )
        };
        assert!(answer.status < 500, "{}", says());
        assert_eq!(answer.json["success"], answer.status < 400, "{}", says());
    }
    let listed = front.look("/events", &[]).await;
    assert_eq!(listed.status, 200, "the catalogue can still be read");
    let again = Stall::node(stall.app.store.clone(), stall.clock.clone(), 0).await;
    assert_eq!(again.catalogue.current().epoch(), stall.app.catalogue.current().epoch());
}

const FIELDS: [&str; 34] = [
    "name",
    "slug",
    "description",
    "short_description",
    "poster_url",
    "gallery",
    "city",
    "latitude",
    "longitude",
    "timezone",
    "max_tickets_per_user",
    "booking_start_at",
    "booking_end_at",
    "is_public",
    "settings",
    "category_id",
    "show_date",
    "start_time",
    "end_time",
    "doors_open_at",
    "sale_start_at",
    "sale_end_at",
    "price",
    "currency",
    "total_seats",
    "min_per_order",
    "max_per_order",
    "is_active",
    "sort_order",
    "color",
    "attributes",
    "domain",
    "icon",
    "meta_title",
];

fn odd_body(chance: &mut SmallRng) -> Vec<u8> {
    if chance.random_bool(0.1) {
        let broken: [&[u8]; 8] = [
            b"",
            b"{",
            b"[]",
            b"null",
            b"\"text\"",
            b"{\"name\":\"\\ud800\"}",
            b"{\"name\":\"a\",\"name\":\"b\"}",
            b"\xff\xfe",
        ];
        return broken.choose(chance).expect("one").to_vec();
    }
    let mut body = serde_json::Map::new();
    for _ in 0..chance.random_range(1..8) {
        let field = FIELDS.choose(chance).expect("a field");
        body.insert((*field).to_owned(), odd_value(chance));
    }
    Value::Object(body).to_string().into_bytes()
}

fn odd_value(chance: &mut SmallRng) -> Value {
    let texts = [
        "",
        " ",
        "Fine",
        "fine-slug",
        "\u{0}",
        "a\u{0}b",
        "\u{202e}txt",
        "'; DROP TABLE events; --",
        "<script>alert(1)</script>",
        "2030-03-01",
        "2030-02-30",
        "19:30",
        "25:61",
        "2030-03-01T10:00:00Z",
        "9999-12-31T23:59:59Z",
        "0000-00-00",
        "-1",
        "Asia/Bangkok",
        "../../etc",
        "#a1b2c3",
        "https://x.example/p.png",
        "javascript:alert(1)",
        "THB",
        "XXX",
        "ก็",
        "🎪",
    ];
    match chance.random_range(0..12) {
        0 => Value::Null,
        1 => json!(chance.random_bool(0.5)),
        2 => json!(*[0, 1, -1, 4, 10, 21, i64::MAX, i64::MIN, 1_000_001].choose(chance).expect("one")),
        3 => json!(*[0.5, -0.0, 1e308, 90.0001, 1e-300].choose(chance).expect("one")),
        4 => json!(u64::MAX),
        5 => json!([]),
        6 => json!(vec!["/a"; chance.random_range(0..30)]),
        7 => json!({ "min_age": -1, "nested": { "deep": [1, { "x": null }] } }),
        8 => json!("x".repeat(chance.random_range(90..1200))),
        _ => json!(*texts.choose(chance).expect("a text")),
    }
}
