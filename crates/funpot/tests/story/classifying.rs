//! From a picture to a label: prompts and their versions, the gates of the stages, one cycle a window, what is given up and tried
//! again.

use crate::classifier::Scene;
use crate::harness::{Person, Story, says};
use crate::socket::{connect, serve};
use axum::http::Method;
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::classifier:
    a_version_is_checked_counted_and_alone_in_use;
    a_version_is_tried_on_some_and_taken_back_when_it_does_worse;
    stages_follow_as_far_as_they_can_tell;
    a_stream_has_one_cycle_a_window;
    what_was_given_up_waits_and_is_tried_again;
    decisions_are_gated_listed_newest_first_and_pushed;
}

const PROMPTS: &str = "/funpot/api/admin/prompts";
const FRAMES: &str = "/funpot/internal/worker/frames";

fn prompt(stage: &str) -> Value {
    json!({ "stage": stage, "template": "Which game is this?", "model": "m-1", "temperature": 0.2, "maxTokens": 50,
        "timeoutMs": 2_000, "retryCount": 1, "backoffMs": 1, "cooldownMs": 60_000, "minConfidence": 0.5 })
}

async fn create(story: &Story, admin: &Person, body: &Value) -> String {
    let answer = story.send(Method::POST, PROMPTS, admin, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json["id"].as_str().expect("an id").to_owned()
}

async fn act(story: &Story, admin: &Person, id: &str, word: &str, body: &Value) -> testkit::Answer {
    story.send(Method::POST, &format!("{PROMPTS}/{id}/{word}"), admin, body).await
}

async fn in_use(story: &Story, admin: &Person, stage: &str) -> String {
    let id = create(story, admin, &prompt(stage)).await;
    assert_eq!(act(story, admin, &id, "activate", &json!({})).await.status, 200);
    id
}

async fn frame(story: &Story, streamer: &str) -> testkit::Answer {
    let key = format!("f-{}", story.fresh());
    let body =
        json!({ "streamerId": streamer, "inputRef": "clip-1#12", "image": "data:image/png;base64,AAAA" });
    story.worker(FRAMES, &key, &body).await
}

fn labels(answer: &testkit::Answer) -> Vec<String> {
    let rows = answer.json["decisions"].as_array().expect("decisions").iter();
    rows.map(|row| row["label"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn a_version_is_checked_counted_and_alone_in_use(scene: Scene) {
    let story = scene.story;
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    assert_eq!(says(&story.send(Method::POST, PROMPTS, &viewer, &prompt("stage_a")).await).0, 403);
    for (field, value) in [
        ("stage", json!("stage_x")),
        ("template", json!(" ")),
        ("model", json!("")),
        ("temperature", json!(2.1)),
        ("maxTokens", json!(0)),
        ("timeoutMs", json!(0)),
        ("retryCount", json!(11)),
        ("backoffMs", json!(-1)),
        ("cooldownMs", json!(-1)),
        ("minConfidence", json!(1.5)),
        ("scope", json!("session")),
    ] {
        let mut body = prompt("stage_a");
        body[field] = value;
        let answer = story.send(Method::POST, PROMPTS, &admin, &body).await;
        assert_eq!(says(&answer), (400, "bad_request".to_owned()), "{field}");
    }
    story.stall.clock.advance_secs(60);
    let first = in_use(&story, &admin, "stage_a").await;
    let second = create(&story, &admin, &prompt("stage_a")).await;
    in_use(&story, &admin, "stage_b").await;
    let rows = async || -> Vec<(String, i64, bool, bool)> {
        let list = story.get(PROMPTS, &admin).await;
        let rows = list.json.as_array().expect("rows").clone();
        let row = |row: &Value| {
            let purpose = row["purpose"].as_str().unwrap_or_default().to_owned();
            let is = |name: &str| row[name] == true;
            (purpose, row["version"].as_i64().unwrap_or(0), is("isActive"), is("isShadow"))
        };
        rows.iter().map(row).collect()
    };
    let [a, b] = ["stage_a", "stage_b"].map(str::to_owned);
    assert_eq!(
        rows().await,
        [(a.clone(), 2, false, true), (a.clone(), 1, true, false), (b.clone(), 1, true, false)]
    );
    story.stall.clock.advance_secs(1);
    assert_eq!(act(&story, &admin, &second, "activate", &json!({})).await.json["isActive"], true);
    let active = story.number("SELECT COUNT(*) FROM prompts WHERE is_active AND stage = 'stage_a'").await;
    assert_eq!(active, 1);
    let back = act(&story, &admin, &second, "rollback", &json!({})).await;
    assert_eq!((&back.json["id"], &back.json["isActive"]), (&json!(first), &json!(true)), "{}", back.text);
    assert_eq!(rows().await, [(a.clone(), 2, false, true), (a, 1, true, false), (b, 1, true, false)]);
    assert_eq!(
        says(&act(&story, &admin, &second, "rollback", &json!({})).await),
        (409, "conflict".to_owned())
    );
    let limit = "/funpot/api/admin/config/limits.promptWritesPerMin";
    story.send(Method::PUT, limit, &admin, &json!({ "value": 1 })).await;
    story.stall.clock.advance_secs(61);
    assert_eq!(act(&story, &admin, &first, "activate", &json!({})).await.status, 200);
    assert_eq!(says(&act(&story, &admin, &first, "activate", &json!({})).await).0, 429);
}

async fn a_version_is_tried_on_some_and_taken_back_when_it_does_worse(scene: Scene) {
    let (story, model) = (scene.story, scene.model);
    let admin = story.person(&["admin"]).await;
    let first = in_use(&story, &admin, "stage_a").await;
    let tried = create(&story, &admin, &prompt("stage_a")).await;
    let (one, other) = (story.streamer(&admin).await, story.streamer(&admin).await);
    let body = json!({ "percent": 0, "streamerIds": [one] });
    assert_eq!(act(&story, &admin, &tried, "rollout", &body).await.status, 200);
    assert_eq!(says(&act(&story, &admin, &first, "rollout", &body).await).0, 409, "it is everybody's");
    assert_eq!(says(&act(&story, &admin, &tried, "rollout", &json!({ "percent": 101 })).await).0, 400);
    for (streamer, by) in [(&one, &tried), (&other, &first)] {
        model.says("not_cs", 0.9);
        let answer = frame(&story, streamer).await;
        assert_eq!(answer.json["decisions"][0]["promptVersionId"], json!(by), "{}", answer.text);
    }
    let report = async |by: &String, label: &str| {
        let key = format!("d-{}", story.fresh());
        let body = json!({ "streamerId": other, "stage": "stage_a", "label": label, "confidence": 0.9,
            "promptVersionId": by, "latencyMs": 100 });
        let answer = story.worker("/funpot/internal/worker/decisions", &key, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    };
    for _ in 0..48 {
        report(&first, "yes").await;
        report(&tried, "hm").await;
    }
    story.stall.clock.advance_secs(60);
    assert_eq!(story.stall.run_job("evaluate_prompts").await, 0, "49 are too few");
    report(&tried, "hm").await;
    assert_eq!(story.stall.run_job("evaluate_prompts").await, 1);
    let list = story.get(PROMPTS, &admin).await;
    assert_eq!(
        (&list.json[0]["version"], &list.json[0]["rollout"]),
        (&json!(2), &Value::Null),
        "{}",
        list.text
    );
    let audit = story.get("/funpot/api/admin/audit?action=prompt.rollback", &admin).await;
    assert_eq!(
        (&audit.json["acts"][0]["actor"], audit.json["acts"].as_array().map(Vec::len)),
        (&json!("system"), Some(1))
    );
}

async fn stages_follow_as_far_as_they_can_tell(scene: Scene) {
    let (story, model) = (scene.story, scene.model);
    let admin = story.person(&["admin"]).await;
    for stage in ["stage_a", "stage_b", "stage_c", "stage_d"] {
        in_use(&story, &admin, stage).await;
    }
    for (said, heard) in [
        (
            &[("Counter-Strike", 0.9), ("FACEIT", 0.8), ("finished", 0.9), ("win", 0.95)][..],
            &["cs_detected", "faceit", "finished", "win"][..],
        ),
        (&[("yes", 0.9), ("premier", 0.8), ("in_progress", 0.9)], &["cs_detected", "premier", "in_progress"]),
        (&[("yes", 0.9), ("premier", 0.4)], &["cs_detected", "unknown"]),
        (&[("yes", 0.49)], &["uncertain"]),
        (&[("no", 0.9)], &["not_cs"]),
    ] {
        let streamer = story.streamer(&admin).await;
        said.iter().for_each(|(label, confidence)| model.says(label, *confidence));
        let answer = frame(&story, &streamer).await;
        assert_eq!(
            (answer.status, labels(&answer)),
            (200, heard.iter().map(|label| (*label).to_owned()).collect())
        );
        assert_eq!(answer.json["status"], "completed", "{}", answer.text);
    }
    let asked = &model.requests()[0];
    assert_eq!(
        (&asked["model"], &asked["max_tokens"], &asked["temperature"]),
        (&json!("m-1"), &json!(50), &json!(0.2))
    );
    assert_eq!(asked["messages"][0]["content"][1]["image_url"]["url"], "data:image/png;base64,AAAA");
}

async fn a_stream_has_one_cycle_a_window(scene: Scene) {
    let (story, model) = (scene.story, scene.model);
    let admin = story.person(&["admin"]).await;
    in_use(&story, &admin, "stage_a").await;
    let streamer = story.streamer(&admin).await;
    model.says("yes", 0.9);
    let (one, other) = tokio::join!(frame(&story, &streamer), frame(&story, &streamer));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, other.text);
    assert_eq!(model.requests().len(), 1, "the model was asked once");
    story.stall.clock.advance_secs(29);
    assert_eq!(says(&frame(&story, &streamer).await), (409, "cycle_running".to_owned()));
    story.stall.clock.advance_secs(1);
    model.says("no", 0.9);
    assert_eq!(labels(&frame(&story, &streamer).await), ["not_cs"]);
    story.stall.clock.advance_secs(30);
    assert_eq!(says(&frame(&story, &streamer).await), (409, "cooldown".to_owned()));
    story.stall.clock.advance_secs(30);
    model.says("yes", 0.9);
    assert_eq!(
        labels(&frame(&story, &streamer).await),
        ["cs_detected"],
        "a minute later it is looked at again"
    );
    story.send(Method::PUT, "/funpot/api/admin/flags/llm", &admin, &json!({ "enabled": false })).await;
    assert_eq!(says(&frame(&story, &streamer).await), (503, "feature_disabled".to_owned()));
}

async fn what_was_given_up_waits_and_is_tried_again(scene: Scene) {
    let (story, model) = (scene.story, scene.model);
    let admin = story.person(&["admin"]).await;
    in_use(&story, &admin, "stage_a").await;
    in_use(&story, &admin, "stage_b").await;
    let streamer = story.streamer(&admin).await;
    // One failure is forgiven, two are not: the prompt has one further try.
    model.fails();
    model.says("yes", 0.9);
    model.fails();
    model.fails();
    let answer = frame(&story, &streamer).await;
    assert_eq!(
        (labels(&answer), &answer.json["status"]),
        (vec!["cs_detected".to_owned()], &json!("partial"))
    );
    let letters = story.get("/funpot/api/admin/dlq", &admin).await;
    let letter = &letters.json["deadLetters"][0];
    assert_eq!((&letter["stage"], &letter["attempts"]), (&json!("stage_b"), &json!(2)), "{}", letters.text);
    let path = format!("/funpot/api/admin/dlq/{}/replay", letter["id"].as_str().expect("an id"));
    model.fails();
    model.fails();
    assert_eq!(says(&story.send(Method::POST, &path, &admin, &json!({})).await).0, 503);
    let again = story.get("/funpot/api/admin/dlq", &admin).await;
    assert_eq!(again.json["deadLetters"][0]["attempts"], 4);
    model.says("casual", 0.9);
    let replayed = story.send(Method::POST, &path, &admin, &json!({})).await;
    assert_eq!(
        (&replayed.json["label"], &replayed.json["runId"]),
        (&json!("casual"), &answer.json["runId"]),
        "{}",
        replayed.text
    );
    assert_eq!(story.get("/funpot/api/admin/dlq", &admin).await.json["deadLetters"], json!([]));
    assert_eq!(says(&story.send(Method::POST, &path, &admin, &json!({})).await).0, 404);
}

async fn decisions_are_gated_listed_newest_first_and_pushed(scene: Scene) {
    let story = scene.story;
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let (address, _shutdown) = serve(&story).await;
    let path = format!("/funpot/realtime?streamerId={streamer}");
    let mut client = connect(&address, &path, Some(&story.token(&viewer))).await.expect("let in");
    client.next("SUBSCRIBED").await;
    let list = format!("/funpot/api/streamers/{streamer}/llm-decisions");
    let report = async |stage: &str, label: &str, person: &Person| {
        let body = json!({ "stage": stage, "label": label, "confidence": 0.9 });
        story.send(Method::POST, &list, person, &body).await
    };
    assert_eq!(says(&report("stage_a", "yes", &viewer).await).0, 403);
    assert_eq!(says(&report("stage_b", "casual", &admin).await), (409, "stage_gated".to_owned()));
    for (stage, label) in
        [("stage_a", "yes"), ("stage_b", "casual"), ("stage_c", "finished"), ("stage_d", "draw")]
    {
        assert_eq!(report(stage, label, &admin).await.status, 201, "{stage}");
    }
    assert_eq!(says(&report("stage_e", "x", &admin).await).0, 400);
    let pushed = client.next("LLM_STAGE_UPDATED").await;
    assert_eq!(
        (&pushed["payload"]["stage"], &pushed["payload"]["label"]),
        (&json!("stage_a"), &json!("cs_detected"))
    );
    assert_eq!(
        (&pushed["payload"]["streamerId"], &pushed["payload"]["confidence"]),
        (&json!(streamer), &json!(0.9))
    );
    let newest = story.get(&format!("{list}?limit=2"), &viewer).await;
    assert_eq!((&newest.json[0]["stage"], &newest.json[1]["stage"]), (&json!("stage_d"), &json!("stage_c")));
    assert_eq!(newest.json.as_array().map(Vec::len), Some(2));
    assert_eq!(says(&story.get(&format!("{list}?limit=0"), &viewer).await).0, 400);
    let standing = story.get(&format!("/funpot/api/streamers/{streamer}/status"), &viewer).await;
    assert_eq!(standing.json["stages"]["stage_d"]["label"], "draw", "{}", standing.text);
    assert_eq!(standing.json["stages"].as_object().map(serde_json::Map::len), Some(4));
}
