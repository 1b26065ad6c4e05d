//! Zones: their size on the ledger, their sale windows, the last seat.

use crate::harness::{Stall, actor, at, code, stranger};
use kernel::Clock;
use rush::domain::event::{EventInput, EventSettingsInput};
use rush::domain::role;
use rush::domain::sale_status::SaleStatus;
use rush::domain::show::ShowInput;
use rush::domain::zone::ZoneInput;
use rush::open::migrations;
use rush::usecase::{booking_release, catalogue_refresh, event, event_update, show, zone};
use serde_json::json;
use std::sync::Arc;
use store::Store;

testkit::on_both_backends! {
    a_zone_never_falls_below_what_is_sold_and_held with migrations();
    a_zone_changes_its_size_while_a_crowd_buys with migrations();
    a_show_is_sold_out_with_the_last_seat_and_on_sale_when_one_returns with migrations();
    the_narrowest_window_and_the_cut_off_decide with migrations();
    a_refused_change_leaves_no_trace with migrations();
}

async fn a_zone_never_falls_below_what_is_sold_and_held(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("sizes").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Sizes", 10).await;
    let resize = |total: i64| {
        let input = ZoneInput { total_seats: total.into(), ..ZoneInput::default() };
        zone::update(app, organizer, sale.zone, input)
    };
    stall.reserve(sale, 4).await.expect("four are held");
    stall.reserve(sale, 2).await.expect("two more");
    let seats = |view: rush::domain::catalogue_view::ZoneView| {
        (view.seats.total, view.seats.available, view.seats.held, view.seats.sold)
    };
    assert_eq!(zone::get(app, stranger(&tenant), sale.zone).map(seats), Ok((10, 4, 6, 0)));
    assert_eq!(resize(6).await.map(seats), Ok((6, 0, 6, 0)), "exactly what is held");
    let refused = resize(5).await.expect_err("one too few");
    assert_eq!(refused.code, "SEATS_TAKEN");
    assert_eq!(refused.details, Some(json!({ "requested": 5, "minimum": 6 })));
    assert_eq!(zone::get(app, stranger(&tenant), sale.zone).map(seats), Ok((6, 0, 6, 0)), "nothing changed");
    assert_eq!(code(stall.reserve(sale, 1).await), "INSUFFICIENT_SEATS");
    assert_eq!(resize(8).await.map(seats), Ok((8, 2, 6, 0)), "raised during the sale");
    stall.reserve(sale, 2).await.expect("the new seats are sold at once");
    assert_eq!(code(stall.reserve(sale, 1).await), "INSUFFICIENT_SEATS");
    assert_eq!(stall.posted(sale.zone.0).await, 8);
    assert_eq!(stall.posted(tenant.id.0).await, -8, "the books sum to zero");
}

async fn a_show_is_sold_out_with_the_last_seat_and_on_sale_when_one_returns(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("last").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let sale = stall.sale(organizer, "Last", 2).await;
    let status = || {
        let show = show::get(&stall.app, stranger(&tenant), sale.show).expect("a show").sale;
        let event = event::by_id(&stall.app, stranger(&tenant), sale.event).expect("an event").sale;
        assert_eq!(show, event);
        show
    };
    assert_eq!(status(), SaleStatus::OnSale);
    stall.reserve(sale, 1).await.expect("one");
    assert_eq!(status(), SaleStatus::OnSale);
    let last = stall.reserve(sale, 1).await.expect("the last one").booking;
    assert_eq!(status(), SaleStatus::SoldOut);
    let buyer = kernel::Actor { user: last.user, tenant: None, role: role::CUSTOMER };
    booking_release::run(&stall.app, buyer, last.id).await.expect("given back");
    assert_eq!(status(), SaleStatus::OnSale);
}

async fn the_narrowest_window_and_the_cut_off_decide(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("windows").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
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
    show::update(app, organizer, sale.show, show).await.expect("the show's own end");
    assert_eq!(
        code_at("2030-01-24T23:59:59Z").await,
        "",
        "the show overrides the event's end, not its start"
    );
    assert_eq!(code_at("2030-01-09T16:00:00Z").await, "SALE_NOT_STARTED");
    let zone = ZoneInput {
        sale_start_at: "2030-01-05T00:00:00Z".into(),
        sale_end_at: "2030-03-01T00:00:00Z".into(),
        ..ZoneInput::default()
    };
    zone::update(app, organizer, sale.zone, zone).await.expect("the zone's own window");
    assert_eq!(code_at("2030-01-04T23:59:59Z").await, "SALE_NOT_STARTED");
    assert_eq!(code_at("2030-01-05T00:00:00Z").await, "");
    assert_eq!(code_at("2030-02-01T12:59:59Z").await, "", "no cut-off but the show's start");
    assert_eq!(code_at("2030-02-01T13:00:00Z").await, "SALE_ENDED");
    let off = ZoneInput { is_active: false.into(), ..ZoneInput::default() };
    zone::update(app, organizer, sale.zone, off).await.expect("switched off");
    assert_eq!(code_at("2030-01-06T00:00:00Z").await, "EVENT_NOT_AVAILABLE");
}

async fn a_refused_change_leaves_no_trace(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("trace").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Trace", 5).await;
    stall.reserve(sale, 3).await.expect("three are held");
    let (epoch, events) = (app.catalogue.current().epoch(), outbox_length(app).await);
    let both = ZoneInput { price: 1.into(), total_seats: 2.into(), ..ZoneInput::default() };
    assert_eq!(code(zone::update(app, organizer, sale.zone, both).await), "SEATS_TAKEN");
    catalogue_refresh::tick(app).await.expect("a tick");
    assert_eq!(app.catalogue.current().epoch(), epoch);
    assert_eq!(outbox_length(app).await, events);
    let zone = zone::get(app, stranger(&tenant), sale.zone).expect("the zone");
    assert_eq!((zone.zone.fields.price_minor, zone.seats.total), (150_000, 5));
}

async fn outbox_length(app: &rush::app::App) -> i64 {
    let count = app.store.read(|tx| tx.query_one("SELECT COUNT(*) FROM outbox", &[], |row| row.int(0)));
    count.await.unwrap_or_else(|error: store::StoreError| panic!("{error}"))
}

async fn a_zone_changes_its_size_while_a_crowd_buys(store: Store) {
    let stall = Arc::new(Stall::open(store).await);
    let tenant = stall.tenant("crowd").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let sale = stall.sale(organizer, "Crowd", 40).await;
    let buyers = (0..60).map(|_| {
        let stall = Arc::clone(&stall);
        tokio::spawn(async move { stall.reserve(sale, 1).await.is_ok() })
    });
    let buyers: Vec<_> = buyers.collect();
    let mut total = 40;
    for wanted in [30, 45, 5, 50, 20, 48] {
        let input = ZoneInput { total_seats: wanted.into(), ..ZoneInput::default() };
        match zone::update(&stall.app, organizer, sale.zone, input).await {
            Ok(view) => total = view.zone.fields.total_seats,
            Err(refusal) => assert_eq!(refusal.code, "SEATS_TAKEN"),
        }
    }
    let mut held = 0;
    for buyer in buyers {
        held += i64::from(buyer.await.expect("a buyer"));
    }
    let zone = zone::get(&stall.app, stranger(&tenant), sale.zone).expect("the zone");
    assert_eq!(zone.zone.fields.total_seats, total);
    assert_eq!((zone.seats.held, zone.seats.available), (held, total - held), "every seat is held or free");
    assert!(held <= total);
    assert_eq!(stall.posted(sale.zone.0).await, total, "the account is as large as the row says");
}
