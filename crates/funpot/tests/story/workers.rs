//! Workers: signs of life, and which of them watches which stream.

use crate::harness::{Person, Story, says};
use axum::http::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

testkit::on_both_backends! {
    through crate::harness:
    a_stream_is_given_to_the_idlest_worker_and_taken_away_again;
    streams_of_a_worker_that_is_silent_go_to_another;
    a_waiting_worker_is_woken_by_a_change;
    a_worker_has_a_limit_of_calls;
}

type Worker = (&'static str, &'static str, &'static [u8]);

const WATCHER: Worker = ("watcher", "one", b"worker-secret-1");
const SECOND: Worker = ("second", "one", b"worker-secret-2");
const POLL: &str = "/funpot/internal/worker/assignments";

async fn lives(story: &Story, worker: Worker) {
    let key = format!("hb-{}", story.fresh());
    let body = json!({ "version": "1.2", "streams": 0 });
    let answer = story.worker_as(worker, "/funpot/internal/worker/heartbeat", &key, &body).await;
    assert_eq!((answer.status, &answer.json), (200, &json!({ "ok": true })), "{}", answer.text);
}

async fn command(story: &Story, admin: &Person, word: &str, streamer: &str) -> testkit::Answer {
    let path = format!("/funpot/internal/commands/{word}-streamer");
    story.send(Method::POST, &path, admin, &json!({ "streamerId": streamer })).await
}

async fn polled(story: &Story, worker: Worker, cursor: &Value) -> Value {
    let cursor = cursor.as_i64().unwrap_or(0);
    let answer = story.worker_get(worker, &format!("{POLL}?cursor={cursor}&waitSec=0")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json
}

/// Streamers that a worker is told to watch, or not to.
fn streamers(polled: &Value, assigned: bool) -> Vec<String> {
    let rows = polled["assignments"].as_array().expect("rows").iter();
    let rows = rows.filter(|row| row["assigned"] == assigned);
    rows.map(|row| row["streamerId"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn a_stream_is_given_to_the_idlest_worker_and_taken_away_again(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let (one, two) = (story.streamer(&admin).await, story.streamer(&admin).await);
    assert_eq!(says(&command(&story, &viewer, "assign", &one).await).0, 403);
    assert_eq!(command(&story, &admin, "assign", &one).await.json, json!({ "ok": true }));
    lives(&story, WATCHER).await;
    let first = polled(&story, WATCHER, &json!(0)).await;
    assert_eq!(
        streamers(&first, true).as_slice(),
        std::slice::from_ref(&one),
        "what waited is taken by who comes"
    );
    assert!(first["assignments"][0]["twitchUsername"].is_string(), "{first}");
    lives(&story, SECOND).await;
    command(&story, &admin, "assign", &two).await;
    assert_eq!(
        streamers(&polled(&story, SECOND, &json!(0)).await, true).as_slice(),
        std::slice::from_ref(&two)
    );
    command(&story, &admin, "unassign", &one).await;
    let next = polled(&story, WATCHER, &first["cursor"]).await;
    assert!(streamers(&next, false).contains(&one), "{next}");
    assert!(
        polled(&story, WATCHER, &next["cursor"]).await["assignments"] == json!([]),
        "nothing is told twice"
    );
    let wrong = json!({ "streamerId": two, "twitchUsername": "somebody_else" });
    let answer = story.send(Method::POST, "/funpot/internal/commands/assign-streamer", &admin, &wrong).await;
    assert_eq!(says(&answer).0, 400);
}

async fn streams_of_a_worker_that_is_silent_go_to_another(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    lives(&story, WATCHER).await;
    command(&story, &admin, "assign", &streamer).await;
    let before = polled(&story, WATCHER, &json!(0)).await;
    assert_eq!(streamers(&before, true).as_slice(), std::slice::from_ref(&streamer));
    story.stall.clock.advance_secs(60);
    lives(&story, SECOND).await;
    assert_eq!(story.stall.run_job("watch_workers").await, 0, "a minute is no long silence");
    story.stall.clock.advance_secs(31);
    assert_eq!(story.stall.run_job("watch_workers").await, 1);
    assert_eq!(
        streamers(&polled(&story, SECOND, &json!(0)).await, true).as_slice(),
        std::slice::from_ref(&streamer)
    );
    assert_eq!(streamers(&polled(&story, WATCHER, &before["cursor"]).await, false), [streamer]);
}

async fn a_waiting_worker_is_woken_by_a_change(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    lives(&story, WATCHER).await;
    let began = Instant::now();
    let path = format!("{POLL}?cursor=0&waitSec=9");
    let waiting = story.worker_get(WATCHER, &path);
    let changing = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        command(&story, &admin, "assign", &streamer).await;
    };
    let (answer, ()) = tokio::join!(waiting, changing);
    assert_eq!(streamers(&answer.json, true), [streamer]);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

async fn a_worker_has_a_limit_of_calls(story: Story) {
    let admin = story.person(&["admin"]).await;
    let body = json!({ "streamerId": story.streamer(&admin).await, "events": [] });
    for at in 0..120 {
        let answer = story.worker("/funpot/internal/worker/events", &format!("k-{at}"), &body).await;
        assert_eq!(answer.status, 200, "{at}");
    }
    let over = story.worker("/funpot/internal/worker/events", "k-over", &body).await;
    assert_eq!(says(&over), (429, "rate_limited".to_owned()));
    assert_eq!(over.json["error"]["details"], json!({ "limit": 120, "windowSec": 60 }));
    assert!(over.headers.get("retry-after").is_some());
    lives(&story, SECOND).await;
    let limit = "/funpot/api/admin/config/limits.workerBatchPerMin";
    story.send(Method::PUT, limit, &admin, &json!({ "value": 1 })).await;
    let key = "hb-over";
    let body = json!({});
    let over = story.worker_as(SECOND, "/funpot/internal/worker/heartbeat", key, &body).await;
    assert_eq!(
        over.json["error"]["details"],
        json!({ "limit": 1, "windowSec": 60 }),
        "a change counts at once"
    );
}
