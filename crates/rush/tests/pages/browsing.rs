//! Landing, list, event, live seats: what anybody may look at.

use crate::harness::actor;
use crate::visitor::Shop;
use axum::http::StatusCode;
use kernel::Role;
use rush::open::migrations;
use store::Store;

testkit::on_both_backends! {
    what_is_published_is_on_the_landing_page_and_in_the_list with migrations();
    a_draft_and_an_unknown_event_are_the_same_nothing with migrations();
    names_and_searches_are_shown_and_never_run with migrations();
    filters_that_cannot_be_read_are_left_out_and_said with migrations();
    seats_as_json_are_those_of_the_page with migrations();
    every_plain_page_is_there with migrations();
}

async fn what_is_published_is_on_the_landing_page_and_in_the_list(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut visitor = shop.visitor();
    assert!(visitor.get("/rush").await.says("Neon Tide"));
    assert!(visitor.get("/rush/events").await.says("1 event<"));
    assert!(visitor.get("/rush/events?search=TIDE").await.says("Neon Tide"));
    assert!(visitor.get("/rush/events?price_max=1000").await.says("Nothing matches"));
    let page = visitor.get(&shop.event_path()).await;
    assert!(page.says("10 left") && page.says("฿1,500.00") && page.says("Bangkok time"), "{}", page.text);
}

async fn a_draft_and_an_unknown_event_are_the_same_nothing(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let tenant = shop.stall.app.catalogue.current().tenant_by_slug("demo").expect("its shop").id;
    shop.stall.draft(actor(2, tenant, Role::Organizer), "Secret plans", 5).await;
    let mut visitor = shop.visitor();
    assert!(!visitor.get("/rush/events").await.says("Secret plans"));
    for slug in ["secret-plans", "no-such-thing", "..%2f..%2fetc", "%00"] {
        let page = visitor.get(&format!("/rush/events/{slug}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{slug}");
        assert!(page.says("This lamp is out") && page.says("class=\"btn\""), "{slug}");
    }
}

async fn names_and_searches_are_shown_and_never_run(store: Store) {
    let shop = Shop::selling(store, "<script>alert(1)</script>", 10).await;
    let mut visitor = shop.visitor();
    let query = "/rush/events?search=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E";
    for path in ["/rush", "/rush/events", query, &shop.event_path()] {
        let page = visitor.get(path).await;
        assert!(!page.says("<script>alert") && !page.says("<img src=x"), "{path}: {}", page.text);
    }
}

async fn filters_that_cannot_be_read_are_left_out_and_said(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut visitor = shop.visitor();
    let page = visitor.get("/rush/events?from=soon&price_min=99999999999999999999&page=-3&sort=%00").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.says("We could not read the date") && page.says("Neon Tide"), "{}", page.text);
    assert!(visitor.get("/rush/events?page=4000000000").await.says("Nothing matches"));
}

async fn seats_as_json_are_those_of_the_page(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let seats = format!("{}/seats?show={}", shop.event_path(), shop.public(shop.sale.show));
    shop.others_hold(4).await;
    let told: serde_json::Value = serde_json::from_str(&shop.visitor().get(&seats).await.text).expect("JSON");
    let zone = &told["zones"][0];
    assert_eq!(
        (zone["total"].as_i64(), zone["held"].as_i64(), zone["available"].as_i64()),
        (Some(10), Some(4), Some(6))
    );
}

async fn every_plain_page_is_there(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut visitor = shop.visitor();
    for path in
        ["/rush/faq", "/rush/about", "/rush/login", "/rush/register", "/rush/forgot-password", "/rush/outbox"]
    {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let policy =
            page.headers.get("content-security-policy").expect("a policy").to_str().expect("visible");
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    }
}
