//! Facts about the socket door, shown by clients on a real server.

use crate::live_harness::{TestServer, limited, server, server_with};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use web::live::{SocketHeartbeat, SocketLimits, SocketSettings, Update, UserHistory};
use web::{Limits, Served, Telemetry};

fn price(n: u64) -> Update {
    Update::total("price:tick", 0, format!(r#"{{"n":{n}}}"#))
}

#[tokio::test]
async fn a_watcher_gets_the_snapshot_then_what_is_published_until_it_unsubscribes() {
    let server = server().await;
    let mut client = server.client().await;
    client.subscribe("price").await;
    let snapshot = client.receive().await;
    assert_eq!((&snapshot["type"], &snapshot["data"]), (&json!("snapshot"), &json!({ "price": 1 })));
    server.hub.publish("t:price", price(1));
    server.hub.publish("t:news", price(7));
    let tick = client.receive().await;
    assert_eq!(
        (&tick["type"], &tick["seq"], &tick["data"]),
        (&json!("price:tick"), &json!(1), &json!({ "n": 1 }))
    );
    assert!(tick["ts"].as_i64().expect("a number") > 1_600_000_000_000);
    assert_eq!(tick.as_object().expect("an object").len(), 4);
    client.send(r#"{"type":"unsubscribe","channels":["price"]}"#).await;
    assert!(client.settle().await.is_empty());
    server.hub.publish("t:price", price(2));
    assert!(client.settle().await.is_empty());
}

#[tokio::test]
async fn subscribing_twice_changes_nothing() {
    let server = server().await;
    let mut client = server.client().await;
    client.subscribe("price").await;
    client.subscribe("price").await;
    assert_eq!(client.settle().await.len(), 1);
    server.hub.publish("t:price", price(1));
    assert_eq!(client.settle().await.len(), 1);
}

#[tokio::test]
async fn private_channels_need_a_ticket() {
    let server = server().await;
    let mut client = server.client().await;
    for private in ["club", "user"] {
        client.subscribe(private).await;
        assert_eq!(client.error().await, "sign_in_first");
    }
    client.resume(0).await;
    assert_eq!(client.error().await, "sign_in_first");
    client.send(r#"{"type":"auth","ticket":"nonsense"}"#).await;
    assert_eq!(client.error().await, "bad_ticket");
    client.send(r#"{"type":"auth","ticket":"t-7"}"#).await;
    client.subscribe("club").await;
    assert_eq!(client.receive().await["data"], json!({ "user": 7 }));
    client.send(r#"{"type":"auth","ticket":"t-8"}"#).await;
    assert_eq!(client.error().await, "already_signed_in");
}

#[tokio::test]
async fn three_bad_tickets_end_the_socket() {
    let server = server().await;
    let mut client = server.client().await;
    for _ in 0..3 {
        client.send(r#"{"type":"auth","ticket":"nonsense"}"#).await;
    }
    assert_eq!(client.closing_code().await, 1008);
}

#[tokio::test]
async fn what_is_not_understood_is_answered_and_changes_nothing() {
    let server = server().await;
    let mut client = server.client().await;
    for bad in ["", "{}", r#"{"type":"ping","extra":1}"#, r#"{"type":"bet"}"#] {
        client.send(bad).await;
        assert_eq!(client.error().await, "bad_message", "{bad}");
    }
    client.0.send(Message::binary(vec![1, 2])).await.expect("writable");
    assert_eq!(client.error().await, "bad_message");
    client.subscribe("nowhere").await;
    assert_eq!(client.error().await, "unknown_channel");
    client.subscribe("broken").await;
    assert_eq!(client.error().await, "unavailable");
    server.hub.publish("t:broken", price(1));
    assert!(client.settle().await.is_empty());
}

#[tokio::test]
async fn pages_of_foreign_origins_are_refused_before_the_upgrade() {
    let server = limited(SocketLimits::default()).await;
    let from = |origin: &str| {
        let mut request = server.request("/live");
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
        request
    };
    for foreign in ["https://evil.example", "null", "https://play.example.evil"] {
        let refusal = server.refusal(from(foreign)).await;
        assert_eq!(refusal, (403, String::from("ORIGIN_NOT_ALLOWED")), "{foreign}");
    }
    let own = format!("http://{}", server.address);
    for good in ["https://play.example", own.as_str()] {
        assert!(server.try_client(from(good)).await.is_ok(), "{good}");
    }
}

#[tokio::test]
async fn a_ticket_in_the_address_and_plain_requests_are_refused() {
    let server = server().await;
    let refusal = server.refusal(server.request("/live?ticket=t-1")).await;
    assert_eq!(refusal, (400, String::from("TICKET_IN_URL")));
    let mut plain = tokio::net::TcpStream::connect(server.address).await.expect("accepted");
    plain.write_all(b"GET /live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("writable");
    let mut answer = String::new();
    plain.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("NOT_A_WEBSOCKET"), "{answer}");
    assert!(answer.contains("x-request-id"), "{answer}");
}

#[tokio::test]
async fn the_edge_is_around_sockets_too() {
    let server = server().await;
    let stream = tokio::net::TcpStream::connect(server.address).await.expect("accepted");
    let mut request = server.request("/live");
    request.headers_mut().insert("x-request-id", "from-the-client-1".parse().expect("a header"));
    let (_socket, response) = tokio_tungstenite::client_async(request, stream).await.expect("let in");
    assert_eq!(response.headers()["x-request-id"], "from-the-client-1");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn nobody_gets_more_sockets_than_there_are() {
    let server = limited(SocketLimits { sockets: 3, per_address: 2, ..SocketLimits::default() }).await;
    let first = server.client().await;
    let _second = server.client().await;
    let refusal = server.refusal(server.request("/live")).await;
    assert_eq!(refusal, (429, String::from("TOO_MANY_CONNECTIONS")));
    drop(first);
    while server.door.sockets() > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.client().await;

    let full = limited(SocketLimits { sockets: 1, ..SocketLimits::default() }).await;
    let _only = full.client().await;
    let refusal = full.refusal(full.request("/live")).await;
    assert_eq!(refusal, (503, String::from("TOO_MANY_SOCKETS")));
}

#[tokio::test]
async fn a_user_has_five_sockets_and_signing_out_ends_them_all() {
    let server = server().await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = server.client_of(7).await;
        assert!(client.settle().await.is_empty());
        clients.push(client);
    }
    assert_eq!(server.client_of(7).await.closing_code().await, 4009);
    let mut other = server.client_of(8).await;
    assert!(other.settle().await.is_empty());
    server.door.sign_out(7, 1);
    for client in &mut clients {
        assert_eq!(client.closing_code().await, 4001);
    }
    assert!(other.settle().await.is_empty());
}

#[tokio::test]
async fn signing_out_of_one_session_leaves_the_others_open() {
    let server = server().await;
    let (mut phone, mut desk) = (server.client_in(7, 1).await, server.client_in(7, 2).await);
    assert!(phone.settle().await.is_empty() && desk.settle().await.is_empty());
    server.door.sign_out(7, 3);
    server.door.sign_out(8, 1);
    assert!(phone.settle().await.is_empty() && desk.settle().await.is_empty());
    server.door.sign_out(7, 1);
    assert_eq!(phone.closing_code().await, 4001);
    assert!(desk.settle().await.is_empty());
}

#[tokio::test]
async fn a_session_that_is_over_keeps_no_socket() {
    let heartbeat = SocketHeartbeat { ping_every: Duration::from_millis(50), ..SocketHeartbeat::default() };
    let settings = SocketSettings { heartbeat, ..SocketSettings::default() };
    let server = server_with(settings, UserHistory::default()).await;
    let mut lasting = server.client_in(7, 1).await;
    assert_eq!(server.client_in(7, 0).await.closing_code().await, 4001);
    assert!(lasting.settle().await.is_empty());
}

#[tokio::test]
async fn sockets_messages_and_drops_are_counted() {
    let telemetry = Telemetry::install();
    let server = server().await;
    let mut client = server.client_of(7).await;
    client.settle().await;
    server.door.sign_out(7, 1);
    assert_eq!(client.closing_code().await, 4001);
    let text = telemetry.render();
    for series in ["ws_clients ", "ws_messages_sent_total ", r#"ws_dropped_total{reason="signed_out"}"#] {
        assert!(text.contains(series), "{series} is not in {text}");
    }
}

#[test]
fn limits_follow_those_of_the_edge() {
    let limits = SocketLimits::default();
    let ten = limits.under(Limits::Times(10));
    assert_eq!((ten.sockets, ten.per_address, ten.per_user, ten.frames_per_s), (5_000, 5_000, 50, 100));
    assert_eq!(limits.under(Limits::Times(1)), limits);
    assert_eq!(limits.under(Limits::Off).per_user, 5 * u32::MAX as usize);
}

#[tokio::test]
async fn a_client_that_talks_too_much_is_closed() {
    let server = server().await;
    let mut client = server.client().await;
    for _ in 0..40 {
        // The server may have closed already.
        let _sent = client.0.send(Message::text(r#"{"type":"ping"}"#)).await;
    }
    let mut pongs = 0;
    let code = loop {
        match client.try_receive().await {
            Ok(_) => pongs += 1,
            Err(code) => break code,
        }
    };
    assert_eq!(code, 1008);
    assert!((20..=25).contains(&pongs), "{pongs}");
}

#[tokio::test]
async fn a_message_over_four_kibibytes_closes_the_socket() {
    let server = server().await;
    let mut client = server.client().await;
    let of = |bytes: usize| format!(r#"{{"type":"{}"}}"#, "x".repeat(bytes - 11));
    client.send(&of(4_096)).await;
    assert_eq!(client.error().await, "bad_message");
    client.send(&of(4_097)).await;
    assert_eq!(client.closing_code().await, 1009);
    let mut huge = server.client().await;
    huge.send(&of(100_000)).await;
    assert_ne!(huge.closing_code().await, 4_096);
    assert!(server.client().await.settle().await.is_empty());
}

#[tokio::test]
async fn the_end_of_the_process_closes_every_socket_politely() {
    let server = server().await;
    let mut clients = vec![server.client().await, server.client_of(7).await];
    for client in &mut clients {
        client.subscribe("price").await;
        client.settle().await;
    }
    let began = std::time::Instant::now();
    server.shutdown.begin();
    for client in &mut clients {
        assert_eq!(client.closing_code().await, 1001);
    }
    drop(clients);
    assert_eq!(server.serving.await.expect("no panic"), Served { connections_cut: 0 });
    assert_eq!(server.door.sockets(), 0, "serving goes on until the last socket is gone");
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_reader_that_stands_still_does_not_hold_up_the_end() {
    let server = server().await;
    let mut stuck = server.client().await;
    stuck.subscribe("news").await;
    stuck.settle().await;
    let large = format!("\"{}\"", "x".repeat(100_000));
    for _ in 0..200 {
        server.hub.publish("t:news", Update::fact("n", large.clone()));
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.shutdown.begin();
    let served = tokio::time::timeout(Duration::from_secs(8), server.serving).await;
    assert_eq!(served.expect("within eight seconds").expect("no panic"), Served { connections_cut: 0 });
    assert_eq!(server.door.sockets(), 0, "serving goes on until the last socket is gone");
}

#[tokio::test]
async fn a_slow_reader_gets_the_newest_total_and_not_every_one() {
    let server = server().await;
    let mut slow = server.client().await;
    slow.subscribe("price").await;
    slow.settle().await;
    let padding = "x".repeat(100_000);
    for n in 1..=400 {
        let body = format!(r#"{{"n":{n},"padding":"{padding}"}}"#);
        server.hub.publish("t:price", Update::total("price:tick", 0, body));
        tokio::task::yield_now().await;
    }
    let (mut heard, mut last) = (0, 0);
    while last < 400 {
        let n = slow.receive().await["data"]["n"].as_u64().expect("a number");
        assert!(n > last);
        (heard, last) = (heard + 1, n);
    }
    assert!(heard < 400, "{heard}");
}

#[tokio::test]
async fn a_reader_too_slow_for_public_facts_is_closed_with_4008() {
    let server = server().await;
    let mut slow = server.client().await;
    slow.subscribe("news").await;
    slow.settle().await;
    let large = format!("\"{}\"", "x".repeat(50_000));
    for _ in 0..600 {
        server.hub.publish("t:news", Update::fact("n", large.clone()));
        tokio::task::yield_now().await;
    }
    assert_eq!(slow.closing_code().await, 4008);
}

#[tokio::test]
async fn messages_of_two_channels_do_not_replace_each_other() {
    let server = server().await;
    let mut client = server.client().await;
    client.subscribe("price").await;
    client.subscribe("news").await;
    client.settle().await;
    server.hub.publish("t:price", price(1));
    server.hub.publish("t:news", price(2));
    let heard: Vec<_> = client.settle().await.iter().map(|heard| heard["data"]["n"].as_u64()).collect();
    assert_eq!(heard, [Some(1), Some(2)]);
}

/// A clock that jumps would run ahead of frames in real sockets, so the pulse itself is quickened a hundred times.
async fn quick_heartbeat() -> TestServer {
    let (ping_every, silence_max) = (Duration::from_millis(200), Duration::from_millis(600));
    let settings = SocketSettings {
        heartbeat: SocketHeartbeat { ping_every, silence_max },
        ..SocketSettings::default()
    };
    server_with(settings, UserHistory::default()).await
}

#[tokio::test]
async fn a_quiet_client_is_pinged_and_stays() {
    let heartbeat = SocketHeartbeat::default();
    assert_eq!((heartbeat.ping_every.as_secs(), heartbeat.silence_max.as_secs()), (20, 60));
    let server = quick_heartbeat().await;
    let mut alive = server.client().await;
    // A client that reads answers pings by itself.
    for _ in 0..6 {
        let frame = alive.0.next().await.expect("open").expect("well-formed");
        assert!(matches!(frame, Message::Ping(_)), "{frame:?}");
    }
    assert!(alive.settle().await.is_empty());
}

#[tokio::test]
async fn a_client_that_answers_nothing_is_dropped() {
    let server = quick_heartbeat().await;
    let silent = server.client().await;
    let began = std::time::Instant::now();
    while server.door.sockets() > 0 {
        assert!(began.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(began.elapsed() > Duration::from_millis(500));
    drop(silent);
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_dropped() {
    let server = quick_heartbeat().await;
    let mut stuck = server.client().await;
    stuck.subscribe("price").await;
    stuck.settle().await;
    let padding = format!("\"{}\"", "x".repeat(2_000_000));
    let began = std::time::Instant::now();
    while server.door.sockets() > 0 {
        assert!(began.elapsed() < Duration::from_secs(10));
        server.hub.publish("t:price", Update::total("price:tick", 0, padding.clone()));
        tokio::time::sleep(Duration::from_millis(5)).await;
        // It talks, but it does not listen.
        let _sent = stuck.0.send(Message::Pong(Vec::new().into())).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
