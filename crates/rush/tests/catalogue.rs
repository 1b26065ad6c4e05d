//! The catalogue's story, on both databases: what can be written, what is refused, what is seen at once.

mod harness;

use harness::{Sale, Stall, actor, at, at_home, code, stranger, zone_of};
use kernel::{Clock, PageRequest, Role};
use rush::domain::catalogue_search::{DateBound, EventOrder, EventQuery};
use rush::domain::category::CategoryInput;
use rush::domain::event::{EventInput, EventSettingsInput};
use rush::domain::event_status::EventStatus;
use rush::domain::field::Patch;
use rush::domain::sale_status::SaleStatus;
use rush::domain::show::ShowInput;
use rush::domain::tenant::TenantInput;
use rush::domain::zone::ZoneInput;
use rush::open::migrations;
use rush::usecase::{
    booking_release, catalogue_refresh, category_create, category_delete, category_list, category_update,
    event_cancel, event_complete, event_create, event_delete, event_get, event_list, event_mine, event_unpublish,
    event_update, show_cancel, show_create, show_delete, show_get, show_list, show_update, tenant_update,
    zone_create, zone_delete, zone_get, zone_list, zone_update,
};
use serde_json::json;
use store::Store;

testkit::on_both_backends! {
    an_event_is_written_found_changed_and_deleted with migrations();
    slugs_are_made_numbered_and_unique_within_a_tenant with migrations();
    exactly_the_steps_of_the_state_table_are_taken with migrations();
    publishing_needs_a_coming_show_with_an_active_zone with migrations();
    a_zone_never_falls_below_what_is_sold_and_held with migrations();
    what_has_taken_seats_is_not_deleted_or_unpublished with migrations();
    a_show_is_sold_out_with_the_last_seat_and_on_sale_when_one_returns with migrations();
    the_narrowest_window_and_the_cut_off_decide with migrations();
    settings_of_a_tenant_hold_at_once with migrations();
    shows_are_listed_moved_cancelled_and_deleted with migrations();
    the_public_list_filters_searches_sorts_and_pages with migrations();
    categories_have_unique_slugs_and_stay_while_in_use with migrations();
    another_node_sees_a_change_and_a_transaction_sees_it_first with migrations();
    a_refused_change_leaves_no_trace with migrations();
    the_catalogue_is_the_same_after_a_restart with migrations();
}

const PAGE: PageRequest = PageRequest { offset: 0, limit: 20 };

async fn an_event_is_written_found_changed_and_deleted(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("garden").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let input = EventInput {
        name: "Midnight Garden".into(),
        description: "Lanterns\nand a band.".into(),
        short_description: "Lanterns.".into(),
        poster_url: "/assets/poster.svg".into(),
        gallery: vec!["https://pictures.example/1.jpg".to_owned()].into(),
        venue_name: "Lumphini Hall".into(),
        city: "Bangkok".into(),
        country: "Thailand".into(),
        latitude: 13.73.into(),
        longitude: 100.54.into(),
        max_tickets_per_user: 6.into(),
        booking_start_at: "2030-01-01T00:00:00Z".into(),
        booking_end_at: "2030-01-31T00:00:00Z".into(),
        is_featured: true.into(),
        meta_title: "Garden".into(),
        settings: Some(EventSettingsInput { min_age: 20.into(), booking_cutoff_secs: 7200.into() }),
        ..EventInput::default()
    };
    let made = event_create::run(&stall.app, organizer, input).await.expect("an event");
    assert_eq!((made.status, made.sale), (EventStatus::Draft, SaleStatus::Scheduled));
    assert_eq!(made.event.fields.slug, "midnight-garden");
    assert_eq!(made.event.fields.venue.timezone, "Asia/Bangkok", "the tenant's own zone");
    let id = made.event.id;
    let found = event_get::by_slug(&stall.app, at_home(organizer), "midnight-garden").expect("its owner finds it");
    assert_eq!(found.event, made.event);
    let change = EventInput { description: Patch::Null, is_public: false.into(), ..EventInput::default() };
    let changed = event_update::run(&stall.app, organizer, id, change).await.expect("a change");
    assert_eq!(changed.event.fields.description, None);
    assert_eq!(changed.event.fields.short_description.as_deref(), Some("Lanterns."), "what is not sent stays");
    assert_eq!(changed.event.fields.min_age, Some(20));
    event_delete::run(&stall.app, organizer, id).await.expect("a draft can be deleted");
    assert_eq!(code(event_get::by_id(&stall.app, at_home(organizer), id)), "NOT_FOUND");
    assert_eq!(code(event_delete::run(&stall.app, organizer, id).await), "NOT_FOUND");
}

async fn slugs_are_made_numbered_and_unique_within_a_tenant(store: Store) {
    let stall = Stall::open(store).await;
    let (here, there) = (stall.tenant("here").await, stall.tenant("there").await);
    let organizer = actor(10, here.id, Role::Organizer);
    let create = |who, name: &str, slug: Patch<String>| {
        let input = EventInput { name: name.into(), slug, ..EventInput::default() };
        let app = stall.app.clone();
        async move { event_create::run(&app, who, input).await.map(|view| view.event.fields.slug.clone()) }
    };
    assert_eq!(create(organizer, "Jazz Night", Patch::Absent).await, Ok("jazz-night".into()));
    assert_eq!(create(organizer, "Jazz Night", Patch::Absent).await, Ok("jazz-night-2".into()));
    assert_eq!(create(organizer, "งานวัด", Patch::Absent).await, Ok("event".into()));
    assert_eq!(create(organizer, "งานวัด", Patch::Absent).await, Ok("event-2".into()));
    assert_eq!(code(create(organizer, "Other", "jazz-night".into()).await), "CONFLICT");
    assert_eq!(code(create(organizer, "Other", "Jazz".into()).await), "VALIDATION_ERROR");
    let other = actor(20, there.id, Role::Organizer);
    assert_eq!(create(other, "Jazz Night", Patch::Absent).await, Ok("jazz-night".into()), "another tenant's own");
}

async fn exactly_the_steps_of_the_state_table_are_taken(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("steps").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let app = &stall.app;
    let sale = stall.draft(organizer, "Steps", 5).await;
    let status = || event_get::by_id(app, at_home(organizer), sale.event).map(|view| view.status);
    assert_eq!(code(event_unpublish::run(app, organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(code(event_complete::run(app, organizer, sale.event).await), "INVALID_STATUS");
    let published = stall.publish(organizer, sale.event).await.expect("a draft is published");
    assert_eq!(published.event.published_at, Some(stall.now()));
    assert_eq!(code(stall.publish(organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(code(event_complete::run(app, organizer, sale.event).await), "INVALID_STATUS", "its show is to come");
    event_unpublish::run(app, organizer, sale.event).await.expect("nothing is sold");
    assert_eq!(status(), Ok(EventStatus::Draft));
    stall.publish(organizer, sale.event).await.expect("again");

    // The show ends at 23:00 in Bangkok, three hours after its start.
    stall.clock.set(at("2030-02-01T15:59:59Z"));
    assert_eq!(status(), Ok(EventStatus::Published));
    stall.clock.set(at("2030-02-01T16:00:00Z"));
    assert_eq!(status(), Ok(EventStatus::Completed), "time alone completes it");
    assert_eq!(code(event_unpublish::run(app, organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(code(event_cancel::run(app, organizer, sale.event).await), "INVALID_STATUS");
    event_complete::run(app, organizer, sale.event).await.expect("it is written down");
    assert_eq!(code(event_complete::run(app, organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(code(stall.publish(organizer, sale.event).await), "INVALID_STATUS");
    let change = EventInput { name: "Late".into(), ..EventInput::default() };
    assert_eq!(code(event_update::run(app, organizer, sale.event, change).await), "INVALID_STATUS");

    let other = stall.draft(organizer, "Off", 5).await;
    event_cancel::run(app, organizer, other.event).await.expect("a draft can be cancelled");
    for refused in [
        event_cancel::run(app, organizer, other.event).await,
        stall.publish(organizer, other.event).await,
        event_unpublish::run(app, organizer, other.event).await,
        event_complete::run(app, organizer, other.event).await,
    ] {
        assert_eq!(code(refused), "INVALID_STATUS");
    }
}

async fn publishing_needs_a_coming_show_with_an_active_zone(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("needs").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let app = &stall.app;
    let input = EventInput { name: "Needs".into(), ..EventInput::default() };
    let event = event_create::run(app, organizer, input).await.expect("an event").event.id;
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no show");
    let show = stall.show(organizer, event, "2030-02-01").await.show.id;
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no zone");
    let zone = stall.zone(organizer, show, 5).await.zone.id;
    let switch = |is_active: bool| ZoneInput { is_active: is_active.into(), ..ZoneInput::default() };
    zone_update::run(app, organizer, zone, switch(false)).await.expect("switched off");
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no active zone");
    zone_update::run(app, organizer, zone, switch(true)).await.expect("switched on");
    show_cancel::run(app, organizer, show).await.expect("cancelled");
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no show that takes place");
    let past = stall.show(organizer, event, "2029-12-31").await.show.id;
    stall.zone(organizer, past, 5).await;
    stall.clock.advance_secs(3600);
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no show to come");
    let show = stall.show(organizer, event, "2030-02-02").await.show.id;
    stall.zone(organizer, show, 5).await;
    stall.publish(organizer, event).await.expect("now it sells something");
}

async fn a_zone_never_falls_below_what_is_sold_and_held(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("sizes").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Sizes", 10).await;
    let resize = |total: i64| {
        let input = ZoneInput { total_seats: total.into(), ..ZoneInput::default() };
        zone_update::run(app, organizer, sale.zone, input)
    };
    stall.reserve(sale, 4).await.expect("four are held");
    stall.reserve(sale, 2).await.expect("two more");
    let seats = |view: rush::domain::catalogue_view::ZoneView| {
        (view.seats.total, view.seats.available, view.seats.held, view.seats.sold)
    };
    assert_eq!(zone_get::run(app, stranger(&tenant), sale.zone).map(seats), Ok((10, 4, 6, 0)));
    assert_eq!(resize(6).await.map(seats), Ok((6, 0, 6, 0)), "exactly what is held");
    let refused = resize(5).await.expect_err("one too few");
    assert_eq!(refused.code, "SEATS_TAKEN");
    assert_eq!(refused.details, Some(json!({ "requested": 5, "minimum": 6 })));
    assert_eq!(zone_get::run(app, stranger(&tenant), sale.zone).map(seats), Ok((6, 0, 6, 0)), "nothing changed");
    assert_eq!(code(stall.reserve(sale, 1).await), "INSUFFICIENT_SEATS");
    assert_eq!(resize(8).await.map(seats), Ok((8, 2, 6, 0)), "raised during the sale");
    stall.reserve(sale, 2).await.expect("the new seats are sold at once");
    assert_eq!(code(stall.reserve(sale, 1).await), "INSUFFICIENT_SEATS");
    assert_eq!(stall.posted(sale.zone.0).await, 8);
    assert_eq!(stall.posted(tenant.id.0).await, -8, "the books sum to zero");
}

async fn what_has_taken_seats_is_not_deleted_or_unpublished(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("taken").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Taken", 5).await;
    let held = stall.reserve(sale, 2).await.expect("two are held").booking;
    for refused in [
        event_delete::run(app, organizer, sale.event).await,
        show_delete::run(app, organizer, sale.show).await,
        zone_delete::run(app, organizer, sale.zone).await,
        event_unpublish::run(app, organizer, sale.event).await.map(drop),
    ] {
        assert_eq!(code(refused), "SEATS_TAKEN");
    }
    let buyer = kernel::Actor { user: held.user, tenant: None, role: Role::Customer };
    booking_release::run(app, buyer, held.id).await.expect("given back");
    event_unpublish::run(app, organizer, sale.event).await.expect("nothing is taken any more");
    zone_delete::run(app, organizer, sale.zone).await.expect("deleted");
    assert_eq!(code(zone_get::run(app, at_home(organizer), sale.zone)), "NOT_FOUND");
    assert_eq!(stall.posted(sale.zone.0).await, 0);
    assert_eq!(stall.posted(tenant.id.0).await, 0, "all seats are in stock");
}

async fn a_show_is_sold_out_with_the_last_seat_and_on_sale_when_one_returns(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("last").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let sale = stall.sale(organizer, "Last", 2).await;
    let status = || {
        let show = show_get::run(&stall.app, stranger(&tenant), sale.show).expect("a show").sale;
        let event = event_get::by_id(&stall.app, stranger(&tenant), sale.event).expect("an event").sale;
        assert_eq!(show, event);
        show
    };
    assert_eq!(status(), SaleStatus::OnSale);
    stall.reserve(sale, 1).await.expect("one");
    assert_eq!(status(), SaleStatus::OnSale);
    let last = stall.reserve(sale, 1).await.expect("the last one").booking;
    assert_eq!(status(), SaleStatus::SoldOut);
    let buyer = kernel::Actor { user: last.user, tenant: None, role: Role::Customer };
    booking_release::run(&stall.app, buyer, last.id).await.expect("given back");
    assert_eq!(status(), SaleStatus::OnSale);
}

async fn the_narrowest_window_and_the_cut_off_decide(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("windows").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Windows", 100).await;
    let code_at = async |moment: &str| {
        stall.clock.set(at(moment));
        code(stall.reserve(sale, 1).await)
    };
    // The show starts on 2030-02-01 at 20:00 in Bangkok, 13:00 UTC; the cut-off is an hour before.
    assert_eq!(code_at("2030-02-01T11:59:59.999999Z").await, "");
    assert_eq!(code_at("2030-02-01T12:00:00Z").await, "SALE_ENDED");
    let event = EventInput {
        booking_start_at: "2030-01-10T00:00:00+07:00".into(),
        booking_end_at: "2030-01-20T00:00:00+07:00".into(),
        settings: Some(EventSettingsInput { booking_cutoff_secs: 0.into(), ..EventSettingsInput::default() }),
        ..EventInput::default()
    };
    event_update::run(app, organizer, sale.event, event).await.expect("a window");
    assert_eq!(code_at("2030-01-09T16:59:59.999999Z").await, "SALE_NOT_STARTED");
    assert_eq!(code_at("2030-01-09T17:00:00Z").await, "");
    assert_eq!(code_at("2030-01-19T16:59:59.999999Z").await, "");
    assert_eq!(code_at("2030-01-19T17:00:00Z").await, "SALE_ENDED");
    let show = ShowInput { sale_end_at: "2030-01-25T00:00:00Z".into(), ..ShowInput::default() };
    show_update::run(app, organizer, sale.show, show).await.expect("the show's own end");
    assert_eq!(code_at("2030-01-24T23:59:59Z").await, "", "the show overrides the event's end, not its start");
    assert_eq!(code_at("2030-01-09T16:00:00Z").await, "SALE_NOT_STARTED");
    let zone = ZoneInput {
        sale_start_at: "2030-01-05T00:00:00Z".into(),
        sale_end_at: "2030-03-01T00:00:00Z".into(),
        ..ZoneInput::default()
    };
    zone_update::run(app, organizer, sale.zone, zone).await.expect("the zone's own window");
    assert_eq!(code_at("2030-01-04T23:59:59Z").await, "SALE_NOT_STARTED");
    assert_eq!(code_at("2030-01-05T00:00:00Z").await, "");
    assert_eq!(code_at("2030-02-01T12:59:59Z").await, "", "no cut-off but the show's start");
    assert_eq!(code_at("2030-02-01T13:00:00Z").await, "SALE_ENDED");
    let off = ZoneInput { is_active: false.into(), ..ZoneInput::default() };
    zone_update::run(app, organizer, sale.zone, off).await.expect("switched off");
    assert_eq!(code_at("2030-01-06T00:00:00Z").await, "EVENT_NOT_AVAILABLE");
}

async fn settings_of_a_tenant_hold_at_once(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("rules").await;
    let (organizer, admin) = (actor(10, tenant.id, Role::Organizer), actor(11, tenant.id, Role::Admin));
    let sale = stall.sale(organizer, "Rules", 100).await;
    let held = stall.reserve(sale, 4).await.expect("four is the default").booking;
    assert_eq!(held.expires_at, stall.now().plus_secs(600));
    assert_eq!(code(stall.reserve(sale, 5).await), "MAX_TICKETS_EXCEEDED");
    let settings = json!({ "max_tickets_per_user": 6, "reservation_ttl_secs": 120, "currency": "USD" });
    let input = TenantInput { settings: settings.into(), ..TenantInput::default() };
    tenant_update::run(&stall.app, admin, tenant.id, input).await.expect("an admin sets rules");
    let held = stall.reserve(sale, 6).await.expect("six now").booking;
    assert_eq!(held.expires_at, stall.now().plus_secs(120));
    assert_eq!(held.currency.code, "THB", "a zone keeps the currency it was priced in");
    let off = TenantInput { is_active: false.into(), ..TenantInput::default() };
    assert_eq!(code(tenant_update::run(&stall.app, admin, tenant.id, off.clone()).await), "FORBIDDEN");
    tenant_update::run(&stall.app, harness::PLATFORM, tenant.id, off).await.expect("the platform may");
    assert_eq!(code(stall.reserve(sale, 1).await), "EVENT_NOT_AVAILABLE");
}

async fn shows_are_listed_moved_cancelled_and_deleted(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("shows").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Shows", 7).await;
    let early = stall.show(organizer, sale.event, "2030-01-15").await.show.id;
    let (one, two) = (stall.zone(organizer, early, 3).await, stall.zone(organizer, early, 4).await);
    let listed = show_list::by_event(app, stranger(&tenant), sale.event, PAGE).expect("shows");
    assert_eq!(listed.items.iter().map(|view| view.show.id).collect::<Vec<_>>(), [early, sale.show], "by start");
    assert_eq!(listed.items[0].seats.total, 7, "the sum of its zones");
    zone_delete::run(app, organizer, one.zone.id).await.expect("deleted");
    assert_eq!(show_get::run(app, stranger(&tenant), early).map(|view| view.seats.total), Ok(4));

    let later = ShowInput { show_date: "2030-01-16".into(), ..ShowInput::default() };
    let moved = show_update::run(app, organizer, early, later).await.expect("moved");
    assert_eq!(moved.show.fields.starts_at, at("2030-01-16T20:00:00+07:00"));
    let mut usd = zone_of(1);
    usd.currency = "USD".into();
    assert_eq!(code(zone_create::run(app, organizer, early, usd).await), "VALIDATION_ERROR", "one currency an event");

    show_cancel::run(app, organizer, early).await.expect("cancelled");
    assert_eq!(code(show_cancel::run(app, organizer, early).await), "INVALID_STATUS");
    assert_eq!(code(show_update::run(app, organizer, early, ShowInput::default()).await), "INVALID_STATUS");
    assert_eq!(code(zone_create::run(app, organizer, early, zone_of(1)).await), "INVALID_STATUS");
    let early_sale = Sale { show: early, zone: two.zone.id, ..sale };
    assert_eq!(code(stall.reserve(early_sale, 1).await), "EVENT_NOT_AVAILABLE");
    stall.reserve(sale, 1).await.expect("the other show goes on");
    show_delete::run(app, organizer, early).await.expect("nothing of it is taken");
    assert_eq!(code(show_get::run(app, at_home(organizer), early)), "NOT_FOUND");
    assert_eq!(code(zone_get::run(app, at_home(organizer), two.zone.id)), "NOT_FOUND");
    let bad = ShowInput { show_date: "2030-02-30".into(), start_time: "20:00".into(), ..ShowInput::default() };
    assert_eq!(code(show_create::run(app, organizer, sale.event, bad).await), "VALIDATION_ERROR");
}

async fn the_public_list_filters_searches_sorts_and_pages(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("list").await;
    let (organizer, admin) = (actor(10, tenant.id, Role::Organizer), actor(11, tenant.id, Role::Admin));
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
        let page = event_list::run(app, tenant.id, query, PAGE);
        page.items.iter().map(|view| view.event.fields.name.clone()).collect()
    };
    let all = EventQuery::default();
    assert_eq!(names(&all), ["Blue Night", "Ärger im Garten", "Café Señorita"], "by date; no draft, nothing private");
    let by = |order| EventQuery { order, ..EventQuery::default() };
    assert_eq!(names(&by(EventOrder::PriceUp)), ["Blue Night", "Café Señorita", "Ärger im Garten"]);
    assert_eq!(names(&by(EventOrder::PriceDown)), ["Ärger im Garten", "Café Señorita", "Blue Night"]);
    assert_eq!(names(&by(EventOrder::Name)), ["Ärger im Garten", "Blue Night", "Café Señorita"]);
    let words = |text: &str| EventQuery { search: Some(text.to_owned()), ..EventQuery::default() };
    assert_eq!(names(&words("senorita CAFE")), ["Café Señorita"]);
    assert_eq!(names(&words("bangkok garten")), ["Ärger im Garten"]);
    assert_eq!(names(&words("garten nowhere")), [""; 0]);
    assert_eq!(names(&words("%' OR 1=1 --")), [""; 0]);
    let query = EventQuery { city: Some("BANGKOK".into()), category: Some(music.id), ..EventQuery::default() };
    assert_eq!(names(&query).len(), 2);
    let query = EventQuery { min_price: Some(60_000), max_price: Some(90_000), ..EventQuery::default() };
    assert_eq!(names(&query), ["Café Señorita"]);
    let day = |text: &str| Some(DateBound::read(text).expect("a date"));
    let query = EventQuery { from: day("2030-02-10"), to: day("2030-02-20"), ..EventQuery::default() };
    assert_eq!(names(&query), ["Blue Night", "Ärger im Garten"], "both days count");
    let query = EventQuery { sale: Some(vec![SaleStatus::SoldOut]), ..EventQuery::default() };
    assert_eq!(names(&query), [""; 0]);
    let second = event_list::run(app, tenant.id, &all, PageRequest { offset: 2, limit: 2 });
    assert_eq!((second.items.len(), second.meta.total, second.meta.has_more), (1, 3, false));
    assert_eq!(second.items[0].min_price(), Some(90_000));
    assert!(event_get::by_id(app, stranger(&tenant), private.event).is_ok(), "who knows its address finds it");

    let mine = event_mine::run(app, organizer, &all, PAGE).expect("own events").meta.total;
    let others = event_mine::run(app, actor(12, tenant.id, Role::Organizer), &all, PAGE).expect("none").meta.total;
    assert_eq!((mine, others), (5, 0));
    assert_eq!(event_mine::run(app, admin, &all, PAGE).expect("all of the tenant").meta.total, 5);
    assert_eq!(code(event_mine::run(app, actor(13, tenant.id, Role::Customer), &all, PAGE)), "FORBIDDEN");

    stall.clock.set(at("2030-02-25T00:00:00Z"));
    assert_eq!(names(&all), ["Café Señorita", "Ärger im Garten", "Blue Night"], "what is over comes last");
    let over = EventQuery { status: Some(EventStatus::Completed), ..EventQuery::default() };
    assert_eq!(names(&over), ["Ärger im Garten", "Blue Night"]);
}

async fn categories_have_unique_slugs_and_stay_while_in_use(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("sorted").await;
    let (organizer, admin) = (actor(10, tenant.id, Role::Organizer), actor(11, tenant.id, Role::Admin));
    let app = &stall.app;
    let named = |name: &str| CategoryInput { name: name.into(), ..CategoryInput::default() };
    let music = category_create::run(app, admin, named("Music")).await.expect("a category");
    let again = category_create::run(app, admin, named("Music")).await.expect("another one");
    assert_eq!((music.fields.slug.as_str(), again.fields.slug.as_str()), ("music", "music-2"));
    let taken = CategoryInput { slug: "music".into(), ..CategoryInput::default() };
    assert_eq!(code(category_update::run(app, admin, again.id, taken).await), "CONFLICT");
    let off = CategoryInput { is_active: false.into(), color: "#AABBCC".into(), ..CategoryInput::default() };
    let off = category_update::run(app, admin, again.id, off).await.expect("switched off");
    assert_eq!(off.fields.color.as_deref(), Some("#aabbcc"));
    assert_eq!(category_list::run(app, tenant.id, None).len(), 1);
    assert_eq!(category_list::run(app, tenant.id, Some(admin)).len(), 2);
    assert_eq!(code(category_create::run(app, organizer, named("Art")).await), "FORBIDDEN");
    let input = EventInput {
        name: "In it".into(),
        category_id: app.public.encode(music.id).into(),
        ..EventInput::default()
    };
    let event = event_create::run(app, organizer, input.clone()).await.expect("an event");
    assert_eq!(event.category.map(|category| category.id), Some(music.id));
    assert_eq!(code(category_delete::run(app, admin, music.id).await), "CONFLICT");
    category_delete::run(app, admin, again.id).await.expect("nobody is in it");
    let gone = EventInput { category_id: app.public.encode(again.id).into(), ..input };
    assert_eq!(code(event_create::run(app, organizer, gone).await), "VALIDATION_ERROR");
}

async fn another_node_sees_a_change_and_a_transaction_sees_it_first(store: Store) {
    let stall = Stall::open(store.clone()).await;
    let other = Stall::node(store, stall.clock.clone(), 1).await;
    let tenant = stall.tenant("nodes").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let sale = stall.sale(organizer, "Nodes", 5).await;
    assert!(other.catalogue.current().offer(sale.zone).is_none(), "nobody has told it yet");
    let catalogue = other.catalogue.clone();
    let price = other.store.write(move |tx| {
        let fresh = catalogue.fresh(tx)?;
        Ok::<_, store::StoreError>(fresh.offer(sale.zone).map(|offer| offer.price_minor))
    });
    assert_eq!(price.await.expect("a transaction"), Some(150_000), "a transaction never trusts an old snapshot");
    catalogue_refresh::tick(&other).await.expect("a tick");
    assert!(other.catalogue.current().offer(sale.zone).is_some());
    let before = other.catalogue.current();
    catalogue_refresh::tick(&other).await.expect("a tick");
    assert!(std::sync::Arc::ptr_eq(&before, &other.catalogue.current()), "nothing changed, nothing is loaded");
    stall.clock.advance_secs(301);
    catalogue_refresh::tick(&other).await.expect("a tick");
    assert!(!std::sync::Arc::ptr_eq(&before, &other.catalogue.current()), "after five minutes it is loaded anyway");
}

async fn a_refused_change_leaves_no_trace(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("trace").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Trace", 5).await;
    stall.reserve(sale, 3).await.expect("three are held");
    let (epoch, events) = (app.catalogue.current().epoch(), outbox_length(app).await);
    let both = ZoneInput { price: 1.into(), total_seats: 2.into(), ..ZoneInput::default() };
    assert_eq!(code(zone_update::run(app, organizer, sale.zone, both).await), "SEATS_TAKEN");
    catalogue_refresh::tick(app).await.expect("a tick");
    assert_eq!(app.catalogue.current().epoch(), epoch);
    assert_eq!(outbox_length(app).await, events);
    let zone = zone_get::run(app, stranger(&tenant), sale.zone).expect("the zone");
    assert_eq!((zone.zone.fields.price_minor, zone.seats.total), (150_000, 5));
}

async fn outbox_length(app: &rush::app::App) -> i64 {
    let count = app.store.read(|tx| tx.query_one("SELECT COUNT(*) FROM outbox", &[], |row| row.int(0)));
    count.await.unwrap_or_else(|error: store::StoreError| panic!("{error}"))
}

async fn the_catalogue_is_the_same_after_a_restart(store: Store) {
    let stall = Stall::open(store.clone()).await;
    let tenant = stall.tenant("again").await;
    let organizer = actor(10, tenant.id, Role::Organizer);
    let sale = stall.sale(organizer, "Again", 5).await;
    stall.reserve(sale, 2).await.expect("two are held");
    let zones = |app: &rush::app::App| zone_list::by_show(app, stranger(&tenant), sale.show, None, PAGE).expect("zones").items;
    let before = zones(&stall.app);
    let again = Stall::node(store, stall.clock.clone(), 0).await;
    let after = zones(&again);
    assert_eq!((&after[0].zone, after[0].offer, after[0].seats), (&before[0].zone, before[0].offer, before[0].seats));
    let another = Stall::over(again, stall.clock.clone());
    another.sale(organizer, "New numbers", 5).await;
}
