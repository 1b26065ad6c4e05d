//! Facts about the server loop on real sockets.

use crate::harness::{serve_with, settings};
use axum::Router;
use axum::routing::get;
use kernel::Refusal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use web::live::{Hub, Update, event_stream};
use web::{ConnectionLimits, Data, EdgeSettings, Refused, Served, Shutdown, serve, serve_within, shutdown};

struct Running {
    address: SocketAddr,
    shutdown: Shutdown,
    serving: JoinHandle<Served>,
}

async fn run(router: Router) -> Running {
    run_within(ConnectionLimits::default(), router).await
}

async fn run_within(limits: ConnectionLimits, router: Router) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (shutdown, closing) = shutdown();
    Running { address, shutdown, serving: tokio::spawn(serve_within(limits, listener, router, closing)) }
}

fn router() -> Router {
    serve_with(settings(), |_| Router::new()).router
}

async fn read_answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    while !text.ends_with(b"}") {
        let count = stream.read(&mut buffer).await.expect("readable");
        if count == 0 {
            break;
        }
        text.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(text).expect("UTF-8")
}

#[tokio::test]
async fn a_connection_serves_many_requests_and_the_peer_is_known() {
    let running = run(router()).await;
    let mut stream = TcpStream::connect(running.address).await.expect("accepted");
    for _ in 0..3 {
        stream.write_all(b"GET /api/facts HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writable");
        let answer = read_answer(&mut stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains(r#""ip":"127.0.0.1""#),
            "{answer}"
        );
    }
    running.shutdown.begin();
    assert_eq!(running.serving.await.expect("no panic"), Served { connections_cut: 0 });
}

#[tokio::test]
async fn shutting_down_finishes_running_requests_and_takes_no_new_ones() {
    let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (began, held) = (started.clone(), release.clone());
    let slow = move || async move {
        began.notify_one();
        held.notified().await;
        Data("finished")
    };
    let running = run(serve_with(settings(), |_| Router::new().route("/slow", get(slow))).router).await;
    let mut stream = TcpStream::connect(running.address).await.expect("accepted");
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writable");
    started.notified().await;
    running.shutdown.begin();
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!running.serving.is_finished());
    release.notify_one();
    let answer = read_answer(&mut stream).await;
    assert!(answer.contains("finished") && answer.to_lowercase().contains("connection: close"), "{answer}");
    assert_eq!(running.serving.await.expect("no panic"), Served { connections_cut: 0 });
}

#[tokio::test]
async fn an_open_event_stream_does_not_hold_the_process_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (shutdown, closing) = shutdown();
    let (hub, end) = (Hub::with_clock(testkit::standing_clock()), closing.clone());
    let watched = hub.clone();
    let stream = move || async move {
        let subscription = watched.subscribe("e", None).map_err(Refusal::from)?;
        Ok::<_, Refused>(event_stream(subscription, Vec::new(), end))
    };
    let router = serve_with(settings(), |_| Router::new().route("/live", get(stream))).router;
    let serving = tokio::spawn(serve(listener, router, closing));
    let mut client = TcpStream::connect(address).await.expect("accepted");
    client.write_all(b"GET /live HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writable");
    let mut seen = vec![0; 16];
    client.read_exact(&mut seen).await.expect("the stream has begun");
    hub.publish("e", Update::fact("ended", "{}"));
    shutdown.begin();
    let mut rest = String::new();
    client.read_to_string(&mut rest).await.expect("a clean end");
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
    assert_eq!(serving.await.expect("no panic"), Served { connections_cut: 0 });
}

#[tokio::test(start_paused = true)]
async fn a_request_that_outlives_the_drain_is_cut_after_thirty_seconds() {
    let started = Arc::new(Notify::new());
    let began = started.clone();
    let stuck = move || async move {
        began.notify_one();
        std::future::pending::<()>().await;
        Data(())
    };
    let running = run(serve_with(settings(), |_| Router::new().route("/stuck", get(stuck))).router).await;
    let mut stream = TcpStream::connect(running.address).await.expect("accepted");
    stream.write_all(b"GET /stuck HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writable");
    started.notified().await;
    let began = tokio::time::Instant::now();
    running.shutdown.begin();
    assert_eq!(running.serving.await.expect("no panic"), Served { connections_cut: 1 });
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn a_head_that_never_ends_is_dropped_and_malformed_ones_are_answered() {
    let running = run(router()).await;
    let mut slow = TcpStream::connect(running.address).await.expect("accepted");
    slow.write_all(b"GET /api/list HTTP/1.1\r\nhost").await.expect("writable");
    let mut broken = TcpStream::connect(running.address).await.expect("accepted");
    broken.write_all(b"\x16\x03\x01 not http\r\n\r\n").await.expect("writable");
    let mut answer = Vec::new();
    broken.read_to_end(&mut answer).await.expect("closed by the server");
    assert!(answer.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&answer));
    let mut rest = Vec::new();
    let dropped = tokio::time::timeout(Duration::from_secs(8), slow.read_to_end(&mut rest));
    dropped.await.expect("dropped within eight seconds").expect("closed by the server");
    running.shutdown.begin();
    running.serving.await.expect("no panic");
}

/// Sends bytes over one connection and reads `count` answers with JSON bodies, or to its end.
async fn exchange(stream: &mut TcpStream, bytes: &str) -> String {
    stream.write_all(bytes.as_bytes()).await.expect("writable");
    read_answer(stream).await
}

const NEXT: &str = "GET /api/facts HTTP/1.1\r\nhost: x\r\nx-request-id: next\r\n\r\n";

#[tokio::test]
async fn a_request_refused_before_its_body_leaves_the_connection_in_step() {
    let running = run(router()).await;
    for (path, status) in
        [("/api/nowhere", 404), ("/api/me", 405), ("/api/keyed", 400), ("/problem/broken", 405)]
    {
        let mut stream = TcpStream::connect(running.address).await.expect("accepted");
        for body in ["{}".to_owned(), "x".repeat(40_000)] {
            let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
            let answer = exchange(&mut stream, &(head + &body)).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
            assert!(!answer.to_lowercase().contains("connection: close"), "{path}: {answer}");
            let next = exchange(&mut stream, NEXT).await;
            assert!(
                next.starts_with("HTTP/1.1 200") && next.contains(r#""request_id":"next""#),
                "{path}: {next}"
            );
        }
        let chunked = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
        );
        assert!(exchange(&mut stream, &chunked).await.starts_with(&format!("HTTP/1.1 {status}")));
        assert!(exchange(&mut stream, NEXT).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_body_too_large_to_be_drained_ends_the_connection_and_says_so() {
    let running = run(router()).await;
    let mut stream = TcpStream::connect(running.address).await.expect("accepted");
    let head = "POST /api/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n";
    let answer = exchange(&mut stream, head).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("closed, not reset");
    assert!(rest.is_empty());
}

#[tokio::test]
async fn a_body_that_never_comes_does_not_hold_its_refusal_back() {
    let running = run(router()).await;
    let mut stream = TcpStream::connect(running.address).await.expect("accepted");
    let head = "POST /api/nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf";
    let answer = tokio::time::timeout(Duration::from_secs(3), exchange(&mut stream, head)).await;
    let answer = answer.expect("within three seconds");
    assert!(
        answer.starts_with("HTTP/1.1 404") && answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_host_is_named_once_and_agrees_with_the_target() {
    let running = run(router()).await;
    for (head, status) in [
        ("GET /api/facts HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
        ("GET /api/facts HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n", 400),
        ("GET /api/facts HTTP/1.1\r\n\r\n", 400),
        ("GET /problem/broken HTTP/1.1\r\nhost: a b\r\n\r\n", 400),
        ("GET http://a.example/api/facts HTTP/1.1\r\nhost: b.example\r\n\r\n", 400),
        ("GET http://a.example/api/facts HTTP/1.1\r\nhost: a.example\r\n\r\n", 200),
        ("GET /api/facts HTTP/1.1\r\nhost: a.example:8080\r\n\r\n", 200),
        ("GET /api/facts HTTP/1.0\r\n\r\n", 200),
    ] {
        let mut stream = TcpStream::connect(running.address).await.expect("accepted");
        let answer = exchange(&mut stream, head).await;
        assert!(answer.contains(&format!(" {status} ")), "{head}: {answer}");
        assert!(answer.contains("x-request-id"), "it is answered in the envelope: {answer}");
    }
}

#[tokio::test]
async fn half_a_head_behind_a_finished_request_is_dropped_after_five_seconds() {
    let running = run(router()).await;
    let mut stream = TcpStream::connect(running.address).await.expect("accepted");
    let answer = exchange(&mut stream, &format!("{NEXT}GET /api/fa")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut rest = Vec::new();
    let dropped = tokio::time::timeout(Duration::from_secs(8), stream.read_to_end(&mut rest));
    dropped.await.expect("dropped within eight seconds").expect("closed by the server");
}

#[tokio::test]
async fn one_address_cannot_take_every_connection_and_health_is_answered_all_the_same() {
    let (held, release) = (Arc::new(tokio::sync::Semaphore::new(0)), Arc::new(Notify::new()));
    let (began, go) = (held.clone(), release.clone());
    let slow = move || async move {
        began.add_permits(1);
        go.notified().await;
        Data("finished")
    };
    let health = || async { Data("well") };
    let routes = Router::new().route("/slow", get(slow)).route("/health", get(health));
    let limits = ConnectionLimits { per_address: 3, reserve: 2, ..ConnectionLimits::default() };
    let running = run_within(limits, serve_with(settings(), |_| routes).router).await;
    let mut taken = Vec::new();
    for count in 1..=3 {
        let mut stream = TcpStream::connect(running.address).await.expect("accepted");
        stream.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writable");
        drop(held.acquire_many(count).await.expect("open"));
        taken.push(stream);
    }
    let mut beyond = TcpStream::connect(running.address).await.expect("accepted");
    let refused = exchange(&mut beyond, NEXT).await;
    assert!(refused.contains(" 429 ") && refused.contains("TOO_MANY_CONNECTIONS"), "{refused}");
    assert!(refused.contains("retry-after: 5") && refused.contains("connection: close"), "{refused}");
    let mut operator = TcpStream::connect(running.address).await.expect("accepted");
    let well = exchange(&mut operator, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(well.contains(" 200 ") && well.contains("well"), "{well}");
    release.notify_waiters();
    for mut stream in taken {
        assert!(read_answer(&mut stream).await.contains("finished"));
    }
}

#[tokio::test]
async fn an_idle_connection_makes_room_for_a_new_one() {
    let limits = ConnectionLimits { per_address: 2, reserve: 0, ..ConnectionLimits::default() };
    let running = run_within(limits, router()).await;
    let mut first = TcpStream::connect(running.address).await.expect("accepted");
    let mut second = TcpStream::connect(running.address).await.expect("accepted");
    assert!(exchange(&mut first, NEXT).await.contains(" 200 "));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(exchange(&mut second, NEXT).await.contains(" 200 "));
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let mut third = TcpStream::connect(running.address).await.expect("accepted");
    assert!(exchange(&mut third, NEXT).await.contains(" 200 "));
    let mut rest = Vec::new();
    first.read_to_end(&mut rest).await.expect("closed by the server");
}

#[tokio::test]
async fn streams_of_one_address_are_counted_whatever_stall_they_are_of() {
    let hub = Hub::with_clock(testkit::standing_clock());
    let (_open, closing) = shutdown();
    let stream = move || async move {
        let subscription = hub.subscribe("e", None).map_err(Refusal::from)?;
        Ok::<_, Refused>(event_stream(subscription, Vec::new(), closing))
    };
    let settings = EdgeSettings { streams_per_address: 2, ..settings() };
    let running = run(serve_with(settings, |_| Router::new().route("/live", get(stream))).router).await;
    let open = || async {
        let mut client = TcpStream::connect(running.address).await.expect("accepted");
        client.write_all(b"GET /live HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("writable");
        let mut head = vec![0; 12];
        client.read_exact(&mut head).await.expect("an answer");
        (client, String::from_utf8(head).expect("text"))
    };
    let (first, _second) = (open().await, open().await);
    assert_eq!((first.1.as_str(), _second.1.as_str()), ("HTTP/1.1 200", "HTTP/1.1 200"));
    assert_eq!(open().await.1, "HTTP/1.1 429");
    drop(first);
    for _ in 0..100 {
        if open().await.1 == "HTTP/1.1 200" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place of a stream that is gone was never free");
}
