//! A month of traffic leaves bounded tables: what is kept is a week of events, a day of answers, and nothing that a consumer
//! may still ask for is gone.

use kernel::{Actor, Clock as _, Event, Refusal, Role, Timestamp, UserId};
use stall::retention;
use store::keyed::{self, Attempt, Scope};
use store::{Store, StoreError, Tx, inbox, outbox};

testkit::on_both_backends! {
    a_month_of_traffic_leaves_a_week_of_events_and_a_day_of_answers with stall::migrations_of_the_ground();
    what_was_never_published_is_never_purged with stall::migrations_of_the_ground();
}

const DAY_S: i64 = 24 * 3_600;
/// Events, inbox rows and answers of a day.
const A_DAY: i64 = 150;

async fn count(store: &Store, table: &'static str) -> i64 {
    let sql: &'static str = match table {
        "outbox" => "SELECT COUNT(*) FROM outbox",
        "inbox" => "SELECT COUNT(*) FROM inbox",
        "idempotency" => "SELECT COUNT(*) FROM idempotency",
        other => panic!("{other} is not counted here"),
    };
    store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0))).await.expect("counted")
}

fn event(id: i64, at: Timestamp) -> Event {
    let (topic, kind) = ("t".to_owned(), "k".to_owned());
    Event { id, topic, kind, key: id, occurred_at: at, payload: "{}".to_owned() }
}

/// One day: events that are published and seen by a consumer, and requests that are answered.
fn a_day(tx: &mut Tx<'_>, day: i64, now: Timestamp) -> Result<(), Refusal> {
    let ids = day * A_DAY..(day + 1) * A_DAY;
    let events: Vec<_> = ids.clone().map(|id| event(id + 1, now)).collect();
    outbox::append(tx, &events)?;
    let published: Vec<_> = outbox::pending(tx, events.len())?.iter().map(|queued| queued.seq).collect();
    outbox::mark_published(tx, &published)?;
    for id in ids {
        inbox::first_time(tx, "consumer", id + 1, now)?;
        let role = Role::new("customer").expect("a role");
        let actor = Actor { user: UserId(id), tenant: None, role };
        let attempt = Attempt { scope: Scope::new(&actor, "key"), hash: [7; 32] };
        keyed::answer(tx, &attempt, now, |_| Ok::<_, Refusal>((201, Vec::new())))?;
    }
    Ok(())
}

/// The runs of the job in one day, until it finds nothing more.
async fn purge(store: &Store, now: Timestamp) {
    while store.write(move |tx| retention::purge(tx, now)).await.expect("purged") > 0 {}
}

async fn a_month_of_traffic_leaves_a_week_of_events_and_a_day_of_answers(store: Store) {
    let begin = testkit::standing_clock().now();
    let mut largest = [0; 3];
    for day in 0..30 {
        let now = begin.plus_secs(day * DAY_S);
        store.write(move |tx| a_day(tx, day, now)).await.expect("a day");
        purge(&store, now).await;
        for (most, table) in largest.iter_mut().zip(["outbox", "inbox", "idempotency"]) {
            *most = count(&store, table).await.max(*most);
        }
    }
    let [events, seen, answers] = largest;
    assert!((7 * A_DAY..=8 * A_DAY + 1).contains(&events), "{events} events");
    assert!((8 * A_DAY..=9 * A_DAY).contains(&seen), "{seen} rows of the inbox");
    assert!((A_DAY..=2 * A_DAY).contains(&answers), "{answers} answers");
    assert!(seen >= events, "a consumer forgets nothing that may still be delivered");
}

async fn what_was_never_published_is_never_purged(store: Store) {
    let begin = testkit::standing_clock().now();
    let append = store.write(move |tx| outbox::append(tx, &[event(1, begin)]));
    append.await.expect("appended");
    purge(&store, begin.plus_secs(365 * DAY_S)).await;
    assert_eq!(count(&store, "outbox").await, 1);
    let pending = store.read(|tx| Ok::<_, StoreError>(outbox::pending(tx, 10)?.len())).await;
    assert_eq!(pending.expect("read"), 1);
}
