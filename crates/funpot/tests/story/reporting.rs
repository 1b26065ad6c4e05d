//! Workers report events: each is judged alone, once, and what a person may still let in waits for one.

use crate::harness::{Story, says};
use axum::http::Method;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    each_event_of_a_batch_is_judged_alone_and_once;
    a_call_that_is_not_signed_is_refused_and_twenty_lock_out;
    unsure_events_wait_for_a_person;
    votes_and_submissions_have_their_limits;
}

const EVENTS: &str = "/funpot/internal/worker/events";

fn item(name: &str) -> Value {
    json!({ "externalId": name, "title": "Who wins the round?", "validForSec": 60, "confidence": 0.9,
        "options": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }],
        "promptVersions": { "session": "v1", "game": "v2", "perClip": "v3" }, "schemaVersion": "1.0",
        "rawJson": { "said": "so" }, "costPerVote": 50 })
}

fn with(name: &str, field: &str, value: Value) -> Value {
    let mut item = item(name);
    item[field] = value;
    item
}

fn batch(streamer: &str, events: &[Value]) -> Value {
    json!({ "streamerId": streamer, "events": events,
        "source": { "clipId": "c-1", "startedAt": "2030-01-01T00:00:00Z", "durationSec": 30, "llmModel": "m-1" } })
}

async fn each_event_of_a_batch_is_judged_alone_and_once(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    let two = json!([{ "id": "a", "label": "A" }, { "id": "a", "label": "B" }]);
    let events = [
        item("e-1"),
        item("e-1"),
        with("e-2", "options", json!([{ "id": "a", "label": "A" }])),
        with("e-3", "options", two),
        with("e-4", "validForSec", json!(5)),
        with("e-5", "schemaVersion", json!("9.0")),
        json!({ "externalId": "e-6" }),
        with("e-7", "confidence", json!(0.2)),
        item("e-8"),
    ];
    let body = batch(&streamer, &events);
    let answer = story.worker(EVENTS, "k-1", &body).await;
    assert_eq!((answer.status, &answer.json["accepted"]), (200, &json!(2)), "{}", answer.text);
    let reasons: Vec<(&str, &str)> = answer.json["rejected"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (row["externalId"].as_str().expect("a name"), row["reason"].as_str().expect("a reason")))
        .collect();
    assert_eq!(
        reasons,
        [
            ("e-1", "duplicate"),
            ("e-2", "too_few_options"),
            ("e-3", "duplicate_option"),
            ("e-4", "bad_duration"),
            ("e-5", "schema_version"),
            ("e-6", "schema_version"),
            ("e-7", "low_confidence"),
        ]
    );
    let again = story.worker(EVENTS, "k-1", &body).await;
    assert_eq!((again.status, &again.json), (200, &answer.json));
    assert_eq!(
        says(&story.worker(EVENTS, "k-1", &batch(&streamer, &[])).await),
        (422, "idempotency_key_reused".to_owned())
    );
    let seen = story.seen(&admin, answer.json["createdEventIds"][0].as_str().expect("an id")).await;
    assert_eq!((&seen["promptVersions"]["perClip"], &seen["confidence"]), (&json!("v3"), &json!(0.9)));
    assert_eq!((&seen["sourceClipId"], &seen["costPerVote"]), (&json!("c-1"), &json!(50)));
    assert_eq!(seen["closesAt"], "2030-01-01T00:01:00Z");
    let many: Vec<Value> = (0..5).map(|at| item(&format!("m-{at}"))).collect();
    let full = story.worker(EVENTS, "k-2", &batch(&streamer, &many)).await;
    assert_eq!(
        (&full.json["accepted"], &full.json["rejected"][0]["reason"]),
        (&json!(3), &json!("too_many_live"))
    );
    let unknown = story.worker(EVENTS, "k-3", &batch("nobody", &[item("u-1")])).await;
    assert_eq!(unknown.json["rejected"][0]["reason"], "unknown_streamer");
}

async fn a_call_that_is_not_signed_is_refused_and_twenty_lock_out(story: Story) {
    let admin = story.person(&["admin"]).await;
    let body = batch(&story.streamer(&admin).await, &[]);
    let unsigned = story.stall.front.post(EVENTS, &body).send().await;
    assert_eq!(says(&unsigned), (401, "unauthenticated".to_owned()));
    assert_eq!(story.worker_as(("watcher", "two", b"worker-secret-1"), EVENTS, "k", &body).await.status, 401);
    for _ in 0..19 {
        assert_eq!(story.worker_as(("watcher", "one", b"another"), EVENTS, "k", &body).await.status, 401);
    }
    assert_eq!(story.worker(EVENTS, "k-1", &body).await.status, 401, "locked out");
    story.stall.clock.advance_secs(301);
    assert_eq!(story.worker(EVENTS, "k-1", &body).await.status, 200);
}

async fn unsure_events_wait_for_a_person(story: Story) {
    let (admin, moderator) = (story.person(&["admin"]).await, story.person(&["moderator"]).await);
    let streamer = story.streamer(&admin).await;
    let unsure = with("e-1", "confidence", json!(0.3));
    let flagged = with("e-2", "title", json!("A terror round?"));
    let answer = story.worker(EVENTS, "k-1", &batch(&streamer, &[unsure, flagged])).await;
    assert_eq!(answer.json["accepted"], 0, "{}", answer.text);
    let queue = story.get("/funpot/api/admin/review", &moderator).await;
    let ids: Vec<String> = queue
        .json
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids.len(), 2, "{}", queue.text);
    let judge = |id: String, word: &'static str| {
        let (story, moderator) = (&story, &moderator);
        async move {
            let path = format!("/funpot/api/admin/review/{id}/{word}");
            story.send(Method::POST, &path, moderator, &json!({})).await
        }
    };
    assert_eq!(judge(ids[0].clone(), "accept").await.status, 200);
    assert_eq!(judge(ids[1].clone(), "reject").await.status, 200);
    assert_eq!(judge(ids[1].clone(), "accept").await.status, 409);
    let history = story.get(&format!("/funpot/api/events?streamerId={streamer}"), &moderator).await;
    assert_eq!(history.json["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(history.json["events"][0]["externalId"], "e-1");
}

async fn votes_and_submissions_have_their_limits(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let path = format!("/funpot/api/events/live?streamerId={streamer}");
    let event = story.event(&admin, &streamer, 0).await;
    story.until(async || story.get(&path, &viewer).await.json[0]["id"] == json!(event)).await;
    for at in 0..30 {
        let answer =
            story.vote(&viewer, &format!("k-{at}"), &json!({ "eventId": event, "optionId": "x" })).await;
        assert_eq!(answer.status, 422, "{at}");
    }
    let over = story.vote(&viewer, "k-30", &json!({ "eventId": event, "optionId": "a" })).await;
    assert_eq!(says(&over), (429, "rate_limited".to_owned()));
    assert_eq!(over.json["error"]["details"], json!({ "limit": 30, "windowSec": 60 }));
    assert!(over.headers.get("retry-after").is_some());
    let replay = story.vote(&viewer, "k-0", &json!({ "eventId": event, "optionId": "x" })).await;
    assert_eq!(replay.status, 422, "a repeated request costs no token");
    for at in 0..6 {
        let body = json!({ "twitchUsername": format!("another_{at}") });
        let answer = story.send(Method::POST, "/funpot/api/streamers", &viewer, &body).await;
        assert_eq!(answer.status, if at < 5 { 200 } else { 429 }, "{}", answer.text);
    }
}
