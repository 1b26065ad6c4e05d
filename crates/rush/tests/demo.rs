//! The demo shows every state of a sale, and planting it twice changes nothing.

mod harness;

use harness::Stall;
use identity::users;
use kernel::{PageRequest, TenantId};
use rush::demo;
use rush::domain::catalogue_search::EventQuery;
use rush::domain::catalogue_view::EventView;
use rush::domain::event_status::EventStatus;
use rush::domain::role;
use rush::domain::sale_status::SaleStatus;
use rush::open::migrations;
use rush::usecase::visitor::Visitor;
use rush::usecase::{booking_view, event};
use store::Store;

testkit::on_both_backends! {
    the_demo_shows_every_state_of_a_sale with migrations();
    planting_the_demo_twice_changes_nothing with migrations();
}

const ALL: PageRequest = PageRequest { offset: 0, limit: 100 };

async fn planted(store: Store) -> (Stall, TenantId) {
    let stall = Stall::open(store).await;
    demo::seed(&stall.app, stall.now()).await.expect("the demo is planted");
    let tenant = stall.app.catalogue.current().tenant_by_slug(demo::SLUG).expect("its shop").id;
    (stall, tenant)
}

fn event(stall: &Stall, tenant: TenantId, slug: &str) -> EventView {
    event::by_slug(&stall.app, Visitor { tenant, actor: None }, slug).expect(slug)
}

async fn the_demo_shows_every_state_of_a_sale(store: Store) {
    let (stall, tenant) = planted(store).await;
    let sale = |slug: &str| event(&stall, tenant, slug).sale;
    assert_eq!(sale("skyline-homecoming-night"), SaleStatus::OnSale);
    assert!(demo::is_hot(
        &stall.app.catalogue.current(),
        event(&stall, tenant, "skyline-homecoming-night").event.id
    ));
    assert_eq!(sale("small-room-sessions"), SaleStatus::SoldOut);
    let opening = event(&stall, tenant, "lantern-jazz-weekend");
    assert_eq!(
        (opening.sale, opening.opens_at(stall.now())),
        (SaleStatus::Scheduled, Some(stall.now().plus_secs(1200)))
    );
    assert_eq!(event(&stall, tenant, "lanterns-on-the-ping").status, EventStatus::Completed);
    assert_eq!(sale("final-four-of-the-bay"), SaleStatus::OnSale);
    let tiger = event(&stall, tenant, "tiger-who-missed-the-train");
    assert_eq!(tiger.shows.iter().filter(|show| show.sale == SaleStatus::Cancelled).count(), 1);
    let low = event(&stall, tenant, "stand-up-in-two-languages").seats();
    assert!(low.available * 10 <= low.total && low.sold == 90, "{low:?}");
    let listed = event::list(&stall.app, tenant, &EventQuery::default(), ALL);
    assert_eq!(listed.meta.total, 13, "the draft is hidden");

    stall.clock.advance_secs(1200);
    assert_eq!(sale("lantern-jazz-weekend"), SaleStatus::OnSale);
    assert_eq!(sale("final-four-of-the-bay"), SaleStatus::Ended);
    assert_eq!(sale("small-room-sessions"), SaleStatus::SoldOut, "sold, not held: nothing comes back");
    let mali = stall.app.store.read(move |tx| users::by_email(tx, Some(tenant), "mali@example.test")).await;
    let mali = mali.unwrap_or_else(|error: store::StoreError| panic!("{error}")).expect("the buyer");
    let actor = kernel::Actor { user: mali.id, tenant: mali.tenant, role: role::CUSTOMER };
    let bookings = booking_view::list(&stall.app, actor, None, ALL).await.expect("a list");
    assert_eq!(bookings.items.len(), 1);
    assert!(bookings.items[0].confirmation_code.is_some());
}

async fn planting_the_demo_twice_changes_nothing(store: Store) {
    let (stall, _) = planted(store).await;
    let epoch = stall.app.catalogue.current().epoch();
    demo::seed(&stall.app, stall.now().plus_secs(3600)).await.expect("nothing to do");
    assert_eq!(stall.app.catalogue.current().epoch(), epoch);
    assert_eq!(demo::accounts().len(), 1);
}
