//! Sockets under strain and over time: ways in, caps, the pace of totals, readers that stand still, coming back after an absence.

use crate::harness::{Person, Story};
use crate::socket::{Client, connect, connect_with, serve, user_channel};
use axum::http::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

testkit::on_both_backends! {
    through crate::harness:
    a_token_comes_in_the_header_the_subprotocol_or_the_first_frame;
    channels_are_watched_and_left_and_32_at_most;
    watchers_of_a_game_are_sent_its_events;
    totals_come_four_times_a_second_at_most_and_the_last_one_always;
    a_reader_that_stands_still_misses_totals_and_nothing_else;
    who_comes_back_is_sent_what_was_missed_or_told_to_begin_anew;
    a_token_is_renewed_on_an_open_socket;
    watchers_are_told_of_maintenance_limits_and_switches;
}

/// How soon a sign-in must have ended a socket, with a slow machine's own delay.
const QUIET: Duration = Duration::from_millis(700);

async fn watcher(story: &Story, address: &str, person: &Person, channels: &[String]) -> Client {
    let mut client = connect(address, "/funpot/realtime", Some(&story.token(person))).await.expect("let in");
    client.watch(channels, &json!({})).await;
    client
}

fn of_kind<'f>(frames: &'f [Value], kind: &str) -> Vec<&'f Value> {
    frames.iter().filter(|frame| frame["type"] == kind).collect()
}

async fn a_token_comes_in_the_header_the_subprotocol_or_the_first_frame(story: Story) {
    let viewer = story.viewer(0).await;
    let (address, _shutdown) = serve(&story).await;
    let token = story.token(&viewer);
    let protocol = |token: &str| ("sec-websocket-protocol", format!("funpot.v1, bearer.{token}"));
    let by_header = connect(&address, "/funpot/ws", Some(&token)).await.expect("let in");
    let path = "/funpot/realtime";
    let by_protocol = connect_with(&address, path, Some(protocol(&token))).await.expect("let in");
    let mut by_frame = connect(&address, path, None).await.expect("let in");
    by_frame.send(&json!({ "action": "auth", "token": token })).await;
    by_frame.next("SIGNED_IN").await;
    for mut client in [by_header, by_protocol, by_frame] {
        client.watch(&[user_channel(&viewer)], &json!({})).await;
    }
    let refused = connect_with(&address, path, Some(protocol("nonsense"))).await.err();
    let is_401 = |error| matches!(error, tokio_tungstenite::tungstenite::Error::Http(answer) if answer.status() == 401);
    assert!(refused.is_some_and(is_401), "before the upgrade");
}

async fn channels_are_watched_and_left_and_32_at_most(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let (address, _shutdown) = serve(&story).await;
    let channel = format!("streamer:{streamer}");
    let mut client = watcher(&story, &address, &viewer, std::slice::from_ref(&channel)).await;
    client.send(&json!({ "action": "unsubscribe", "channels": [channel] })).await;
    assert_eq!(client.next("UNSUBSCRIBED").await["payload"]["channel"], json!(channel));
    story.event(&admin, &streamer, 0).await;
    assert_eq!(client.rest(QUIET).await, Vec::<Value>::new(), "what is left is silent");
    let public = testkit::edge::public_ids();
    let games: Vec<String> =
        (1..=33).map(|n| format!("game:{}", public.encode(funpot::domain::ids::GameId(n)))).collect();
    client.watch(&games[..32], &json!({})).await;
    client.send(&json!({ "action": "subscribe", "channels": [games[32]] })).await;
    assert_eq!(client.next("ERROR").await["payload"], json!({ "code": 4429, "channel": games[32] }));
    client.send(&json!({ "action": "subscribe", "channels": ["nobody:1"] })).await;
    assert_eq!(client.next("ERROR").await["payload"]["code"], 4404);
    client.send(&json!({ "action": "dance" })).await;
    assert_eq!(client.next("ERROR").await["payload"]["code"], 4400);
}

async fn watchers_of_a_game_are_sent_its_events(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let body = json!({ "slug": "cs-2", "title": "CS 2", "status": "active" });
    let game = story.send(Method::POST, "/funpot/api/admin/games", &admin, &body).await;
    let game = game.json["id"].as_str().expect("an id").to_owned();
    let (address, _shutdown) = serve(&story).await;
    let mut client = watcher(&story, &address, &viewer, &[format!("game:{game}")]).await;
    let fields = json!({ "streamerId": streamer, "gameId": game, "costPerVote": 0 });
    let event = story.event_of(&admin, &fields).await;
    story.voted(&viewer, &event, "a").await;
    story.pass(60).await;
    story.resolve(&admin, &event, "a").await;
    story.pass(0).await;
    let created = client.next("EVENT_CREATED").await;
    assert_eq!(created["payload"]["event"]["gameId"], json!(game));
    assert_eq!(created["ch"], json!(format!("game:{game}")));
    let mut last = created["seq"].as_u64().expect("a number");
    for kind in ["EVENT_CLOSED", "EVENT_SETTLED"] {
        let frame = client.next(kind).await;
        assert_eq!(frame["payload"]["eventId"], json!(event), "{kind}");
        assert!(frame["seq"].as_u64().is_some_and(|seq| seq > last), "{frame}");
        last = frame["seq"].as_u64().unwrap_or(0);
    }
}

async fn totals_come_four_times_a_second_at_most_and_the_last_one_always(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let event = story.event(&admin, &streamer, 0).await;
    let (address, _shutdown) = serve(&story).await;
    let mut client = watcher(&story, &address, &viewer, &[format!("streamer:{streamer}")]).await;
    client.rest(QUIET).await;
    let began = Instant::now();
    for _ in 0..60 {
        let voter = story.viewer(0).await;
        story.voted(&voter, &event, "a").await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let elapsed = began.elapsed();
    let frames = client.rest(QUIET).await;
    let totals = of_kind(&frames, "EVENT_UPDATED");
    assert_eq!(totals.last().expect("some")["payload"]["totals"], json!({ "a": 60, "b": 0 }));
    let most = 4.0 * (elapsed + QUIET).as_secs_f64();
    assert!(totals.len() as f64 <= most, "{} within {elapsed:?}", totals.len());
    assert!(totals.len() >= 2, "they come while votes do");
}

async fn a_reader_that_stands_still_misses_totals_and_nothing_else(story: Story) {
    let (admin, slow, quick) =
        (story.person(&["admin"]).await, story.viewer(100).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let (address, _shutdown) = serve(&story).await;
    let channels = [format!("streamer:{streamer}"), user_channel(&slow)];
    let mut standing = watcher(&story, &address, &slow, &channels).await;
    let mut reading = watcher(&story, &address, &quick, &channels[..1]).await;
    let mut events = Vec::new();
    for _ in 0..3 {
        let event = story.event(&admin, &streamer, 10).await;
        story.voted(&slow, &event, "a").await;
        for _ in 0..5 {
            let voter = story.viewer(10).await;
            story.voted(&voter, &event, "b").await;
        }
        events.push(event);
    }
    story.pass(60).await;
    for event in &events {
        story.resolve(&admin, event, "a").await;
    }
    story.pass(0).await;
    // The one that reads is not held up by the one that does not.
    while reading.next("EVENT_SETTLED").await["payload"]["eventId"] != json!(events[2]) {}
    let frames = standing.rest(QUIET).await;
    for (kind, count) in
        [("EVENT_CREATED", 3), ("EVENT_CLOSED", 3), ("EVENT_SETTLED", 6), ("BALANCE_UPDATED", 6)]
    {
        assert_eq!(of_kind(&frames, kind).len(), count, "{kind}");
    }
    for closed in of_kind(&frames, "EVENT_CLOSED") {
        assert_eq!(closed["payload"]["result"]["totals"], json!({ "a": 1, "b": 5 }));
    }
}

async fn who_comes_back_is_sent_what_was_missed_or_told_to_begin_anew(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let (address, _shutdown) = serve(&story).await;
    let channel = format!("streamer:{streamer}");
    let mut client = watcher(&story, &address, &viewer, std::slice::from_ref(&channel)).await;
    let first = story.event(&admin, &streamer, 0).await;
    let seen = client.next("EVENT_CREATED").await["seq"].clone();
    drop(client);
    let second = story.event(&admin, &streamer, 0).await;
    let third = story.event(&admin, &streamer, 0).await;
    // Until the last one is in the history.
    let mut fresh = watcher(&story, &address, &viewer, std::slice::from_ref(&channel)).await;
    fresh.send(&json!({ "action": "ping" })).await;
    fresh.next("PONG").await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    let mut back = connect(&address, "/funpot/ws", Some(&story.token(&viewer))).await.expect("let in");
    back.watch(std::slice::from_ref(&channel), &json!({ (channel.clone()): seen })).await;
    let frames = back.rest(QUIET).await;
    let created: Vec<&Value> =
        of_kind(&frames, "EVENT_CREATED").into_iter().map(|frame| &frame["payload"]["event"]["id"]).collect();
    assert_eq!(created, [&json!(second), &json!(third)], "and not {first} again");
    let mut late = connect(&address, "/funpot/ws", Some(&story.token(&viewer))).await.expect("let in");
    late.send(&json!({ "action": "subscribe", "channels": [channel], "since": { (channel.clone()): 1 } }))
        .await;
    assert_eq!(late.next("RESYNC_REQUIRED").await["payload"]["channel"], json!(channel));
}

async fn a_token_is_renewed_on_an_open_socket(story: Story) {
    let (viewer, other) = (story.viewer(0).await, story.viewer(0).await);
    let (address, _shutdown) = serve(&story).await;
    let mut client = watcher(&story, &address, &viewer, &[user_channel(&viewer)]).await;
    story.stall.clock.advance_secs(599);
    client.send(&json!({ "action": "auth", "token": story.token(&viewer) })).await;
    client.next("SIGNED_IN").await;
    client.send(&json!({ "action": "auth", "token": story.token(&other) })).await;
    assert_eq!(client.next("ERROR").await["payload"]["code"], 4409, "another user's");
    client.send(&json!({ "action": "auth", "token": "nonsense" })).await;
    assert_eq!(client.next("CLOSED").await["code"], 4401);
}

async fn watchers_are_told_of_maintenance_limits_and_switches(story: Story) {
    let (admin, viewer) = (story.person(&["admin"]).await, story.viewer(0).await);
    let streamer = story.streamer(&admin).await;
    let (address, _shutdown) = serve(&story).await;
    let channels = [format!("streamer:{streamer}"), user_channel(&viewer)];
    let mut client = watcher(&story, &address, &viewer, &channels).await;
    let flag = "/funpot/api/admin/flags/paidVoting";
    story.send(Method::PUT, flag, &admin, &json!({ "enabled": false })).await;
    let notice = client.next("SYSTEM_NOTICE").await;
    assert_eq!(notice["payload"], json!({ "code": "flag_changed", "message": "flag.paidVoting" }));
    let text = "Back in five minutes.";
    let body = json!({ "code": "maintenance", "message": text });
    let sent = story.send(Method::POST, "/funpot/api/admin/notices", &admin, &body).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    assert_eq!(client.next("SYSTEM_NOTICE").await["payload"], body);
    let limit = "/funpot/api/admin/config/limits.votePerMin";
    story.send(Method::PUT, limit, &admin, &json!({ "value": 1 })).await;
    assert_eq!(client.next("SYSTEM_NOTICE").await["payload"]["code"], "config_changed");
    let event = story.event(&admin, &streamer, 0).await;
    // Votes are counted by streamer, which memory knows a moment later.
    let path = format!("/funpot/api/events/live?streamerId={streamer}");
    story.until(async || story.get(&path, &viewer).await.json[0]["id"] == json!(event)).await;
    for key in ["k-1", "k-2"] {
        story.vote(&viewer, key, &json!({ "eventId": event, "optionId": "x" })).await;
    }
    let notice = client.next("SYSTEM_NOTICE").await;
    assert_eq!(
        (&notice["payload"]["code"], &notice["ch"]),
        (&json!("rate_limited"), &json!(user_channel(&viewer)))
    );
}
