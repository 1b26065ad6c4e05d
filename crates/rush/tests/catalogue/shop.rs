//! The shop: its rules, its categories, its shows, its public list.

use crate::harness::{PLATFORM, Sale, Stall, actor, at, at_home, code, stranger, zone_of};
use kernel::{Clock, PageRequest};
use rush::domain::catalogue_search::{DateBound, EventOrder, EventQuery};
use rush::domain::category::CategoryInput;
use rush::domain::event::EventInput;
use rush::domain::event_status::EventStatus;
use rush::domain::field::Patch;
use rush::domain::role;
use rush::domain::sale_status::SaleStatus;
use rush::domain::show::ShowInput;
use rush::domain::tenant::TenantInput;
use rush::open::migrations;
use rush::usecase::{
    category, category_create, event, event_create, event_update, show, show_create, tenant, zone,
    zone_create,
};
use serde_json::json;
use store::Store;

const PAGE: PageRequest = PageRequest { offset: 0, limit: 20 };

testkit::on_both_backends! {
    settings_of_a_tenant_hold_at_once with migrations();
    shows_are_listed_moved_cancelled_and_deleted with migrations();
    the_public_list_filters_searches_sorts_and_pages with migrations();
    categories_have_unique_slugs_and_stay_while_in_use with migrations();
}

async fn settings_of_a_tenant_hold_at_once(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("rules").await;
    let (organizer, admin) = (actor(10, tenant.id, role::ORGANIZER), actor(11, tenant.id, role::ADMIN));
    let sale = stall.sale(organizer, "Rules", 100).await;
    let held = stall.reserve(sale, 4).await.expect("four is the default").booking;
    assert_eq!(held.expires_at, stall.now().plus_secs(600));
    assert_eq!(code(stall.reserve(sale, 5).await), "MAX_TICKETS_EXCEEDED");
    let settings = json!({ "max_tickets_per_user": 6, "reservation_ttl_secs": 120, "currency": "USD" });
    let input = TenantInput { settings: settings.into(), ..TenantInput::default() };
    tenant::update(&stall.app, admin, tenant.id, input).await.expect("an admin sets rules");
    let held = stall.reserve(sale, 6).await.expect("six now").booking;
    assert_eq!(held.expires_at, stall.now().plus_secs(120));
    assert_eq!(held.currency.code, "THB", "a zone keeps the currency it was priced in");
    let off = TenantInput { is_active: false.into(), ..TenantInput::default() };
    assert_eq!(code(tenant::update(&stall.app, admin, tenant.id, off.clone()).await), "FORBIDDEN");
    tenant::update(&stall.app, PLATFORM, tenant.id, off).await.expect("the platform may");
    assert_eq!(code(stall.reserve(sale, 1).await), "EVENT_NOT_AVAILABLE");
}

async fn shows_are_listed_moved_cancelled_and_deleted(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("shows").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Shows", 7).await;
    let early = stall.show(organizer, sale.event, "2030-01-15").await.show.id;
    let (one, two) = (stall.zone(organizer, early, 3).await, stall.zone(organizer, early, 4).await);
    let listed = show::by_event(app, stranger(&tenant), sale.event, PAGE).expect("shows");
    assert_eq!(
        listed.items.iter().map(|view| view.show.id).collect::<Vec<_>>(),
        [early, sale.show],
        "by start"
    );
    assert_eq!(listed.items[0].seats.total, 7, "the sum of its zones");
    zone::delete(app, organizer, one.zone.id).await.expect("deleted");
    assert_eq!(show::get(app, stranger(&tenant), early).map(|view| view.seats.total), Ok(4));

    let later = ShowInput { show_date: "2030-01-16".into(), ..ShowInput::default() };
    let moved = show::update(app, organizer, early, later).await.expect("moved");
    assert_eq!(moved.show.fields.starts_at, at("2030-01-16T20:00:00+07:00"));
    let mut usd = zone_of(1);
    usd.currency = "USD".into();
    assert_eq!(
        code(zone_create::run(app, organizer, early, usd).await),
        "VALIDATION_ERROR",
        "one currency an event"
    );

    show::cancel(app, organizer, early).await.expect("cancelled");
    assert_eq!(code(show::cancel(app, organizer, early).await), "INVALID_STATUS");
    assert_eq!(code(show::update(app, organizer, early, ShowInput::default()).await), "INVALID_STATUS");
    assert_eq!(code(zone_create::run(app, organizer, early, zone_of(1)).await), "INVALID_STATUS");
    let early_sale = Sale { show: early, zone: two.zone.id, ..sale };
    assert_eq!(code(stall.reserve(early_sale, 1).await), "EVENT_NOT_AVAILABLE");
    stall.reserve(sale, 1).await.expect("the other show goes on");
    show::delete(app, organizer, early).await.expect("nothing of it is taken");
    assert_eq!(code(show::get(app, at_home(organizer), early)), "NOT_FOUND");
    assert_eq!(code(zone::get(app, at_home(organizer), two.zone.id)), "NOT_FOUND");
    let bad =
        ShowInput { show_date: "2030-02-30".into(), start_time: "20:00".into(), ..ShowInput::default() };
    assert_eq!(code(show_create::run(app, organizer, sale.event, bad).await), "VALIDATION_ERROR");
}

async fn the_public_list_filters_searches_sorts_and_pages(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("list").await;
    let (organizer, admin) = (actor(10, tenant.id, role::ORGANIZER), actor(11, tenant.id, role::ADMIN));
    let app = &stall.app;
    let music = CategoryInput { name: "Music".into(), ..CategoryInput::default() };
    let music = category_create::run(app, admin, music).await.expect("a category");
    let mut sales = Vec::new();
    for (name, city, price, date) in [
        ("Café Señorita", "Bangkok", 90_000, "2030-03-01"),
        ("Blue Night", "Chiang Mai", 50_000, "2030-02-10"),
        ("Ärger im Garten", "Bangkok", 200_000, "2030-02-20"),
    ] {
        let input = EventInput {
            name: name.into(),
            city: city.into(),
            category_id: if city == "Bangkok" { app.public.encode(music.id).into() } else { Patch::Absent },
            ..EventInput::default()
        };
        let event = event_create::run(app, organizer, input).await.expect("an event").event.id;
        let show = stall.show(organizer, event, date).await.show.id;
        let mut zone = zone_of(10);
        zone.price = price.into();
        zone_create::run(app, organizer, show, zone).await.expect("a zone");
        stall.publish(organizer, event).await.expect("published");
        sales.push(event);
    }
    stall.draft(organizer, "Hidden Draft", 5).await;
    let private = stall.sale(organizer, "By Invitation", 5).await;
    let hide = EventInput { is_public: false.into(), ..EventInput::default() };
    event_update::run(app, organizer, private.event, hide).await.expect("hidden from lists");
    let names = |query: &EventQuery| -> Vec<String> {
        let page = event::list(app, tenant.id, query, PAGE);
        page.items.iter().map(|view| view.event.fields.name.clone()).collect()
    };
    let all = EventQuery::default();
    assert_eq!(
        names(&all),
        ["Blue Night", "Ärger im Garten", "Café Señorita"],
        "by date; no draft, nothing private"
    );
    let by = |order| EventQuery { order, ..EventQuery::default() };
    assert_eq!(names(&by(EventOrder::PriceUp)), ["Blue Night", "Café Señorita", "Ärger im Garten"]);
    assert_eq!(names(&by(EventOrder::PriceDown)), ["Ärger im Garten", "Café Señorita", "Blue Night"]);
    assert_eq!(names(&by(EventOrder::Name)), ["Ärger im Garten", "Blue Night", "Café Señorita"]);
    let words = |text: &str| EventQuery { search: Some(text.to_owned()), ..EventQuery::default() };
    assert_eq!(names(&words("senorita CAFE")), ["Café Señorita"]);
    assert_eq!(names(&words("bangkok garten")), ["Ärger im Garten"]);
    assert_eq!(names(&words("garten nowhere")), [""; 0]);
    assert_eq!(names(&words("%' OR 1=1 --")), [""; 0]);
    let query =
        EventQuery { city: Some("BANGKOK".into()), category: Some(music.id), ..EventQuery::default() };
    assert_eq!(names(&query).len(), 2);
    let query = EventQuery { min_price: Some(60_000), max_price: Some(90_000), ..EventQuery::default() };
    assert_eq!(names(&query), ["Café Señorita"]);
    let day = |text: &str| Some(DateBound::read(text).expect("a date"));
    let query = EventQuery { from: day("2030-02-10"), to: day("2030-02-20"), ..EventQuery::default() };
    assert_eq!(names(&query), ["Blue Night", "Ärger im Garten"], "both days count");
    let query = EventQuery { sale: Some(vec![SaleStatus::SoldOut]), ..EventQuery::default() };
    assert_eq!(names(&query), [""; 0]);
    let second = event::list(app, tenant.id, &all, PageRequest { offset: 2, limit: 2 });
    assert_eq!((second.items.len(), second.meta.total, second.meta.has_more), (1, 3, false));
    assert_eq!(second.items[0].min_price(), Some(90_000));
    assert!(event::by_id(app, stranger(&tenant), private.event).is_ok(), "who knows its address finds it");

    let mine = event::mine(app, organizer, &all, PAGE).expect("own events").meta.total;
    let others =
        event::mine(app, actor(12, tenant.id, role::ORGANIZER), &all, PAGE).expect("none").meta.total;
    assert_eq!((mine, others), (5, 0));
    assert_eq!(event::mine(app, admin, &all, PAGE).expect("all of the tenant").meta.total, 5);
    assert_eq!(code(event::mine(app, actor(13, tenant.id, role::CUSTOMER), &all, PAGE)), "FORBIDDEN");

    stall.clock.set(at("2030-02-25T00:00:00Z"));
    assert_eq!(names(&all), ["Café Señorita", "Ärger im Garten", "Blue Night"], "what is over comes last");
    let over = EventQuery { status: Some(EventStatus::Completed), ..EventQuery::default() };
    assert_eq!(names(&over), ["Ärger im Garten", "Blue Night"]);
}

async fn categories_have_unique_slugs_and_stay_while_in_use(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("sorted").await;
    let (organizer, admin) = (actor(10, tenant.id, role::ORGANIZER), actor(11, tenant.id, role::ADMIN));
    let app = &stall.app;
    let named = |name: &str| CategoryInput { name: name.into(), ..CategoryInput::default() };
    let music = category_create::run(app, admin, named("Music")).await.expect("a category");
    let again = category_create::run(app, admin, named("Music")).await.expect("another one");
    assert_eq!((music.fields.slug.as_str(), again.fields.slug.as_str()), ("music", "music-2"));
    let taken = CategoryInput { slug: "music".into(), ..CategoryInput::default() };
    assert_eq!(code(category::update(app, admin, again.id, taken).await), "CONFLICT");
    let off = CategoryInput { is_active: false.into(), color: "#AABBCC".into(), ..CategoryInput::default() };
    let off = category::update(app, admin, again.id, off).await.expect("switched off");
    assert_eq!(off.fields.color.as_deref(), Some("#aabbcc"));
    assert_eq!(category::list(app, tenant.id, None).len(), 1);
    assert_eq!(category::list(app, tenant.id, Some(admin)).len(), 2);
    assert_eq!(code(category_create::run(app, organizer, named("Art")).await), "FORBIDDEN");
    let input = EventInput {
        name: "In it".into(),
        category_id: app.public.encode(music.id).into(),
        ..EventInput::default()
    };
    let event = event_create::run(app, organizer, input.clone()).await.expect("an event");
    assert_eq!(event.category.map(|category| category.id), Some(music.id));
    assert_eq!(code(category::delete(app, admin, music.id).await), "CONFLICT");
    category::delete(app, admin, again.id).await.expect("nobody is in it");
    let gone = EventInput { category_id: app.public.encode(again.id).into(), ..input };
    assert_eq!(code(event_create::run(app, organizer, gone).await), "VALIDATION_ERROR");
}
