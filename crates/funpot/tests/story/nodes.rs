//! Two nodes on one PostgreSQL: what is committed on one is seen on the other, and what must happen once does.

use crate::harness::{Story, says};
use crate::socket::{connect, serve, user_channel};
use axum::http::Method;
use funpot::MANIFEST;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::TempStore;
use testkit::open_stall::OpenStall;

/// What the specification gives a frame from its commit to its reader.
const DELIVERED_WITHIN: Duration = Duration::from_secs(1);

fn on_two_nodes<F: Future<Output = ()>>(story: impl FnOnce(Story, Story) -> F) {
    testkit::block_on(async {
        let place = TempStore::postgres(&[]).await.expect("a schema is made or the test panics");
        place.store().close().await;
        let values = [("funpot.worker_secrets", "watcher/one=worker-secret-1")];
        let one = OpenStall::open_node(&MANIFEST, place.config(), &values, 0).await;
        let two = OpenStall::open_node(&MANIFEST, place.config(), &values, 1).await;
        let stores = [one.store.clone(), two.store.clone()];
        story(Story::over(one), Story::over(two)).await;
        for store in stores {
            store.close().await;
        }
    });
}

#[test]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
fn a_vote_on_one_node_is_on_the_sockets_of_the_other_within_a_second() {
    on_two_nodes(|one, two| async move {
        let (admin, viewer) = (one.person(&["admin"]).await, one.viewer(500).await);
        let streamer = one.streamer(&admin).await;
        let (address, _shutdown) = serve(&two).await;
        let path = format!("/funpot/realtime?streamerId={streamer}");
        let mut client = connect(&address, &path, Some(&two.token(&viewer))).await.expect("let in");
        client.next("SUBSCRIBED").await;
        client.watch(&[user_channel(&viewer)], &json!({})).await;
        let event = one.event(&admin, &streamer, 100).await;
        client.next("EVENT_CREATED").await;
        let mut worst = Duration::ZERO;
        for at in 1..=4 {
            let voter = if at == 1 { viewer.clone() } else { one.viewer(100).await };
            one.voted(&voter, &event, "a").await;
            let began = Instant::now();
            while client.next("EVENT_UPDATED").await["payload"]["totals"]["a"] != json!(at) {}
            worst = worst.max(began.elapsed());
        }
        assert!(worst < DELIVERED_WITHIN, "{worst:?}");
        let live = two.get(&format!("/funpot/api/events/live?streamerId={streamer}"), &viewer).await;
        assert_eq!(
            (&live.json[0]["totals"]["a"], &live.json[0]["userVote"]["optionId"]),
            (&json!(4), &json!("a"))
        );
        one.books_are_sound().await;
    });
}

#[test]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
fn an_event_is_closed_once_and_takes_no_vote_on_any_node_afterwards() {
    on_two_nodes(|one, two| async move {
        let (admin, viewer) = (one.person(&["admin"]).await, one.viewer(500).await);
        let streamer = one.streamer(&admin).await;
        let event = one.event(&admin, &streamer, 100).await;
        let (address, _shutdown) = serve(&two).await;
        let path = format!("/funpot/realtime?streamerId={streamer}");
        let mut client = connect(&address, &path, Some(&two.token(&viewer))).await.expect("let in");
        client.next("SUBSCRIBED").await;
        one.stall.clock.advance_secs(60);
        // The other node's clock is two seconds behind: there the event seems to be open.
        two.stall.clock.advance_secs(58);
        let both = tokio::join!(one.stall.run_job("close_events"), two.stall.run_job("close_events"));
        assert_eq!(both.0 + both.1, 1, "{both:?}");
        let late = two.vote(&viewer, "late", &json!({ "eventId": event, "optionId": "a" })).await;
        assert_eq!(says(&late), (409, "event_closed".to_owned()));
        two.stall.clock.advance_secs(2);
        two.stall.run_job("close_events").await;
        let closed = client.next("EVENT_CLOSED").await;
        assert_eq!(closed["payload"]["eventId"], json!(event));
        let rest = client.rest(Duration::from_millis(500)).await;
        assert!(rest.iter().all(|frame| frame["type"] != "EVENT_CLOSED"), "once: {rest:?}");
        let facts = "SELECT COUNT(*) FROM outbox WHERE kind = 'event.closed'";
        assert_eq!((one.number(facts).await, one.balance(&viewer).await), (1, 500));
    });
}

#[test]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
fn what_an_operator_changes_on_one_node_counts_on_the_other() {
    on_two_nodes(|one, two| async move {
        let (admin, viewer) = (one.person(&["admin"]).await, one.viewer(500).await);
        let streamer = one.streamer(&admin).await;
        let event = one.event(&admin, &streamer, 100).await;
        let began = Instant::now();
        one.send(Method::PUT, "/funpot/api/admin/flags/paidVoting", &admin, &json!({ "enabled": false }))
            .await;
        one.send(Method::PUT, "/funpot/api/admin/config/limits.votePerMin", &admin, &json!({ "value": 3 }))
            .await;
        let config = async || two.get("/funpot/api/config", &viewer).await.json;
        two.until(async || config().await["limits"]["votePerMin"] == json!(3)).await;
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(config().await["features"]["paidVoting"], Value::Bool(false));
        let refused = two.vote(&viewer, "k-1", &json!({ "eventId": event, "optionId": "a" })).await;
        assert_eq!(says(&refused), (503, "feature_disabled".to_owned()));
        let id = testkit::edge::public_ids().encode(viewer.user.id);
        let path = format!("/funpot/api/admin/users/{id}/block");
        assert_eq!(one.send(Method::PUT, &path, &admin, &json!({ "blocked": true })).await.status, 200);
        two.stall.run_job("reload_revocations").await;
        assert_eq!(says(&two.get("/funpot/api/wallet", &viewer).await).0, 403);
    });
}
