//! The relay's story on both backends: order, once, retries, dead letters.

use bus::{Failure, Relay, RelaySettings, Subscriber, Turn, dead_letters};
use kernel::{Event, Timestamp};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use store::{MigrationSet, Store, StoreError, Tx, inbox, outbox, params};

testkit::on_both_backends! {
    facts_arrive_in_order_and_their_effect_happens_once with [bus::MIGRATIONS, EFFECTS];
    a_failing_fact_is_tried_five_times_and_those_of_its_key_wait_behind_it with [bus::MIGRATIONS, EFFECTS];
    a_poisonous_fact_is_dead_at_once_and_can_be_replayed_or_discarded with [bus::MIGRATIONS, EFFECTS];
    nothing_is_lost_while_nobody_listens with [bus::MIGRATIONS, EFFECTS];
    a_fact_that_is_published_again_takes_effect_once_for_each_subscriber with [bus::MIGRATIONS, EFFECTS];
    a_subscriber_that_panics_holds_up_nobody_else_and_ends_in_the_dead_letters with [bus::MIGRATIONS, EFFECTS];
    a_fact_that_still_waits_cannot_be_discarded with [bus::MIGRATIONS, EFFECTS];
}

/// What subscribers did, in the transaction in which they did it.
const EFFECTS: MigrationSet = MigrationSet {
    name: "effects",
    sqlite: &[(
        "0001_effects",
        "CREATE TABLE effects (seq INTEGER PRIMARY KEY AUTOINCREMENT, consumer TEXT, key BIGINT, event BIGINT)",
    )],
    postgres: &[(
        "0001_effects",
        "CREATE TABLE effects (seq BIGSERIAL PRIMARY KEY, consumer TEXT, key BIGINT, event BIGINT)",
    )],
};

/// Writes down what it handles; fails while `broken` names the key.
#[derive(Default)]
struct Recorder {
    name: Option<&'static str>,
    broken: Mutex<Option<(i64, Option<Failure>)>>,
}

impl Subscriber for Recorder {
    fn name(&self) -> &'static str {
        self.name.unwrap_or("recorder")
    }

    fn wants(&self, kind: &str) -> bool {
        kind == "counted"
    }

    fn handle(&self, tx: &mut Tx<'_>, event: &Event, _: Timestamp) -> Result<(), Failure> {
        if let Some((key, failure)) = &*self.broken.lock()
            && *key == event.key
        {
            return Err(failure.clone().unwrap_or_else(|| Failure::Retry("not now".into())));
        }
        let sql = "INSERT INTO effects (consumer, key, event) VALUES ($1, $2, $3)";
        tx.execute(sql, params![self.name(), event.key, event.id])?;
        Ok(())
    }
}

/// What `recorder` did, as (key, event), in order.
async fn seen(store: &Store, recorder: &Recorder) -> Vec<(i64, i64)> {
    let name = recorder.name();
    let sql = "SELECT key, event FROM effects WHERE consumer = $1 ORDER BY seq";
    let rows = store.read(move |tx| tx.query(sql, params![name], |row| Ok((row.int(0)?, row.int(1)?))));
    rows.await.expect("read")
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_900_000_000)
}

fn relay(store: &Store, recorder: &Arc<Recorder>) -> Relay {
    let settings = RelaySettings { owner: "test".into(), rest: Duration::ZERO };
    Relay::new(store.clone(), vec![recorder.clone()], settings)
}

async fn append(store: &Store, facts: &[(i64, i64, &str)]) {
    let events: Vec<_> = facts
        .iter()
        .map(|(id, key, kind)| Event {
            id: *id,
            topic: "t".into(),
            kind: (*kind).into(),
            key: *key,
            occurred_at: now(),
            payload: "{}".into(),
        })
        .collect();
    store.write(move |tx| outbox::append(tx, &events)).await.expect("appended");
}

async fn facts_arrive_in_order_and_their_effect_happens_once(store: Store) {
    let recorder = Arc::new(Recorder::default());
    append(&store, &[(1, 7, "counted"), (2, 7, "other"), (3, 8, "counted"), (4, 7, "counted")]).await;
    // A crash after the effect and before the mark: the fact is in the inbox and still in the outbox.
    store.write(|tx| inbox::first_time(tx, "recorder", 3, now())).await.expect("written");
    let turn = relay(&store, &recorder).turn(now(), 0.0).await.expect("a turn");
    assert_eq!((turn.published, turn.failed), (4, 0));
    assert_eq!(seen(&store, &recorder).await, [(7, 1), (7, 4)]);
    let again = relay(&store, &recorder).turn(now(), 0.0).await.expect("a turn");
    assert_eq!(again.published, 0);
    assert_eq!(store.read(outbox::backlog).await.expect("read"), 0);
}

async fn a_failing_fact_is_tried_five_times_and_those_of_its_key_wait_behind_it(store: Store) {
    let recorder = Arc::new(Recorder::default());
    *recorder.broken.lock() = Some((7, None));
    let relay = relay(&store, &recorder);
    append(&store, &[(1, 7, "counted"), (2, 8, "counted"), (3, 7, "counted")]).await;
    let turn = relay.turn(now(), 0.0).await.expect("a turn");
    assert_eq!((turn.published, turn.failed, turn.dead), (3, 2, 0));
    assert_eq!(seen(&store, &recorder).await, [(8, 2)], "other keys go on");
    // 1 + 2 + 4 + 8 seconds of back-off: the fifth try is the last.
    let mut dead = 0;
    for second in 1..=15 {
        dead += relay.turn(now().plus_secs(second), 0.0).await.expect("a turn").dead;
    }
    assert_eq!(dead, 1);
    let letters = store.read(|tx| dead_letters::list(tx, 10)).await.expect("read");
    assert_eq!((letters[0].event.id, letters[0].attempts, letters[0].last_error.as_str()), (1, 5, "not now"));
    *recorder.broken.lock() = None;
    relay.turn(now().plus_secs(100), 0.0).await.expect("a turn");
    assert_eq!(seen(&store, &recorder).await, [(8, 2), (7, 3)]);
}

async fn a_poisonous_fact_is_dead_at_once_and_can_be_replayed_or_discarded(store: Store) {
    let recorder = Arc::new(Recorder::default());
    *recorder.broken.lock() = Some((7, Some(Failure::GiveUp("unreadable".into()))));
    let relay = relay(&store, &recorder);
    append(&store, &[(1, 7, "counted"), (2, 7, "counted")]).await;
    assert_eq!(relay.turn(now(), 0.0).await.expect("a turn").dead, 2);
    let letters = store.read(|tx| dead_letters::list(tx, 10)).await.expect("read");
    assert_eq!(letters.len(), 2);
    assert!(letters.iter().all(|letter| letter.dead_at == Some(now()) && letter.event.topic == "t"));
    let (keep, drop) = (letters[1].id, letters[0].id);
    *recorder.broken.lock() = None;
    let acted = store.write(move |tx| {
        Ok::<_, StoreError>((dead_letters::replay(tx, keep, now())?, dead_letters::discard(tx, drop)?))
    });
    assert_eq!(acted.await.expect("written"), (true, true));
    relay.turn(now(), 0.0).await.expect("a turn");
    assert_eq!(seen(&store, &recorder).await, [(7, 1)]);
    assert!(store.read(|tx| dead_letters::list(tx, 10)).await.expect("read").is_empty());
}

async fn nothing_is_lost_while_nobody_listens(store: Store) {
    append(&store, &(1..=2500).map(|id| (id, id % 10, "counted")).collect::<Vec<_>>()).await;
    let recorder = Arc::new(Recorder::default());
    let relay = relay(&store, &recorder);
    let mut published = 0;
    for _ in 0..3 {
        published += relay.turn(now(), 0.0).await.expect("a turn").published;
    }
    assert_eq!(published, 2500);
    let seen = seen(&store, &recorder).await;
    assert_eq!(seen.iter().map(|(_, id)| *id).collect::<Vec<_>>(), (1..=2500).collect::<Vec<_>>());
}

async fn a_fact_that_is_published_again_takes_effect_once_for_each_subscriber(store: Store) {
    let [mails, counts] =
        ["mails", "counts"].map(|name| Arc::new(Recorder { name: Some(name), ..Recorder::default() }));
    let settings = RelaySettings { owner: "test".into(), rest: Duration::ZERO };
    let relay = Relay::new(store.clone(), vec![mails.clone(), counts.clone()], settings);
    append(&store, &[(1, 7, "counted"), (2, 8, "counted")]).await;
    // One of the two has failed meanwhile, so that its retry and the second publication meet.
    *counts.broken.lock() = Some((8, None));
    relay.turn(now(), 0.0).await.expect("a turn");
    *counts.broken.lock() = None;
    for _ in 0..2 {
        // What a crash leaves behind that came before the relay had marked what it published.
        let unmark = |tx: &mut Tx<'_>| tx.execute("UPDATE outbox_cursor SET seq = 0", &[]);
        store.write(unmark).await.expect("written");
        relay.turn(now().plus_secs(60), 0.0).await.expect("a turn");
    }
    assert_eq!(seen(&store, &mails).await, [(7, 1), (8, 2)]);
    assert_eq!(seen(&store, &counts).await, [(7, 1), (8, 2)]);
    assert_eq!(relay.turn(now().plus_secs(120), 0.0).await.expect("a turn"), Turn::default());
}

/// Panics at everything it is given.
struct Panicking;

impl Subscriber for Panicking {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn wants(&self, _: &str) -> bool {
        true
    }

    fn handle(&self, tx: &mut Tx<'_>, event: &Event, now: Timestamp) -> Result<(), Failure> {
        // This must be rolled back with the panic.
        inbox::first_time(tx, "elsewhere", event.id, now)?;
        panic!("a poisonous fact")
    }
}

async fn a_subscriber_that_panics_holds_up_nobody_else_and_ends_in_the_dead_letters(store: Store) {
    let recorder = Arc::new(Recorder::default());
    let settings = RelaySettings { owner: "test".into(), rest: Duration::ZERO };
    let relay = Relay::new(store.clone(), vec![Arc::new(Panicking), recorder.clone()], settings);
    append(&store, &[(1, 7, "counted"), (2, 7, "counted")]).await;
    relay.turn(now(), 0.0).await.expect("a turn");
    assert_eq!(seen(&store, &recorder).await, [(7, 1), (7, 2)]);
    for second in 1..=40 {
        relay.turn(now().plus_secs(second), 0.0).await.expect("a turn");
    }
    let letters = store.read(|tx| dead_letters::list(tx, 10)).await.expect("read");
    assert_eq!(letters.iter().map(|letter| letter.event.id).collect::<Vec<_>>(), [2, 1]);
    assert!(letters.iter().all(|letter| letter.consumer == "panicking" && letter.attempts == bus::TRIES_MAX));
    assert_eq!(seen(&store, &recorder).await, [(7, 1), (7, 2)], "others are not told again");
    let left = store.write(|tx| inbox::first_time(tx, "elsewhere", 1, now())).await.expect("written");
    assert!(left, "nothing of a panic stays");
}

async fn a_fact_that_still_waits_cannot_be_discarded(store: Store) {
    let recorder = Arc::new(Recorder::default());
    *recorder.broken.lock() = Some((7, None));
    let relay = relay(&store, &recorder);
    append(&store, &[(1, 7, "counted")]).await;
    relay.turn(now(), 0.0).await.expect("a turn");
    let discarded = store.write(|tx| dead_letters::discard(tx, 1)).await.expect("written");
    assert!(!discarded, "it is not dead");
    *recorder.broken.lock() = None;
    relay.turn(now().plus_secs(60), 0.0).await.expect("a turn");
    assert_eq!(seen(&store, &recorder).await, [(7, 1)]);
}
