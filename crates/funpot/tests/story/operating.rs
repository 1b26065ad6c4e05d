//! What operators rely on: migrations that go back and forth over real rows, health that says what is so, keys that are remembered
//! as long as they must, and a start that refuses what cannot be meant.

use crate::harness::{Story, says};
use funpot::MANIFEST;
use serde_json::json;
use stall::{Deployment, Profile, Section};
use store::{Store, StoreConfig, StoreError};
use testkit::TempStore;
use testkit::open_stall::{OpenStall, broken_claims};

testkit::on_both_backends! {
    through crate::harness:
    keys_are_remembered_for_a_day_and_those_of_money_for_ever;
}

async fn keys_are_remembered_for_a_day_and_those_of_money_for_ever(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(500).await);
    let streamer = story.streamer(&admin).await;
    let event = story
        .event_of(&admin, &json!({ "streamerId": streamer, "costPerVote": 100, "validForSec": 1_800 }))
        .await;
    let vote = json!({ "eventId": event, "optionId": "a" });
    let first = story.vote(&viewer, "money", &vote).await;
    let path = "/funpot/internal/worker/streamer-status";
    let body = |at: &str| json!({ "streamerId": streamer, "online": true, "viewers": 500, "checkedAt": at });
    let report = body("2030-01-01T00:00:00Z");
    assert_eq!(story.worker(path, "k", &report).await.json["ignored"], false);
    story.stall.clock.advance_secs(24 * 3_600 - 1);
    let replay = story.worker(path, "k", &report).await;
    assert_eq!(
        (&replay.json["ignored"], replay.headers.get("idempotent-replayed")),
        (&json!(false), Some("true"))
    );
    let other = story.worker(path, "k", &body("2030-01-01T12:00:00Z")).await;
    assert_eq!(says(&other), (422, "idempotency_key_reused".to_owned()));
    story.stall.clock.advance_secs(2);
    let fresh = story.worker(path, "k", &report).await;
    assert_eq!(
        (&fresh.json["ignored"], fresh.headers.get("idempotent-replayed")),
        (&json!(true), None),
        "it is done anew"
    );
    story.stall.clock.advance_secs(48 * 3_600);
    let again = story.vote(&viewer, "money", &vote).await;
    assert_eq!((again.status, &again.json), (200, &first.json), "a key of money is spent for ever");
    assert_eq!(again.headers.get("idempotent-replayed"), Some("true"));
    assert_eq!(story.balance(&viewer).await, 400);
    story.pass(0).await;
}

async fn on(place: &TempStore) -> OpenStall {
    OpenStall::open(&MANIFEST, place.config(), &[]).await
}

async fn fresh(is_postgres: bool) -> TempStore {
    let place = if is_postgres {
        TempStore::postgres(&[]).await.expect("a schema is made or the test panics")
    } else {
        TempStore::sqlite(&[]).await
    };
    place.store().close().await;
    place
}

#[test]
fn health_says_whether_the_database_answers() {
    testkit::block_on(async {
        let place = fresh(false).await;
        let stall = on(&place).await;
        let status = async |path: &str| stall.front.get(path).send().await.status;
        assert_eq!((status("/funpot/healthz").await, status("/funpot/readyz").await), (200, 200));
        stall.store.close().await;
        assert_eq!((status("/funpot/healthz").await, status("/funpot/readyz").await), (200, 503));
    });
}

async fn count(store: &Store, sql: &'static str) -> Result<i64, StoreError> {
    store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0))).await
}

/// Takes back what migrations since number 29 made, then everything of the stall, and brings it again.
async fn migrate_back_and_forth(config: &StoreConfig) {
    let votes = "SELECT COUNT(*) FROM votes";
    let sets = funpot::open::migrations();
    let newest = ["funpot 0032_audit_written_once", "funpot 0031_llm_cycles", "funpot 0030_streamer_reports"];
    let store = Store::open(config, &sets).await.expect("opens");
    let taken = store.migrate_down(sets.clone(), newest.len()).await.expect("goes back");
    assert_eq!(taken.len(), newest.len(), "{taken:?}");
    assert_eq!(count(&store, votes).await.expect("votes"), 3, "what was there stays");
    assert!(count(&store, "SELECT COUNT(*) FROM llm_dead_letters").await.is_err(), "{taken:?}");
    store.close().await;
    let store = Store::open(config, &sets).await.expect("comes again");
    assert_eq!(count(&store, votes).await.expect("votes"), 3);
    assert_eq!(count(&store, "SELECT COUNT(*) FROM llm_dead_letters").await.expect("there"), 0);
    store.close().await;
    assert_eq!(broken_claims("funpot", config).await, Vec::<String>::new());
    let store = Store::open(config, &sets).await.expect("opens");
    let all = store.migrations().await.expect("listed").len();
    let taken = store.migrate_down(sets.clone(), all).await.expect("goes back to nothing");
    assert_eq!(taken.len(), all);
    assert!(count(&store, votes).await.is_err());
    store.close().await;
    let store = Store::open(config, &sets).await.expect("begins anew");
    assert_eq!(count(&store, votes).await.expect("votes"), 0);
    store.close().await;
}

fn populated_and_migrated(is_postgres: bool) {
    testkit::block_on(async {
        let place = fresh(is_postgres).await;
        let story = Story::over(on(&place).await);
        let admin = story.person(&["admin"]).await;
        let event = story.event(&admin, &story.streamer(&admin).await, 100).await;
        for option in ["a", "b", "b"] {
            let voter = story.viewer(200).await;
            story.voted(&voter, &event, option).await;
        }
        story.pass(60).await;
        story.resolve(&admin, &event, "a").await;
        story.pass(0).await;
        story.stall.store.close().await;
        migrate_back_and_forth(place.config()).await;
    });
}

#[test]
fn migrations_go_back_and_forth_over_rows_on_sqlite() {
    populated_and_migrated(false);
}

#[test]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
fn migrations_go_back_and_forth_over_rows_on_postgres() {
    populated_and_migrated(true);
}

#[test]
fn a_start_refuses_what_cannot_be_meant() {
    let spec = |name: &str| MANIFEST.keys.iter().find(|key| key.name == name).copied().expect("a key");
    for (name, bad) in [
        ("funpot.auth_jwt_ttl_s", "601"),
        ("funpot.auth_jwt_ttl_s", "299"),
        ("funpot.auth_refresh_max_sessions", "0"),
        ("funpot.settle_rake_bps", "10001"),
        ("funpot.ws_max_per_node", "0"),
        ("funpot.batch_max", "many"),
    ] {
        let key = spec(name);
        assert!(key.kind.problem(bad).is_some(), "{name} takes {bad}");
        assert_eq!(key.kind.problem(key.default), None, "{name}");
    }
    let production = Deployment {
        profile: Profile::Production,
        listen: std::net::SocketAddr::from(([0, 0, 0, 0], 8080)),
        is_public: true,
    };
    let defaults = MANIFEST
        .keys
        .iter()
        .map(|key| (key.name, stall::config::Setting { value: key.default.to_owned(), source: "default" }));
    let section = Section::new(defaults.collect());
    let problems = |values: &[(&'static str, &str)]| {
        let values = values.iter().map(|(name, value)| (*name, (*value).to_owned()));
        (MANIFEST.problems)(&section.clone().with(values), &production).join(" ")
    };
    assert_eq!(problems(&[]), "");
    for (name, bad) in [
        ("funpot.auth_jwt_secret", "dev-secret"),
        ("funpot.telegram", "simulated"),
        ("funpot.event_min_sec", "3000"),
        ("funpot.feature_flags", "votes=maybe"),
    ] {
        let found = problems(&[(name, bad)]);
        assert!(found.contains(name), "{name} = {bad}: `{found}`");
        assert!(!found.contains("dev-secret"), "{found}");
    }
}
