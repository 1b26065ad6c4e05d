//! Facts about a dialect that a stall brings itself: its frames, its commands, its closing codes, and resuming by channel.

use crate::live_harness::Client;
use crate::pot_dialect::{POT, PotServer, SIGN_IN_WITHIN, pot_server};
use futures_util::StreamExt;
use kernel::SystemClock;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use web::live::{Hub, Update};

const CHANNEL: &str = "game:9";

/// What is heard until everything said so far has been handled.
async fn settle(client: &mut Client) -> Vec<Value> {
    client.send(r#"{"action":"ping"}"#).await;
    let mut heard = Vec::new();
    loop {
        let next = client.receive().await;
        if next["type"] == "PONG" {
            return heard;
        }
        heard.push(next);
    }
}

/// The numbers that facts carry.
fn carried(frames: &[Value]) -> Vec<u64> {
    frames.iter().map(|frame| frame["payload"]["n"].as_u64().unwrap_or_else(|| panic!("{frame}"))).collect()
}

fn sequence(frame: &Value) -> u64 {
    frame["seq"].as_u64().unwrap_or_else(|| panic!("{frame}"))
}

#[tokio::test]
async fn frames_and_answers_have_the_names_of_the_stalls_own_dialect() {
    let server = pot_server().await;
    let mut client = server.client_of(7).await;
    client.send(r#"{"action":"subscribe","channel":"streamer:1"}"#).await;
    let (answer, snapshot) = (client.receive().await, client.receive().await);
    assert_eq!(
        (&answer["type"], &answer["payload"]["channel"]),
        (&json!("SUBSCRIBED"), &json!("streamer:1"))
    );
    assert_eq!((&snapshot["type"], &snapshot["payload"]), (&json!("EVENTS"), &json!([])));
    server.publish("streamer:1", 5);
    let frame = client.receive().await;
    let names: Vec<_> = frame.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["ch", "payload", "seq", "ts", "type"]);
    assert_eq!((&frame["type"], &frame["ch"]), (&json!("EVENT_CREATED"), &json!("streamer:1")));
    assert_eq!(frame["payload"], json!({ "n": 5 }));
    assert_eq!(sequence(&frame), answer["payload"]["seq"].as_u64().expect("a number") + 1);
    client.send(r#"{"action":"unsubscribe","channels":["streamer:1"]}"#).await;
    assert_eq!(client.receive().await["type"], "UNSUBSCRIBED");
    server.publish("streamer:1", 6);
    assert!(settle(&mut client).await.is_empty());
    client.send(r#"{"type":"ping"}"#).await;
    assert_eq!(client.receive().await["payload"]["code"], 4400);
}

#[tokio::test]
async fn a_client_that_comes_back_gets_exactly_the_frames_it_missed_of_each_channel() {
    let server = pot_server().await;
    let (mut client, _) = server.watcher(CHANNEL, None).await;
    client.send(r#"{"action":"subscribe","channel":"game:10"}"#).await;
    assert_eq!(client.receive().await["type"], "SUBSCRIBED");
    for n in 1..=3 {
        server.publish(CHANNEL, n);
        server.publish("game:10", 100 + n);
    }
    let heard = settle(&mut client).await;
    let (nine, ten): (Vec<_>, Vec<_>) = heard.into_iter().partition(|frame| frame["ch"] == CHANNEL);
    let since = json!({ CHANNEL: sequence(&nine[0]), "game:10": sequence(&ten[1]) });
    drop(client);
    for n in 4..=5 {
        server.publish(CHANNEL, n);
    }
    let mut back = server.client_of(7).await;
    let channels = [CHANNEL, "game:10", "game:11"];
    back.send(&json!({ "action": "subscribe", "channels": channels, "since": since }).to_string()).await;
    let heard = settle(&mut back).await;
    let of = |channel: &str| -> Vec<Value> {
        heard.iter().filter(|frame| frame["ch"] == channel).cloned().collect()
    };
    assert_eq!((carried(&of(CHANNEL)), carried(&of("game:10"))), (vec![2, 3, 4, 5], vec![103]));
    assert_eq!(heard.len(), 3 + 5, "three answers and no snapshot: {heard:?}");
    assert_eq!(&of(CHANNEL)[..2], &nine[1..], "the very frames that were missed");
    server.publish(CHANNEL, 6);
    assert_eq!(carried(&settle(&mut back).await), [6]);
}

#[tokio::test]
async fn who_missed_nothing_is_sent_nothing_and_goes_on() {
    let server = pot_server().await;
    let (mut client, _) = server.watcher(CHANNEL, None).await;
    server.publish(CHANNEL, 1);
    let last = sequence(&client.receive().await);
    let (mut back, _) = server.watcher(CHANNEL, Some(last)).await;
    assert!(settle(&mut back).await.is_empty());
    server.publish(CHANNEL, 2);
    assert_eq!(carried(&settle(&mut back).await), [2]);
}

#[tokio::test]
async fn a_history_that_is_gone_is_a_resync_and_a_snapshot() {
    let server = pot_server().await;
    let (mut client, _) = server.watcher("streamer:1", None).await;
    settle(&mut client).await;
    server.publish("streamer:1", 1);
    let seen = sequence(&client.receive().await);
    drop(client);
    for n in 2..=300 {
        server.publish("streamer:1", n);
    }
    for unknown in [seen, seen + 10_000, 0, u64::MAX] {
        let (mut back, answer) = server.watcher("streamer:1", Some(unknown)).await;
        let (resync, snapshot) = (back.receive().await, back.receive().await);
        assert_eq!((&resync["type"], &snapshot["type"]), (&json!("RESYNC_REQUIRED"), &json!("EVENTS")));
        assert_eq!(resync["payload"], json!({ "channel": "streamer:1", "seq": seen + 299 }));
        assert_eq!(answer["payload"]["seq"], resync["payload"]["seq"]);
        assert!(settle(&mut back).await.is_empty());
    }
    let (mut in_time, _) = server.watcher("streamer:1", Some(seen + 299 - 256)).await;
    let heard = settle(&mut in_time).await;
    assert_eq!(carried(&heard), (45..=300).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_number_from_before_a_restart_is_never_taken_for_one_of_this_life() {
    let before = pot_server().await;
    let (mut client, _) = before.watcher(CHANNEL, None).await;
    before.publish(CHANNEL, 1);
    let seen = sequence(&client.receive().await);
    assert!(seen < 1 << 53, "exact in a browser: {seen}");
    // The next life publishes as much as the first one did, and more.
    tokio::time::sleep(Duration::from_millis(2)).await;
    let after = pot_server().await;
    let (mut first, _) = after.watcher(CHANNEL, None).await;
    for n in 1..=3 {
        after.publish(CHANNEL, n);
    }
    assert_eq!(settle(&mut first).await.len(), 3);
    let (mut back, _) = after.watcher(CHANNEL, Some(seen)).await;
    let heard = settle(&mut back).await;
    assert_eq!((heard.len(), &heard[0]["type"]), (1, &json!("RESYNC_REQUIRED")));
}

#[tokio::test]
async fn two_long_absences_at_once_do_not_overflow_the_reader() {
    let server = pot_server().await;
    let (mut client, nine) = server.watcher(CHANNEL, None).await;
    client.send(r#"{"action":"subscribe","channel":"game:10"}"#).await;
    let ten = client.receive().await;
    drop(client);
    for n in 1..=250 {
        server.publish(CHANNEL, n);
        server.publish("game:10", n);
    }
    let since = json!({ CHANNEL: nine["payload"]["seq"], "game:10": ten["payload"]["seq"] });
    let mut back = server.client_of(7).await;
    let channels = [CHANNEL, "game:10"];
    back.send(&json!({ "action": "subscribe", "channels": channels, "since": since }).to_string()).await;
    let heard = settle(&mut back).await;
    let updates: Vec<_> = heard.into_iter().filter(|frame| frame["type"] == "EVENT_CREATED").collect();
    assert_eq!(carried(&updates), (1..=250).chain(1..=250).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_channel_of_another_user_is_refused_and_one_socket_has_32() {
    let server = pot_server().await;
    let mut client = server.client_of(7).await;
    client.send(r#"{"action":"subscribe","channels":["user:8","user:7","nowhere"]}"#).await;
    let (foreign, own, unknown) = (client.receive().await, client.receive().await, client.receive().await);
    assert_eq!(foreign["payload"], json!({ "code": 4403, "channel": "user:8" }));
    assert_eq!((&own["type"], &unknown["payload"]["code"]), (&json!("SUBSCRIBED"), &json!(4404)));
    server.publish("user:8", 1);
    server.publish("user:7", 2);
    assert_eq!(carried(&settle(&mut client).await), [2]);
    let games = |numbers: std::ops::Range<u32>| numbers.map(|n| format!("game:{n}")).collect::<Vec<_>>();
    client.send(&json!({ "action": "subscribe", "channels": games(0..33) }).to_string()).await;
    assert_eq!(client.receive().await["payload"]["code"], 4429);
    client.send(&json!({ "action": "subscribe", "channels": games(0..32) }).to_string()).await;
    let heard = settle(&mut client).await;
    assert_eq!(heard.iter().filter(|frame| frame["type"] == "SUBSCRIBED").count(), 31);
    assert_eq!(heard[31]["payload"], json!({ "code": 4429, "channel": "game:31" }));
}

#[tokio::test]
async fn a_token_comes_in_the_header_the_subprotocol_or_the_first_frame() {
    let server = pot_server().await;
    let mut by_header = server.client_of(7).await;
    let mut request = server.request("/realtime?streamerId=1");
    request.headers_mut().insert("sec-websocket-protocol", "pot.v1, bearer.jwt-7".parse().expect("a header"));
    let (mut by_protocol, handshake) = server.connect(request).await.expect("let in");
    assert_eq!(handshake.headers()["sec-websocket-protocol"], "pot.v1");
    assert_eq!(by_protocol.receive().await["payload"]["channel"], "streamer:1", "watched without a word");
    assert_eq!(by_protocol.receive().await["type"], "EVENTS");
    let (mut by_frame, _) = server.connect(server.request("/realtime")).await.expect("let in");
    by_frame.send(r#"{"action":"subscribe","channel":"user:7"}"#).await;
    assert_eq!(by_frame.receive().await["payload"]["code"], 4401);
    by_frame.send(r#"{"action":"auth","token":"jwt-7"}"#).await;
    assert_eq!(by_frame.receive().await["type"], "SIGNED_IN");
    for client in [&mut by_header, &mut by_protocol, &mut by_frame] {
        client.send(r#"{"action":"subscribe","channel":"user:7"}"#).await;
        assert_eq!(client.receive().await["type"], "SUBSCRIBED");
    }
    // Who has signed in by any of the ways may stay.
    tokio::time::sleep(SIGN_IN_WITHIN + Duration::from_millis(200)).await;
    server.publish("user:7", 1);
    for client in [&mut by_header, &mut by_protocol, &mut by_frame] {
        assert_eq!(carried(&settle(client).await), [1]);
    }
}

#[tokio::test]
async fn a_bad_token_is_refused_before_the_upgrade_or_closes_with_4401() {
    let server = pot_server().await;
    let mut by_header = server.request("/realtime");
    by_header.headers_mut().insert("authorization", "Bearer nonsense".parse().expect("a header"));
    let mut by_protocol = server.request("/realtime");
    by_protocol.headers_mut().insert("sec-websocket-protocol", "pot.v1, bearer.x".parse().expect("a header"));
    for request in [by_header, by_protocol] {
        match server.connect(request).await {
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => assert_eq!(response.status(), 401),
            other => panic!("not refused: {:?}", other.map(|_| ())),
        }
    }
    let (mut by_frame, _) = server.connect(server.request("/realtime")).await.expect("let in");
    by_frame.send(r#"{"action":"auth","token":"nonsense"}"#).await;
    assert_eq!(by_frame.closing_code().await, 4401);
}

#[tokio::test]
async fn who_does_not_sign_in_in_time_is_closed_with_4401() {
    let server = pot_server().await;
    let (mut silent, _) = server.connect(server.request("/realtime")).await.expect("let in");
    let began = Instant::now();
    assert_eq!(silent.closing_code().await, 4401);
    assert!(began.elapsed() >= SIGN_IN_WITHIN - Duration::from_millis(50), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_newer_token_of_the_same_user_renews_and_another_users_does_not() {
    let server = pot_server().await;
    let (mut client, _) = server.connect(server.request("/realtime")).await.expect("let in");
    for token in ["jwt-7-old", "jwt-7"] {
        client.send(&json!({ "action": "auth", "token": token }).to_string()).await;
        assert_eq!(client.receive().await["type"], "SIGNED_IN");
    }
    client.send(r#"{"action":"auth","token":"jwt-8"}"#).await;
    assert_eq!(client.receive().await["payload"]["code"], 4409);
    // The timer that would have closed the old session has come and gone.
    tokio::time::sleep(SIGN_IN_WITHIN + Duration::from_millis(200)).await;
    client.send(r#"{"action":"subscribe","channel":"user:7"}"#).await;
    assert_eq!(client.receive().await["type"], "SUBSCRIBED");
    server.endpoint.sign_out(7, 1);
    assert_eq!(client.closing_code().await, 4401);
}

#[tokio::test]
async fn several_updates_come_in_one_frame_for_who_asked_for_that_alone() {
    let server = pot_server().await;
    let (mut plain, _) = server.watcher(CHANNEL, None).await;
    let (mut batching, _) = server.watcher(CHANNEL, None).await;
    batching.send(r#"{"action":"hello","batch":true}"#).await;
    assert!(settle(&mut batching).await.is_empty());
    for n in 1..=3 {
        server.publish(CHANNEL, n);
    }
    assert_eq!(carried(&settle(&mut plain).await), [1, 2, 3]);
    let heard = settle(&mut batching).await;
    assert_eq!((heard.len(), &heard[0]["type"]), (1, &json!("BATCH")));
    let messages = heard[0]["payload"]["messages"].as_array().expect("an array");
    assert_eq!(carried(messages), [1, 2, 3]);
}

#[tokio::test]
async fn a_reader_too_slow_for_facts_is_closed_with_the_dialects_code() {
    let server = pot_server().await;
    let (mut slow, _) = server.watcher(CHANNEL, None).await;
    let large = format!("\"{}\"", "x".repeat(50_000));
    for _ in 0..600 {
        server.hub.publish(CHANNEL, Update::fact("EVENT_CREATED", large.clone()));
        tokio::task::yield_now().await;
    }
    assert_eq!(slow.closing_code().await, 1013);
}

#[tokio::test]
async fn a_frame_is_written_once_in_the_dialect_of_its_hub() {
    let hub = Hub::with_dialect(Arc::new(SystemClock), &POT);
    let mut watchers: Vec<_> = (0..2).map(|_| hub.subscribe(CHANNEL, None).expect("room")).collect();
    hub.publish(CHANNEL, Update::total("EVENT_UPDATED", 1, r#"{"n":1}"#));
    let first = watchers[0].next().await.expect("open").frame();
    let second = watchers[1].next().await.expect("open").frame();
    assert!(first.starts_with(r#"{"type":"EVENT_UPDATED","ch":"game:9","seq":"#), "{first}");
    assert_eq!(first.as_ptr(), second.as_ptr());
}

/// Reads until `until`, leaving and coming back at chance; sees every fact once and in order.
async fn restless_reader(server: Arc<PotServer>, begin: u64, until: u64, seed: u64) {
    let mut chance = SmallRng::seed_from_u64(seed);
    let (mut since, mut last, mut returns) = (begin, 0, 0);
    while last < until {
        let (mut client, _) = server.watcher(CHANNEL, Some(since)).await;
        for _ in 0..chance.random_range(1..40) {
            if last == until {
                break;
            }
            let frame = client.receive().await;
            assert_eq!(carried(std::slice::from_ref(&frame)), [last + 1], "seed {seed}");
            (since, last) = (sequence(&frame), last + 1);
        }
        returns += 1;
    }
    assert!(returns > 4, "{returns}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn restless_readers_of_a_channel_see_every_frame_once_while_it_is_published_to() {
    let server = Arc::new(pot_server().await);
    let (_watching, answer) = server.watcher(CHANNEL, None).await;
    let begin = answer["payload"]["seq"].as_u64().expect("a number");
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let count = 250;
    let mut readers = tokio::task::JoinSet::new();
    for reader in 0..4 {
        readers.spawn(restless_reader(server.clone(), begin, count, seed ^ reader));
    }
    let mut chance = SmallRng::seed_from_u64(seed);
    for n in 1..=count {
        server.publish(CHANNEL, n);
        tokio::time::sleep(Duration::from_micros(chance.random_range(0..3_000))).await;
    }
    while let Some(done) = readers.join_next().await {
        done.expect("every reader saw every frame once");
    }
}
