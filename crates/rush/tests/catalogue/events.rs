//! Events: fields, slugs, the state table, what publishing needs, what refuses to go.

use crate::harness::{Stall, actor, at, at_home, code};
use kernel::Clock;
use rush::domain::event::{EventInput, EventSettingsInput};
use rush::domain::event_status::EventStatus;
use rush::domain::field::Patch;
use rush::domain::role;
use rush::domain::sale_status::SaleStatus;
use rush::domain::zone::ZoneInput;
use rush::open::migrations;
use rush::usecase::{booking_release, event, event_create, event_lifecycle, event_update, show, zone};
use store::Store;

testkit::on_both_backends! {
    an_event_is_written_found_changed_and_deleted with migrations();
    slugs_are_made_numbered_and_unique_within_a_tenant with migrations();
    exactly_the_steps_of_the_state_table_are_taken with migrations();
    publishing_needs_a_coming_show_with_an_active_zone with migrations();
    what_has_taken_seats_is_not_deleted_or_unpublished with migrations();
}

async fn an_event_is_written_found_changed_and_deleted(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("garden").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
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
    let found =
        event::by_slug(&stall.app, at_home(organizer), "midnight-garden").expect("its owner finds it");
    assert_eq!(found.event, made.event);
    let change = EventInput { description: Patch::Null, is_public: false.into(), ..EventInput::default() };
    let changed = event_update::run(&stall.app, organizer, id, change).await.expect("a change");
    assert_eq!(changed.event.fields.description, None);
    assert_eq!(
        changed.event.fields.short_description.as_deref(),
        Some("Lanterns."),
        "what is not sent stays"
    );
    assert_eq!(changed.event.fields.min_age, Some(20));
    event_lifecycle::delete(&stall.app, organizer, id).await.expect("a draft can be deleted");
    assert_eq!(code(event::by_id(&stall.app, at_home(organizer), id)), "NOT_FOUND");
    assert_eq!(code(event_lifecycle::delete(&stall.app, organizer, id).await), "NOT_FOUND");
}

async fn slugs_are_made_numbered_and_unique_within_a_tenant(store: Store) {
    let stall = Stall::open(store).await;
    let (here, there) = (stall.tenant("here").await, stall.tenant("there").await);
    let organizer = actor(10, here.id, role::ORGANIZER);
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
    let other = actor(20, there.id, role::ORGANIZER);
    assert_eq!(
        create(other, "Jazz Night", Patch::Absent).await,
        Ok("jazz-night".into()),
        "another tenant's own"
    );
}

async fn exactly_the_steps_of_the_state_table_are_taken(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("steps").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let app = &stall.app;
    let sale = stall.draft(organizer, "Steps", 5).await;
    let status = || event::by_id(app, at_home(organizer), sale.event).map(|view| view.status);
    assert_eq!(code(event_lifecycle::unpublish(app, organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(code(event_lifecycle::complete(app, organizer, sale.event).await), "INVALID_STATUS");
    let published = stall.publish(organizer, sale.event).await.expect("a draft is published");
    assert_eq!(published.event.published_at, Some(stall.now()));
    assert_eq!(code(stall.publish(organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(
        code(event_lifecycle::complete(app, organizer, sale.event).await),
        "INVALID_STATUS",
        "its show is to come"
    );
    event_lifecycle::unpublish(app, organizer, sale.event).await.expect("nothing is sold");
    assert_eq!(status(), Ok(EventStatus::Draft));
    stall.publish(organizer, sale.event).await.expect("again");

    // The show ends at 23:00 in Bangkok, three hours after its start.
    stall.clock.set(at("2030-02-01T15:59:59Z"));
    assert_eq!(status(), Ok(EventStatus::Published));
    stall.clock.set(at("2030-02-01T16:00:00Z"));
    assert_eq!(status(), Ok(EventStatus::Completed), "time alone completes it");
    assert_eq!(code(event_lifecycle::unpublish(app, organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(code(event_lifecycle::cancel(app, organizer, sale.event).await), "INVALID_STATUS");
    event_lifecycle::complete(app, organizer, sale.event).await.expect("it is written down");
    assert_eq!(code(event_lifecycle::complete(app, organizer, sale.event).await), "INVALID_STATUS");
    assert_eq!(code(stall.publish(organizer, sale.event).await), "INVALID_STATUS");
    let change = EventInput { name: "Late".into(), ..EventInput::default() };
    assert_eq!(code(event_update::run(app, organizer, sale.event, change).await), "INVALID_STATUS");

    let other = stall.draft(organizer, "Off", 5).await;
    event_lifecycle::cancel(app, organizer, other.event).await.expect("a draft can be cancelled");
    for refused in [
        event_lifecycle::cancel(app, organizer, other.event).await,
        stall.publish(organizer, other.event).await,
        event_lifecycle::unpublish(app, organizer, other.event).await,
        event_lifecycle::complete(app, organizer, other.event).await,
    ] {
        assert_eq!(code(refused), "INVALID_STATUS");
    }
}

async fn publishing_needs_a_coming_show_with_an_active_zone(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("needs").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let app = &stall.app;
    let input = EventInput { name: "Needs".into(), ..EventInput::default() };
    let event = event_create::run(app, organizer, input).await.expect("an event").event.id;
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no show");
    let show = stall.show(organizer, event, "2030-02-01").await.show.id;
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no zone");
    let zone = stall.zone(organizer, show, 5).await.zone.id;
    let switch = |is_active: bool| ZoneInput { is_active: is_active.into(), ..ZoneInput::default() };
    zone::update(app, organizer, zone, switch(false)).await.expect("switched off");
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no active zone");
    zone::update(app, organizer, zone, switch(true)).await.expect("switched on");
    show::cancel(app, organizer, show).await.expect("cancelled");
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no show that takes place");
    let past = stall.show(organizer, event, "2029-12-31").await.show.id;
    stall.zone(organizer, past, 5).await;
    stall.clock.advance_secs(3600);
    assert_eq!(code(stall.publish(organizer, event).await), "INVALID_STATUS", "no show to come");
    let show = stall.show(organizer, event, "2030-02-02").await.show.id;
    stall.zone(organizer, show, 5).await;
    stall.publish(organizer, event).await.expect("now it sells something");
}

async fn what_has_taken_seats_is_not_deleted_or_unpublished(store: Store) {
    let stall = Stall::open(store).await;
    let tenant = stall.tenant("taken").await;
    let organizer = actor(10, tenant.id, role::ORGANIZER);
    let app = &stall.app;
    let sale = stall.sale(organizer, "Taken", 5).await;
    let held = stall.reserve(sale, 2).await.expect("two are held").booking;
    for refused in [
        event_lifecycle::delete(app, organizer, sale.event).await,
        show::delete(app, organizer, sale.show).await,
        zone::delete(app, organizer, sale.zone).await,
        event_lifecycle::unpublish(app, organizer, sale.event).await.map(drop),
    ] {
        assert_eq!(code(refused), "SEATS_TAKEN");
    }
    let buyer = kernel::Actor { user: held.user, tenant: None, role: role::CUSTOMER };
    booking_release::run(app, buyer, held.id).await.expect("given back");
    event_lifecycle::unpublish(app, organizer, sale.event).await.expect("nothing is taken any more");
    zone::delete(app, organizer, sale.zone).await.expect("deleted");
    assert_eq!(code(zone::get(app, at_home(organizer), sale.zone)), "NOT_FOUND");
    assert_eq!(stall.posted(sale.zone.0).await, 0);
    assert_eq!(stall.posted(tenant.id.0).await, 0, "all seats are in stock");
}
