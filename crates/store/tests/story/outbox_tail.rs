//! The tail of the outbox: what was committed is seen, in order, by those who only look.

use kernel::{Event, Timestamp};
use std::sync::Mutex;
use store::outbox_tail::{Look, OutboxTail};
use store::{Backend, Store, outbox};

testkit::on_both_backends! {
    facts_are_seen_in_order_from_where_the_tail_began with [];
}

async fn append(store: &Store, ids: std::ops::Range<i64>) {
    let event = |id| {
        let (topic, kind, payload) = ("t".into(), "k".into(), "{}".into());
        Event { id, topic, kind, key: 1, occurred_at: Timestamp::from_secs(1), payload }
    };
    store.write(move |tx| outbox::append(tx, &ids.clone().map(event).collect::<Vec<_>>())).await.unwrap();
}

async fn facts_are_seen_in_order_from_where_the_tail_began(store: Store) {
    append(&store, 0..3).await;
    let mut tail = OutboxTail::at_end(&store).await.unwrap();
    let seen = Mutex::new(Vec::new());
    let publish = |look: Look<'_>| seen.lock().unwrap().extend(look.facts.iter().map(|fact| fact.event.id));
    assert_eq!(tail.look(&store, &publish).await.unwrap(), 0);
    append(&store, 3..6).await;
    append(&store, 6..8).await;
    assert_eq!(tail.look(&store, &publish).await.unwrap(), 5);
    assert_eq!(tail.look(&store, &publish).await.unwrap(), 0, "nothing is new");
    let mut all = seen.into_inner().unwrap();
    if store.backend() == Backend::Postgres {
        // There a fact may be seen again, one of before the beginning too.
        assert!(all.len() > 5);
        all.sort_unstable();
        all.dedup();
        all.retain(|id| *id > 2);
    }
    assert_eq!(all, [3, 4, 5, 6, 7]);
}
