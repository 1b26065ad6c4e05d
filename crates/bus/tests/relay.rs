//! The relay's story on both backends: order, once, retries, dead letters.

use bus::{Failure, Relay, RelaySettings, Subscriber, dead_letters};
use kernel::{Event, Timestamp};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, StoreError, Tx, inbox, outbox};

testkit::on_both_backends! {
    facts_arrive_in_order_and_their_effect_happens_once with [bus::MIGRATIONS];
    a_failing_fact_is_tried_five_times_and_those_of_its_key_wait_behind_it with [bus::MIGRATIONS];
    a_poisonous_fact_is_dead_at_once_and_can_be_replayed_or_discarded with [bus::MIGRATIONS];
    nothing_is_lost_while_nobody_listens with [bus::MIGRATIONS];
}

/// Writes down what it handles; fails while `broken` names the key.
#[derive(Default)]
struct Notebook {
    seen: Mutex<Vec<(i64, i64)>>,
    broken: Mutex<Option<(i64, Option<Failure>)>>,
}

impl Subscriber for Notebook {
    fn name(&self) -> &'static str {
        "notebook"
    }

    fn wants(&self, kind: &str) -> bool {
        kind == "noted"
    }

    fn handle(&self, _: &mut Tx<'_>, event: &Event, _: Timestamp) -> Result<(), Failure> {
        if let Some((key, failure)) = &*self.broken.lock()
            && *key == event.key
        {
            return Err(failure.clone().unwrap_or_else(|| Failure::Retry("not now".into())));
        }
        self.seen.lock().push((event.key, event.id));
        Ok(())
    }
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_900_000_000)
}

fn relay(store: &Store, notebook: &Arc<Notebook>) -> Relay {
    let settings = RelaySettings { owner: "test".into(), rest: Duration::ZERO };
    Relay::new(store.clone(), vec![notebook.clone()], settings)
}

async fn tell(store: &Store, facts: &[(i64, i64, &str)]) {
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
    let notebook = Arc::new(Notebook::default());
    tell(&store, &[(1, 7, "noted"), (2, 7, "other"), (3, 8, "noted"), (4, 7, "noted")]).await;
    // A crash after the effect and before the mark: the fact is in the inbox and still in the outbox.
    store.write(|tx| inbox::first_time(tx, "notebook", 3, now())).await.expect("noted");
    let turn = relay(&store, &notebook).turn(now(), 0.0).await.expect("a turn");
    assert_eq!((turn.published, turn.failed), (4, 0));
    assert_eq!(*notebook.seen.lock(), [(7, 1), (7, 4)]);
    let again = relay(&store, &notebook).turn(now(), 0.0).await.expect("a turn");
    assert_eq!(again.published, 0);
    assert_eq!(store.read(outbox::backlog).await.expect("read"), 0);
}

async fn a_failing_fact_is_tried_five_times_and_those_of_its_key_wait_behind_it(store: Store) {
    let notebook = Arc::new(Notebook::default());
    *notebook.broken.lock() = Some((7, None));
    let relay = relay(&store, &notebook);
    tell(&store, &[(1, 7, "noted"), (2, 8, "noted"), (3, 7, "noted")]).await;
    let turn = relay.turn(now(), 0.0).await.expect("a turn");
    assert_eq!((turn.published, turn.failed, turn.dead), (3, 2, 0));
    assert_eq!(*notebook.seen.lock(), [(8, 2)], "other keys go on");
    // 1 + 2 + 4 + 8 seconds of back-off: the fifth try is the last.
    let mut dead = 0;
    for second in 1..=15 {
        dead += relay.turn(now().plus_secs(second), 0.0).await.expect("a turn").dead;
    }
    assert_eq!(dead, 1);
    let letters = store.read(|tx| dead_letters::list(tx, 10)).await.expect("read");
    assert_eq!((letters[0].event.id, letters[0].attempts, letters[0].last_error.as_str()), (1, 5, "not now"));
    *notebook.broken.lock() = None;
    relay.turn(now().plus_secs(100), 0.0).await.expect("a turn");
    assert_eq!(*notebook.seen.lock(), [(8, 2), (7, 3)]);
}

async fn a_poisonous_fact_is_dead_at_once_and_can_be_replayed_or_discarded(store: Store) {
    let notebook = Arc::new(Notebook::default());
    *notebook.broken.lock() = Some((7, Some(Failure::GiveUp("unreadable".into()))));
    let relay = relay(&store, &notebook);
    tell(&store, &[(1, 7, "noted"), (2, 7, "noted")]).await;
    assert_eq!(relay.turn(now(), 0.0).await.expect("a turn").dead, 2);
    let letters = store.read(|tx| dead_letters::list(tx, 10)).await.expect("read");
    assert_eq!(letters.len(), 2);
    assert!(letters.iter().all(|letter| letter.dead_at == Some(now()) && letter.event.topic == "t"));
    let (keep, drop) = (letters[1].id, letters[0].id);
    *notebook.broken.lock() = None;
    let acted = store.write(move |tx| {
        Ok::<_, StoreError>((dead_letters::replay(tx, keep, now())?, dead_letters::discard(tx, drop)?))
    });
    assert_eq!(acted.await.expect("written"), (true, true));
    relay.turn(now(), 0.0).await.expect("a turn");
    assert_eq!(*notebook.seen.lock(), [(7, 1)]);
    assert!(store.read(|tx| dead_letters::list(tx, 10)).await.expect("read").is_empty());
}

async fn nothing_is_lost_while_nobody_listens(store: Store) {
    tell(&store, &(1..=2500).map(|id| (id, id % 10, "noted")).collect::<Vec<_>>()).await;
    let notebook = Arc::new(Notebook::default());
    let relay = relay(&store, &notebook);
    let mut published = 0;
    for _ in 0..3 {
        published += relay.turn(now(), 0.0).await.expect("a turn").published;
    }
    assert_eq!(published, 2500);
    let seen = notebook.seen.lock().clone();
    assert_eq!(seen.iter().map(|(_, id)| *id).collect::<Vec<_>>(), (1..=2500).collect::<Vec<_>>());
}
