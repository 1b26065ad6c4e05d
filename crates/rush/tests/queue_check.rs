//! What is claimed of waiting rooms in the raw tables: a sale that went well holds, and each corruption breaks its claim alone.

#[path = "harness/mod.rs"]
mod harness;

use check::Target;
use harness::{Stall, actor};
use kernel::{Actor, Clock as _, UserId};
use rush::domain::role;
use rush::open::migrations;
use rush::usecase::queue_join::{self, JoinOffer};
use rush::usecase::queue_settings::{self, QueueChange};
use rush::usecase::seat_selection::SeatSelection;
use rush::usecase::{booking_reserve, queue_release, queue_view};
use store::{Location, Store, StoreError};
use testkit::TempStore;
use waiting_room::Mode;

const WHOLE: &str = "every waiting room's log is whole, up to its head";
const ORDER: &str = "turns come in the order of the shuffle, then of joining";
const PASS: &str = "every pass is a turn of its owner, used for one booking of theirs at most";

/// (what is done, what takes it back, the claim it breaks).
const CORRUPTIONS: [(&str, &str, &str); 6] = [
    (
        "UPDATE queue_heads SET revision = revision + 1",
        "UPDATE queue_heads SET revision = revision - 1",
        WHOLE,
    ),
    (
        "UPDATE queue_log SET user_id = 90 + user_id WHERE kind = 'joined' AND number = 2",
        "UPDATE queue_log SET user_id = user_id - 90 WHERE kind = 'joined' AND number = 2",
        ORDER,
    ),
    ("UPDATE queue_passes SET user_id = user_id + 1", "UPDATE queue_passes SET user_id = user_id - 1", PASS),
    (
        "UPDATE queue_passes SET booking_id = booking_id + 1",
        "UPDATE queue_passes SET booking_id = booking_id - 1",
        PASS,
    ),
    ("UPDATE queue_rooms SET secret = (SELECT data FROM queue_log WHERE kind = 'opened')", "", ORDER),
    ("DELETE FROM queue_passes WHERE booking_id IS NULL", "", PASS),
];

async fn play(store: Store) {
    let stall = Stall::open(store.clone()).await;
    let tenant = stall.tenant("hall").await;
    let sale = stall.sale(actor(10, tenant.id, role::ORGANIZER), "Night", 100).await;
    let change = QueueChange { mode: Some(Mode::On), batch: Some(3), ..QueueChange::default() };
    let admin = actor(11, tenant.id, role::ADMIN);
    queue_settings::change(&stall.app, admin, sale.event, change).await.expect("a room");
    let buyer = |number| Actor { user: UserId(number), tenant: None, role: role::CUSTOMER };
    for number in 1..=8 {
        queue_join::run(&stall.app, buyer(number), sale.event, JoinOffer::default()).await.expect("a place");
    }
    queue_release::run(&stall.app).await.expect("a run");
    let chosen = SeatSelection { event: sale.event, show: sale.show, zone: sale.zone, quantity: 1 };
    for number in [1, 2] {
        let mut request = chosen.request(buyer(number), "mine");
        let pass = queue_view::own_pass(&stall.app, buyer(number), sale.event).await;
        request.pass = pass.expect("a room is read").expect("there is one");
        booking_reserve::run(&stall.app, request).await.expect("held");
    }
    while ledger::seal::seal(&store, stall.clock.now()).await.expect("it can be sealed") > 0 {}
}

async fn broken(place: &TempStore) -> Vec<&'static str> {
    let target = match &place.config().location {
        Location::Sqlite(path) => Target::Sqlite(path.clone()),
        Location::Postgres { url, schema } => Target::Postgres { url: url.clone(), schema: schema.clone() },
    };
    let results = check::check("rush", target).await.expect("the check reads it");
    results.into_iter().filter(|result| !result.ok).map(|result| result.name).collect()
}

async fn run(place: &TempStore, sql: &'static str) {
    let done = place.store().write(move |tx| tx.execute(sql, &[])).await;
    done.unwrap_or_else(|error: StoreError| panic!("{sql}: {error}"));
}

async fn corrupt(place: TempStore) {
    play(place.store()).await;
    assert_eq!(broken(&place).await, [""; 0]);
    for (done, undone, claim) in CORRUPTIONS {
        let before = broken(&place).await;
        run(&place, done).await;
        let mut now = broken(&place).await;
        now.retain(|name| !before.contains(name) || *name == claim);
        assert_eq!(now, [claim], "{done}");
        if !undone.is_empty() {
            run(&place, undone).await;
            assert_eq!(broken(&place).await, before, "{undone}");
        }
    }
}

#[test]
fn each_corruption_of_a_waiting_room_breaks_its_claim_alone() {
    testkit::block_on(async { corrupt(TempStore::sqlite(&migrations()).await).await });
}

#[test]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
fn each_corruption_of_a_waiting_room_breaks_its_claim_alone_on_postgres() {
    testkit::block_on(async { corrupt(TempStore::postgres(&migrations()).await.expect("a schema")).await });
}
