//! Facts about a user's private stream: n, n+1, n+2 … or `resync`, whatever happens between.

use crate::live_harness::{Client, TestServer, server, server_with};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use std::time::Duration;
use web::live::{SocketSettings, Update, UserHistory};

const USER: i64 = 7;

/// The numbers of the user's events, or the place of a resync, in order.
#[derive(Debug, PartialEq, Eq)]
enum Received {
    Event(u64),
    Resync(u64),
}

fn received(message: &serde_json::Value) -> Received {
    let seq = message["seq"].as_u64().expect("a number");
    match message["type"].as_str() {
        Some("event") => {
            assert_eq!(message["data"]["n"], seq);
            Received::Event(seq)
        }
        Some("resync") => Received::Resync(seq),
        other => panic!("{other:?}"),
    }
}

async fn next(client: &mut Client) -> Received {
    received(&client.receive().await)
}

async fn next_many(client: &mut Client, count: usize) -> Vec<Received> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(next(client).await);
    }
    all
}

fn events(from: u64, to: u64) -> Vec<Received> {
    (from..=to).map(Received::Event).collect()
}

async fn nothing_more(client: &mut Client) {
    assert!(client.settle().await.is_empty());
}

#[tokio::test]
async fn the_user_channel_begins_with_a_resync_at_the_head() {
    let server = server().await;
    server.happen(USER);
    server.happen(USER);
    let mut client = server.client_of(USER).await;
    client.subscribe("user").await;
    assert_eq!(next(&mut client).await, Received::Resync(2));
    server.happen(USER);
    server.happen(8);
    server.happen(USER);
    assert_eq!(next_many(&mut client, 2).await, events(3, 4));
    client.send(r#"{"type":"unsubscribe","channels":["user"]}"#).await;
    client.settle().await;
    server.happen(USER);
    nothing_more(&mut client).await;
}

#[tokio::test]
async fn resume_replays_what_was_missed_and_goes_on() {
    let server = server().await;
    for _ in 0..200 {
        server.happen(USER);
    }
    let mut client = server.client_of(USER).await;
    client.send(r#"{"type":"subscribe","channels":["price","user"]}"#).await;
    client.resume(50).await;
    assert_eq!(client.receive().await["type"], "snapshot");
    let mut first = next(&mut client).await;
    // When the two messages came apart, the channel may have begun before the second was read.
    if first == Received::Resync(200) {
        first = next(&mut client).await;
    }
    assert_eq!(first, Received::Event(51));
    assert_eq!(next_many(&mut client, 149).await, events(52, 200));
    server.happen(USER);
    assert_eq!(next(&mut client).await, Received::Event(201));
    nothing_more(&mut client).await;
}

#[tokio::test]
async fn resuming_at_the_head_says_nothing() {
    let server = server().await;
    server.happen(USER);
    let mut client = server.client_of(USER).await;
    client.resume(1).await;
    nothing_more(&mut client).await;
    server.happen(USER);
    assert_eq!(next(&mut client).await, Received::Event(2));
}

#[tokio::test]
async fn events_that_arrive_out_of_order_and_twice_are_told_in_order_and_once() {
    let server = server().await;
    let mut client = server.client_of(USER).await;
    client.resume(0).await;
    client.settle().await;
    for _ in 0..6 {
        server.commit(USER);
    }
    for seq in [3, 2, 2, 6, 1, 3, 5] {
        server.publish(USER, seq);
    }
    assert_eq!(next_many(&mut client, 3).await, events(1, 3));
    nothing_more(&mut client).await;
    server.publish(USER, 4);
    assert_eq!(next_many(&mut client, 3).await, events(4, 6));
    nothing_more(&mut client).await;
}

#[tokio::test]
async fn an_event_that_never_comes_is_a_resync_after_a_second() {
    let server = server().await;
    let mut client = server.client_of(USER).await;
    client.resume(0).await;
    client.settle().await;
    server.happen(USER);
    server.commit(USER);
    server.happen(USER);
    assert_eq!(next(&mut client).await, Received::Event(1));
    let began = std::time::Instant::now();
    assert_eq!(next(&mut client).await, Received::Resync(3));
    assert!(began.elapsed() > Duration::from_millis(800));
    // What comes late is behind the place where the client read the truth.
    server.publish(USER, 2);
    server.happen(USER);
    assert_eq!(next(&mut client).await, Received::Event(4));
    nothing_more(&mut client).await;
}

#[tokio::test]
async fn after_a_restart_a_client_that_missed_something_is_told_to_resync() {
    let server = server().await;
    // The database knows nine events; this process has seen none of them.
    server.heads.lock().expect("not poisoned").insert(USER, 9);
    let mut missed = server.client_of(USER).await;
    missed.resume(5).await;
    assert_eq!(next(&mut missed).await, Received::Resync(9));
    let mut missed_nothing = server.client_of(USER).await;
    missed_nothing.resume(9).await;
    nothing_more(&mut missed_nothing).await;
    server.happen(USER);
    for client in [&mut missed, &mut missed_nothing] {
        assert_eq!(next(client).await, Received::Event(10));
    }
}

#[tokio::test]
async fn a_place_that_never_was_is_a_resync() {
    let server = server().await;
    server.happen(USER);
    for never in [2, u64::MAX] {
        let mut client = server.client_of(USER).await;
        client.resume(never).await;
        assert_eq!(next(&mut client).await, Received::Resync(1));
        nothing_more(&mut client).await;
    }
}

#[tokio::test]
async fn what_is_forgotten_is_a_resync_at_once() {
    let history = UserHistory { events_per_user: 10, ..UserHistory::default() };
    let server = server_with(SocketSettings::default(), history).await;
    for _ in 0..25 {
        server.happen(USER);
    }
    let mut late = server.client_of(USER).await;
    late.resume(14).await;
    assert_eq!(next(&mut late).await, Received::Resync(25));
    let mut in_time = server.client_of(USER).await;
    in_time.resume(15).await;
    assert_eq!(next_many(&mut in_time, 10).await, events(16, 25));
}

#[tokio::test]
async fn the_past_is_bounded_per_user_and_in_all_whether_anybody_watches_or_not() {
    let history = UserHistory { events_per_user: 50, events: 1_600, ..UserHistory::default() };
    let streams = web::live::UserStreams::with(Arc::new(kernel::SystemClock), history);
    for seq in 1..=1_000 {
        streams.publish(1, seq, Update::fact("event", "{}"));
    }
    assert_eq!(streams.kept().0, 50);
    for user in 0..10_000 {
        streams.publish(user, 1, Update::fact("event", "{}"));
    }
    let (events, bytes) = streams.kept();
    assert!(events <= 1_600, "{events}");
    assert_eq!(bytes, events * 324);
    let narrow = UserHistory { bytes: 16 * 10_000, ..UserHistory::default() };
    let streams = web::live::UserStreams::with(Arc::new(kernel::SystemClock), narrow);
    for user in 0..1_000 {
        streams.publish(user, 1, Update::fact("event", format!("\"{}\"", "x".repeat(1_000))));
    }
    assert!(streams.kept().1 <= 16 * 10_000);
}

#[tokio::test(start_paused = true)]
async fn the_past_lasts_five_minutes() {
    let streams = web::live::UserStreams::new();
    streams.publish(16, 1, Update::fact("event", "{}"));
    tokio::time::advance(Duration::from_secs(299)).await;
    streams.publish(32, 1, Update::fact("event", "{}"));
    assert_eq!(streams.kept().0, 2);
    tokio::time::advance(Duration::from_secs(2)).await;
    streams.publish(48, 1, Update::fact("event", "{}"));
    assert_eq!(streams.kept().0, 2);
}

#[tokio::test]
async fn a_slow_reader_gets_every_fact_or_4008_and_resumes_without_a_gap() {
    let history = UserHistory { events_per_user: 300, bytes: 1 << 30, ..UserHistory::default() };
    let server = server_with(SocketSettings::default(), history).await;
    let mut slow = server.client_of(USER).await;
    slow.resume(0).await;
    slow.subscribe("price").await;
    slow.settle().await;
    let padding = "x".repeat(60_000);
    for n in 1..=600 {
        let seq = server.commit(USER);
        let body = format!(r#"{{"n":{seq},"padding":"{padding}"}}"#);
        server.users.publish(USER, seq, Update::fact("event", body));
        server.hub.publish("t:price", Update::total("price:tick", 0, n.to_string()));
        tokio::task::yield_now().await;
    }
    let (mut last, mut ticks) = (0, 0);
    let code = loop {
        match slow.try_receive().await {
            Ok(message) if message["type"] == "price:tick" => ticks += 1,
            Ok(message) => {
                assert_eq!(received(&message), Received::Event(last + 1));
                last += 1;
            }
            Err(code) => break code,
        }
    };
    assert_eq!(code, 4008);
    assert!(last < 300 && ticks < 600, "{last} {ticks}");
    let mut back = server.client_of(USER).await;
    back.resume(last).await;
    assert_eq!(next(&mut back).await, Received::Resync(600));
    let mut nearer = server.client_of(USER).await;
    nearer.resume(350).await;
    assert_eq!(next_many(&mut nearer, 250).await, events(351, 600));
}

/// Commits one after the other and publishes in any order a little later, some twice, as several committers would.
async fn happenings(server: Arc<TestServer>, count: u64, seed: u64) {
    let mut chance = SmallRng::seed_from_u64(seed);
    let mut publishing = tokio::task::JoinSet::new();
    for _ in 0..count {
        let seq = server.commit(USER);
        let (server, pause) = (server.clone(), Duration::from_micros(chance.random_range(0..30_000)));
        let copies = chance.random_range(1..=2);
        publishing.spawn(async move {
            for _ in 0..copies {
                tokio::time::sleep(pause).await;
                server.publish(USER, seq);
            }
        });
        tokio::time::sleep(Duration::from_micros(chance.random_range(0..2_000))).await;
    }
    publishing.join_all().await;
}

/// Reads until `until`, leaving and coming back at chance; sees every number once.
async fn restless_reader(server: Arc<TestServer>, until: u64, seed: u64) {
    let mut chance = SmallRng::seed_from_u64(seed);
    let (mut last, mut returns) = (0, 0);
    while last < until {
        let mut client = server.client_of(USER).await;
        client.resume(last).await;
        for _ in 0..chance.random_range(1..60) {
            if last == until {
                break;
            }
            assert_eq!(next(&mut client).await, Received::Event(last + 1), "seed {seed}");
            last += 1;
        }
        returns += 1;
        if chance.random_range(0..2) == 0 {
            // Gone without a word.
            drop(client);
        } else {
            let _closed = client.0.close(None).await;
        }
    }
    assert!(returns > 5, "{returns}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn restless_readers_see_every_number_once_while_committers_race() {
    let limits = web::live::SocketLimits { per_user: 100, per_address: 100, ..Default::default() };
    let settings = SocketSettings { limits, ..SocketSettings::default() };
    let server = Arc::new(server_with(settings, UserHistory::default()).await);
    let count = 600;
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let mut readers = tokio::task::JoinSet::new();
    for reader in 0..4 {
        readers.spawn(restless_reader(server.clone(), count, seed ^ reader));
    }
    happenings(server.clone(), count, seed).await;
    while let Some(done) = readers.join_next().await {
        done.expect("every reader saw every number once");
    }
}
