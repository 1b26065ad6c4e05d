//! Landing, list, event, live seats: what anybody may look at.

use crate::harness::{PLATFORM, actor};
use crate::visitor::Shop;
use axum::http::StatusCode;
use rush::domain::role;
use rush::domain::tenant::TenantInput;
use rush::open::migrations;
use rush::usecase::tenant;
use store::Store;

testkit::on_both_backends! {
    what_is_published_is_on_the_landing_page_and_in_the_list with migrations();
    a_draft_and_an_unknown_event_are_the_same_nothing with migrations();
    names_and_searches_are_shown_and_never_run with migrations();
    filters_that_cannot_be_read_are_left_out_and_said with migrations();
    seats_as_json_are_those_of_the_page with migrations();
    every_plain_page_is_there with migrations();
    a_tenants_name_logo_and_colours_are_on_its_pages with migrations();
    open_pages_hear_of_seats_as_they_move with migrations();
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
    shop.stall.draft(actor(2, tenant, role::ORGANIZER), "Secret plans", 5).await;
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

async fn a_tenants_name_logo_and_colours_are_on_its_pages(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let tenant = shop.stall.app.catalogue.current().tenant_by_slug("demo").expect("its shop").id;
    let looks = serde_json::json!({ "branding": { "primary_color": "#ffff00" } });
    let input = TenantInput {
        name: "Riverside Hall".into(),
        logo_url: "/logo.svg".into(),
        settings: looks.into(),
        ..TenantInput::default()
    };
    tenant::update(&shop.stall.app, PLATFORM, tenant, input).await.expect("it is changed");
    let mut visitor = shop.visitor();
    let page = visitor.get("/rush").await;
    assert!(
        page.says("<img src=\"/logo.svg\" alt=\"Riverside Hall\">") && page.says("· Riverside Hall</title>")
    );
    let sheet = page
        .text
        .split("href=\"/rush/brand/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a sheet");
    let css = visitor.get(&format!("/rush/brand/{}", sheet.replace("&#38;", "&"))).await;
    assert!(
        css.says("--accent:#")
            && css.says("prefers-color-scheme:dark")
            && css.headers["content-type"] == "text/css; charset=utf-8"
    );
    assert!(css.says("{--accent:#ffff00"), "yellow is readable on dark paper as it is: {}", css.text);
}

async fn open_pages_hear_of_seats_as_they_move(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let telling = tokio::spawn(rush::pages::publish_live_seats(shop.state.clone()));
    let path = format!("{}/live?show={}", shop.event_path(), shop.public(shop.sale.show));
    let mut stream = shop.stream(&path).await;
    assert!(stream.until("event: seats").await.contains("\"available\":10"));
    shop.others_hold(4).await;
    assert!(stream.until("\"available\":6").await.contains("\"held\":4"));
    telling.abort();
}
