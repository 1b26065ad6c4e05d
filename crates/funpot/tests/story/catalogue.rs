//! Streamers, games and clips: who is listed, what operators write, what workers report of streams.

use crate::harness::{Story, says};
use axum::http::Method;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    games_are_written_by_operators_and_go_forward_alone;
    a_streamer_is_submitted_once_whoever_sends_the_name;
    streamers_are_searched_filtered_and_turned_by_twenty;
    a_clip_is_kept_once_by_its_name_and_listed_newest_first;
    an_older_word_on_a_stream_changes_nothing;
    a_stream_that_became_small_has_no_new_events;
    bodies_that_are_too_large_or_no_json_are_refused;
}

const GAMES: &str = "/funpot/api/admin/games";

async fn games_are_written_by_operators_and_go_forward_alone(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let body = |status: &str| {
        json!({ "slug": " CS-2 ", "title": "Counter-Strike 2", "rules": ["Best of three", "  "], "status": status,
            "defaults": { "costPerVote": 7, "validForSec": 30 } })
    };
    assert_eq!(says(&story.send(Method::POST, GAMES, &viewer, &body("draft")).await).0, 403);
    let made = story.send(Method::POST, GAMES, &admin, &body("draft")).await;
    assert_eq!(
        (made.status, &made.json["slug"], &made.json["rules"]),
        (201, &json!("cs-2"), &json!(["Best of three"]))
    );
    let path = format!("{GAMES}/{}", made.json["id"].as_str().expect("an id"));
    for (field, value) in [
        ("slug", json!("cs-2")),
        ("slug", json!("  ")),
        ("title", json!(" ")),
        ("status", json!("lost")),
        ("status", json!("archived")),
        ("endAt", json!("2020-01-01T00:00:00Z")),
        ("defaults", json!({ "rakeBps": 10_001 })),
    ] {
        let mut body = json!({ "slug": "other", "title": "T", "startAt": "2030-01-01T00:00:00Z" });
        body[field] = value;
        let answer = story.send(Method::POST, GAMES, &admin, &body).await;
        assert_eq!(says(&answer), (400, "bad_request".to_owned()), "{field}: {body}");
    }
    let put = async |status: &str| story.send(Method::PUT, &path, &admin, &body(status)).await;
    assert_eq!(put("active").await.json["status"], "active");
    let streamer = story.streamer(&admin).await;
    let fields = json!({ "streamerId": streamer, "gameId": made.json["id"] });
    let event = story.event_of(&admin, &fields).await;
    assert_eq!(story.seen(&admin, &event).await["costPerVote"], 7, "the game's default");
    assert_eq!(put("paused").await.json["status"], "paused");
    let mut closed = fields.clone();
    closed["title"] = json!("Another");
    closed["validForSec"] = json!(30);
    closed["options"] = json!([{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }]);
    let refused = story.send(Method::POST, "/funpot/api/admin/events", &admin, &closed).await;
    assert_eq!(says(&refused), (409, "game_not_active".to_owned()));
    assert_eq!(says(&put("draft").await).0, 400, "there is no way back");
    let used = story.send(Method::DELETE, &path, &admin, &json!({})).await;
    assert_eq!(says(&used), (409, "conflict".to_owned()), "an event belongs to it");
    let other = story.send(Method::POST, GAMES, &admin, &json!({ "slug": "x", "title": "X" })).await;
    let other = format!("{GAMES}/{}", other.json["id"].as_str().expect("an id"));
    assert_eq!(story.send(Method::DELETE, &other, &admin, &json!({})).await.status, 204);
    assert_eq!(says(&story.send(Method::DELETE, &other, &admin, &json!({})).await).0, 404);
    let list = story.get(GAMES, &admin).await;
    assert_eq!(list.json["games"].as_array().map(Vec::len), Some(1), "{}", list.text);
}

async fn submit(story: &Story, person: &crate::harness::Person, name: &str) -> testkit::Answer {
    story.send(Method::POST, "/funpot/api/streamers", person, &json!({ "twitchUsername": name })).await
}

async fn a_streamer_is_submitted_once_whoever_sends_the_name(story: Story) {
    let (one, other) = (story.viewer(0).await, story.viewer(0).await);
    let first = submit(&story, &one, "Some_Fox").await;
    assert_eq!((first.status, &first.json["status"]), (200, &json!("pending")), "{}", first.text);
    assert_eq!(submit(&story, &other, "some_fox").await.json["id"], first.json["id"]);
    for bad in ["", "abc", "a b c d", "<script>", &"x".repeat(26)] {
        assert_eq!(says(&submit(&story, &other, bad).await), (400, "bad_request".to_owned()), "{bad}");
    }
    for at in 0..4 {
        assert_eq!(submit(&story, &one, &format!("fox_{at}")).await.status, 200, "a bad name costs no token");
    }
    let over = submit(&story, &one, "fox_9").await;
    assert_eq!(says(&over), (429, "rate_limited".to_owned()));
    assert_eq!(over.json["error"]["details"], json!({ "limit": 5, "windowSec": 600 }));
}

async fn streamers_are_searched_filtered_and_turned_by_twenty(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let limit = "/funpot/api/admin/config/limits.streamerSubmitPer10m";
    story.send(Method::PUT, limit, &admin, &json!({ "value": 100 })).await;
    for at in 0..23 {
        submit(&story, &viewer, &format!("stream_{at:02}")).await;
    }
    let banned = submit(&story, &viewer, "very_bad").await.json["id"].as_str().expect("an id").to_owned();
    let path = format!("/funpot/api/admin/streamers/{banned}");
    story.send(Method::PATCH, &path, &admin, &json!({ "status": "banned", "reason": "rules" })).await;
    let names = async |query: &str, person: &crate::harness::Person| {
        let answer = story.get(&format!("/funpot/api/streamers{query}"), person).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let rows = answer.json.as_array().expect("rows").clone();
        rows.iter().map(|row| row["username"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("", &viewer).await.len(), 20);
    assert_eq!(names("?page=2", &viewer).await, ["stream_20", "stream_21", "stream_22"]);
    assert_eq!(names("?query=STREAM_1", &viewer).await.len(), 10);
    assert_eq!(names("?query=m_0%25", &viewer).await.len(), 0, "a sign of the search's own language is none");
    assert_eq!(names("?status=approved", &viewer).await.len(), 0);
    assert_eq!(names("?status=pending", &viewer).await.len(), 20);
    assert_eq!(names("?status=banned", &admin).await, ["very_bad"]);
    for bad in ["?page=0", "?page=x", "?status=lost", "?status=banned"] {
        let answer = story.get(&format!("/funpot/api/streamers{bad}"), &viewer).await;
        assert_eq!(says(&answer).0, 400, "{bad}");
    }
    let one = story.get(&format!("/funpot/api/streamers/{banned}"), &viewer).await;
    assert_eq!(says(&one).0, 404, "a banned one is hidden");
}

const MEDIA: &str = "/funpot/internal/worker/media";

fn clip(streamer: &str, name: &str, minute: u32) -> Value {
    json!({ "streamerId": streamer, "clipId": name, "tenMinChunk": false, "durationSec": 30,
        "bunnyUrl": format!("https://video.example/{name}.mp4"), "thumbnailUrl": "https://video.example/t.jpg",
        "startedAt": format!("2030-01-01T00:{minute:02}:00Z") })
}

async fn a_clip_is_kept_once_by_its_name_and_listed_newest_first(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    for (key, name, minute) in [("m-1", "one", 1), ("m-2", "two", 2), ("m-3", "one", 3)] {
        let answer = story.worker(MEDIA, key, &clip(&streamer, name, minute)).await;
        assert_eq!((answer.status, &answer.json), (200, &json!({ "ok": true })), "{}", answer.text);
    }
    let path = format!("/funpot/api/media/clips?streamerId={streamer}");
    let list = story.get(&path, &viewer).await;
    let names = |list: &Value| -> Vec<String> {
        let rows = list.as_array().expect("rows").iter();
        rows.map(|row| row["clipId"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(&list.json), ["one", "two"], "the first was written anew, at minute three");
    assert_eq!(list.json[0]["startedAt"], "2030-01-01T00:03:00Z");
    let newest = story.get(&format!("{path}&limit=1"), &viewer).await;
    let next = format!("{path}&limit=1&cursor={}", newest.json[0]["id"].as_str().expect("an id"));
    assert_eq!(names(&story.get(&next, &viewer).await.json), ["two"]);
    let mut bad = clip(&streamer, "three", 4);
    bad["bunnyUrl"] = json!("javascript:alert(1)");
    assert_eq!(says(&story.worker(MEDIA, "m-4", &bad).await).0, 400);
    assert_eq!(says(&story.worker(MEDIA, "m-5", &clip("nobody", "three", 4)).await).0, 404);
    story
        .send(Method::PUT, "/funpot/api/admin/flags/mediaEnabled", &admin, &json!({ "enabled": false }))
        .await;
    assert_eq!(says(&story.get(&path, &viewer).await), (503, "feature_disabled".to_owned()));
}

const STATUS: &str = "/funpot/internal/worker/streamer-status";

fn standing(streamer: &str, viewers: i64, second: u32) -> Value {
    json!({ "streamerId": streamer, "online": viewers > 0, "viewers": viewers,
        "checkedAt": format!("2030-01-01T00:00:{second:02}Z") })
}

async fn an_older_word_on_a_stream_changes_nothing(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    story.stall.clock.advance_secs(60);
    let seen = async || {
        story.get(&format!("/funpot/api/streamers/{streamer}"), &admin).await.json["viewers"].clone()
    };
    let first = story.worker(STATUS, "s-1", &standing(&streamer, 500, 30)).await;
    assert_eq!(first.json, json!({ "ok": true, "ignored": false }), "{}", first.text);
    assert_eq!(seen().await, 500);
    let older = story.worker(STATUS, "s-2", &standing(&streamer, 9, 20)).await;
    assert_eq!(older.json, json!({ "ok": true, "ignored": true }));
    assert_eq!(seen().await, 500);
    let again = story.worker(STATUS, "s-1", &standing(&streamer, 500, 30)).await;
    assert_eq!((&again.json, again.headers.get("idempotent-replayed")), (&first.json, Some("true")));
    story.worker(STATUS, "s-3", &standing(&streamer, 700, 40)).await;
    assert_eq!(seen().await, 700);
    let mut ahead = standing(&streamer, 1, 0);
    ahead["checkedAt"] = json!("2031-01-01T00:00:00Z");
    assert_eq!(says(&story.worker(STATUS, "s-4", &ahead).await).0, 400);
    assert_eq!(says(&story.worker(STATUS, "s-5", &standing("nobody", 1, 50)).await).0, 404);
}

async fn a_stream_that_became_small_has_no_new_events(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    let report = async |name: &str| {
        let event = json!({ "externalId": name, "title": "Who wins?", "validForSec": 60, "confidence": 0.9,
            "options": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }] });
        let body = json!({ "streamerId": streamer, "events": [event] });
        let answer = story.worker("/funpot/internal/worker/events", name, &body).await;
        answer.json["rejected"][0]["reason"].clone()
    };
    assert_eq!(report("e-1").await, Value::Null);
    story.worker(STATUS, "s-1", &standing(&streamer, 100, 0)).await;
    assert_eq!(report("e-2").await, "streamer_not_ok", "strictly above the bar");
    let history = story.get(&format!("/funpot/api/events?streamerId={streamer}"), &admin).await;
    assert_eq!(history.json["events"][0]["state"], "live", "what is open goes on");
    story.stall.clock.advance_secs(2);
    story.worker(STATUS, "s-2", &standing(&streamer, 101, 1)).await;
    assert_eq!(report("e-3").await, Value::Null);
}

async fn bodies_that_are_too_large_or_no_json_are_refused(story: Story) {
    let viewer = story.viewer(0).await;
    let token = story.token(&viewer);
    let send = async |body: Vec<u8>| {
        let call = story.stall.front.call(Method::POST, "/funpot/api/streamers").token(&token);
        call.bytes("application/json", body).send().await
    };
    for bad in [&b"{"[..], b"", b"[]", b"\xff\xfe", b"{\"twitchUsername\":7}"] {
        assert_eq!(says(&send(bad.to_vec()).await), (400, "bad_request".to_owned()), "{bad:?}");
    }
    let large = format!(r#"{{"twitchUsername":"{}"}}"#, "x".repeat(1 << 20));
    assert_eq!(says(&send(large.into_bytes()).await).0, 413);
    let unknown = br#"{"twitchUsername":"some_fox","more":{"fields":1}}"#;
    assert_eq!(send(unknown.to_vec()).await.status, 200, "what is not known is passed over");
}
