//! The audit: numbered without a gap, chained, masked, and found by each of its members.

use kernel::Timestamp;
use serde_json::json;
use store::audit::{self, Act, Entry, Filter, Level, Origin};
use store::{Store, StoreError, migrations_of_the_ground};

testkit::on_both_backends! {
    entries_are_numbered_and_chained_however_many_write with [migrations_of_the_ground()];
    an_entry_that_is_rolled_back_leaves_no_gap with [migrations_of_the_ground()];
    entries_are_found_by_any_of_their_members with [migrations_of_the_ground()];
    values_of_secret_members_are_masked with [migrations_of_the_ground()];
}

fn act(actor: &str, action: &'static str, target: &str) -> Act {
    Act {
        at: Timestamp::from_micros(5),
        scope: 0,
        actor: actor.to_owned(),
        action,
        target: target.to_owned(),
        level: Level::Info,
        origin: Origin::default(),
        details: json!({}),
    }
}

async fn append(store: &Store, act: Act) -> i64 {
    store.write(move |tx| audit::append(tx, &act)).await.map_err(|e: StoreError| e.to_string()).unwrap()
}

async fn find(store: &Store, filter: Filter) -> Vec<Entry> {
    store.read(move |tx| audit::page(tx, &filter, 100)).await.map_err(|e: StoreError| e.to_string()).unwrap()
}

async fn entries_are_numbered_and_chained_however_many_write(store: Store) {
    let writers = (0..8).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..5 {
                append(&store, act(&format!("user:{writer}"), "account.block", "user:9")).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let mut entries = find(&store, Filter::default()).await;
    entries.reverse();
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    let mut previous = vec![0; 32];
    for entry in &entries {
        assert_eq!(entry.hash, audit::hash(entry, &previous));
        previous.clone_from(&entry.hash);
    }
}

async fn an_entry_that_is_rolled_back_leaves_no_gap(store: Store) {
    append(&store, act("operator", "flag.set", "flag:votes")).await;
    let undone = store.write(|tx| {
        audit::append(tx, &act("operator", "flag.set", "flag:undone"))?;
        Err::<(), _>(StoreError::Corrupt("undone".to_owned()))
    });
    undone.await.unwrap_err();
    assert_eq!(append(&store, act("operator", "flag.set", "flag:wallet")).await, 2);
}

async fn entries_are_found_by_any_of_their_members(store: Store) {
    append(&store, act("user:1", "role.grant", "user:2")).await;
    append(&store, act("user:2", "role.grant", "user:3")).await;
    append(&store, Act { scope: 7, at: Timestamp::from_micros(9), ..act("user:1", "flag.set", "flag:a") })
        .await;
    let numbers = async |filter| find(&store, filter).await.iter().map(|e| e.seq).collect::<Vec<_>>();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(numbers(Filter::default()).await, [3, 2, 1]);
    assert_eq!(numbers(Filter { actor: text("user:1"), ..Filter::default() }).await, [3, 1]);
    assert_eq!(numbers(Filter { action: text("role.grant"), ..Filter::default() }).await, [2, 1]);
    assert_eq!(numbers(Filter { target: text("user:3"), ..Filter::default() }).await, [2]);
    assert_eq!(numbers(Filter { scope: Some(7), ..Filter::default() }).await, [3]);
    let both = Filter { actor: text("user:1"), action: text("role.grant"), ..Filter::default() };
    assert_eq!(numbers(both).await, [1]);
    assert_eq!(numbers(Filter { from: Some(Timestamp::from_micros(6)), ..Filter::default() }).await, [3]);
    assert_eq!(numbers(Filter { to: Some(Timestamp::from_micros(9)), ..Filter::default() }).await, [2, 1]);
    assert_eq!(numbers(Filter { before: Some(3), ..Filter::default() }).await, [2, 1]);
}

async fn values_of_secret_members_are_masked(store: Store) {
    let details = json!({
        "name": "Kiosk", "password": "hunter2", "nested": [{"apiKey": "k-1", "AccessToken": {"raw": "t-1"}, "amount": 5}]
    });
    append(&store, Act { details, ..act("operator", "account.add", "user:1") }).await;
    let kept = find(&store, Filter::default()).await.remove(0).details;
    for secret in ["hunter2", "k-1", "t-1"] {
        assert!(!kept.contains(secret), "{kept}");
    }
    assert!(kept.contains("Kiosk") && kept.contains('5'), "{kept}");
}
