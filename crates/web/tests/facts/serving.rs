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
use web::{Data, Refused, Served, Shutdown, serve, shutdown};

struct Running {
    address: SocketAddr,
    shutdown: Shutdown,
    serving: JoinHandle<Served>,
}

async fn run(router: Router) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (shutdown, closing) = shutdown();
    Running { address, shutdown, serving: tokio::spawn(serve(listener, router, closing)) }
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
    let (hub, end) = (Hub::new(), closing.clone());
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
