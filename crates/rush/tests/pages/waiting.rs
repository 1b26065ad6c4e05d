//! The waiting room in a browser without JavaScript: joining, refreshing, the turn, and the way to the seats.

use crate::harness::actor;
use crate::visitor::Shop;
use axum::http::StatusCode;
use rush::domain::role;
use rush::open::migrations;
use rush::usecase::queue_release;
use rush::usecase::queue_settings::{self, QueueChange};
use store::Store;
use waiting_room::Mode;

testkit::on_both_backends! {
    an_event_leads_through_its_waiting_room_to_the_seats with migrations();
}

async fn set(shop: &Shop, mode: Mode, concurrent_max: i64) {
    let tenant = shop.stall.app.catalogue.current().tenant_by_slug("demo").expect("the shop").id;
    let change = QueueChange {
        mode: Some(mode),
        batch: Some(1),
        concurrent_max: Some(concurrent_max),
        ..QueueChange::default()
    };
    let admin = actor(3, tenant, role::ADMIN);
    queue_settings::change(&shop.stall.app, admin, shop.sale.event, change).await.expect("a room");
}

async fn an_event_leads_through_its_waiting_room_to_the_seats(store: Store) {
    let shop = Shop::selling(store, "Neon Tide", 10).await;
    let mut mali = shop.buyer("mali").await;
    let mut nok = shop.buyer("nok").await;
    let room = shop.event_path().replace("/events/", "/queue/");
    assert_eq!(mali.get(&room).await.status, StatusCode::NOT_FOUND, "there is none yet");
    set(&shop, Mode::On, 1).await;
    let event = mali.get(&shop.event_path()).await;
    assert!(event.says("Join the waiting room") && event.says(&room), "{}", event.text);
    assert!(!event.says("action=\"/rush/reserve\""), "nobody chooses seats without a pass");
    let stranger = shop.visitor().get(&room).await;
    assert!(stranger.location().starts_with("/rush/login?next="), "{}", stranger.location());
    for visitor in [&mut mali, &mut nok] {
        let joined =
            visitor.send(&room, &format!("{room}/join"), &[("contribution", ""), ("work", "")]).await;
        assert_eq!(
            (joined.status, joined.location()),
            (StatusCode::SEE_OTHER, room.as_str()),
            "{}",
            joined.text
        );
    }
    let page = nok.get(&room).await;
    assert!(
        page.says("You are in line") && page.says("1 person") && page.says("http-equiv=\"refresh\""),
        "{}",
        page.text
    );
    let again = nok.get(&room).await;
    assert!(again.says("1 person"), "a refresh keeps the place");
    queue_release::run(&shop.stall.app).await.expect("a run");
    let turn = mali.get(&room).await;
    assert!(turn.says("It is your turn") && turn.says("5:00"), "{}", turn.text);
    assert!(turn.says(&format!("content=\"2;url={}\"", shop.event_path())), "it goes on by itself");
    assert_eq!(nok.get(&room).await.text.matches("It is your turn").count(), 0);
    assert!(nok.get(&shop.event_path()).await.says("See your place"));
    let held = mali.hold("2").await;
    assert!(held.location().starts_with("/rush/checkout/"), "{} {}", held.status, held.location());
    assert!(mali.get(&room).await.says("You have had your turn"));
    let page = nok.get(&room).await;
    let token = page.hidden("token");
    let left = nok.send(&room, &format!("{room}/leave"), &[("token", &token)]).await;
    assert_eq!(left.location(), shop.event_path());
    assert!(nok.get(&room).await.says("Join the waiting room"));
    set(&shop, Mode::Off, 1).await;
    assert_eq!(nok.get(&room).await.location(), shop.event_path(), "no room, no waiting");
    assert!(nok.hold("1").await.location().starts_with("/rush/checkout/"));
}
