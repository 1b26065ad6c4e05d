//! Measures the socket door on loopback: memory of idle sockets, then how long a tick takes to reach all of them.
//!
//! `ulimit -n 20000; cargo run --release -p web --example fanout [sockets]` takes about 15 s. The clients are a second
//! process, so that the memory is the server's alone; they share its processors, so that the times are upper bounds.
#![expect(clippy::print_stdout, reason = "an example that prints what it measured")]

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::get;
use cluster::LocalLimiter;
use kernel::{PublicIds, Refusal, SystemClock};
use std::io::{BufRead, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use web::live::{
    Channel, Hub, SocketEndpoint, SocketLimits, SocketParts, SocketProtocol, SocketSession, SocketSettings,
    Update, UpgradeRequest, UserStreams,
};
use web::{AccessLog, Edge, EdgeParts, EdgeSettings, Limits, serve, shutdown};

/// What one machine is asked to hold.
const SOCKETS: usize = 5_000;
/// How long ticks are published.
const RUN: Duration = Duration::from_secs(8);
/// Ticks a second.
const HERTZ: u32 = 10;
/// A grid of 24 columns and 21 rows comes with every fifth tick.
const GRID_CELLS: usize = 504;

struct Prices;

impl SocketProtocol for Prices {
    fn hello(&self) -> String {
        String::from("{}")
    }

    fn channel(&self, name: &str) -> Option<Channel> {
        (name == "price").then(|| Channel::Public("price".into()))
    }

    async fn authenticate(&self, _: &str) -> Result<SocketSession, Refusal> {
        Err(Refusal::forbidden())
    }

    async fn snapshot(&self, _: &str, _: Option<i64>) -> Result<Vec<Update>, Refusal> {
        Ok(Vec::new())
    }

    async fn user_head(&self, _: i64) -> Result<u64, Refusal> {
        Ok(0)
    }
}

#[derive(Clone)]
struct App {
    edge: Edge,
    door: SocketEndpoint<Prices>,
}

impl FromRef<App> for Edge {
    fn from_ref(app: &App) -> Self {
        app.edge.clone()
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let sockets = |at: usize| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(SOCKETS);
    match arguments.first().map(String::as_str) {
        Some("clients") => {
            let address = arguments[1].parse().expect("an address");
            runtime(tokio::runtime::Builder::new_current_thread()).block_on(clients(address, sockets(2)));
        }
        _ => runtime(tokio::runtime::Builder::new_multi_thread()).block_on(server(sockets(0))),
    }
}

fn runtime(mut builder: tokio::runtime::Builder) -> tokio::runtime::Runtime {
    builder.enable_all().build().expect("a runtime")
}

async fn server(sockets: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (shutdown, closing) = shutdown();
    let hub = Hub::with_clock(std::sync::Arc::new(kernel::SystemClock));
    let parts = SocketParts { hub: hub.clone(), users: UserStreams::new(), closing: closing.clone() };
    let limits = SocketLimits { sockets, ..SocketLimits::default() }.under(Limits::Off);
    let door = SocketEndpoint::new(Prices, parts, SocketSettings { limits, ..SocketSettings::default() });
    let serving = tokio::spawn(serve(listener, router(door.clone()), closing));
    let before = resident();
    let mut child = spawn_clients(address, sockets);
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut line = || lines.next().expect("the clients say something").expect("text");
    println!("{}", tokio::task::block_in_place(&mut line));
    tokio::time::sleep(Duration::from_secs(1)).await;
    report_memory("idle", before, door.sockets());
    let cpu = cpu_seconds();
    publish(&hub).await;
    println!("server used {:.2} processors while publishing", (cpu_seconds() - cpu) / RUN.as_secs_f64());
    report_memory("after the run", before, door.sockets());
    child.stdin.take().expect("piped").write_all(b"end\n").expect("writable");
    println!("{}", tokio::task::block_in_place(&mut line));
    let began = std::time::Instant::now();
    shutdown.begin();
    let served = serving.await.expect("no panic");
    println!("shut down in {:?}, connections cut: {}", began.elapsed(), served.connections_cut);
    child.wait().expect("the clients end");
}

fn router(door: SocketEndpoint<Prices>) -> Router {
    let parts = EdgeParts {
        clock: Arc::new(SystemClock),
        ids: PublicIds::new([7; 16]),
        verifiers: Vec::new(),
        limiter: Arc::new(LocalLimiter::new()),
    };
    let settings =
        EdgeSettings { access_log: AccessLog::None, limits: Limits::Off, ..EdgeSettings::default() };
    let edge = Edge::new(parts, settings);
    let enter = |State(app): State<App>, request: UpgradeRequest| async move { app.door.accept(request) };
    edge.guard(Router::new().route("/live", get(enter)).with_state(App { edge: edge.clone(), door }))
}

fn spawn_clients(address: SocketAddr, sockets: usize) -> Child {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args(["clients", &address.to_string(), &sockets.to_string()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the clients start")
}

async fn publish(hub: &Hub) {
    let cells = vec!["235"; GRID_CELLS].join(",");
    let mut beat = tokio::time::interval(Duration::from_secs(1) / HERTZ);
    for tick in 0..HERTZ * u32::try_from(RUN.as_secs()).expect("seconds") {
        beat.tick().await;
        if tick % 5 == 0 {
            hub.publish("price", Update::total("grid:rates", 0, format!(r#"{{"rates":[{cells}]}}"#)));
        }
        let body = format!(r#"{{"at":{},"price":6000000,"n":3,"flags":0}}"#, micros());
        hub.publish("price", Update::total("price:tick", 0, body));
    }
}

fn micros() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    u64::try_from(since.as_micros()).expect("fits")
}

fn report_memory(when: &str, before: u64, sockets: usize) {
    let bytes = resident().saturating_sub(before);
    println!("{when}: {sockets} sockets, {} KiB, {} bytes each", bytes / 1024, bytes / sockets.max(1) as u64);
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a figure");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace();
    fields.skip(11).take(2).map(|ticks| ticks.parse::<f64>().expect("a number")).sum::<f64>() / 100.0
}

async fn clients(address: SocketAddr, sockets: usize) {
    let began = std::time::Instant::now();
    let mut reading = JoinSet::new();
    for _ in 0..sockets {
        let stream = enter(address).await;
        reading.spawn(read(stream));
    }
    println!("{sockets} sockets opened in {:?}", began.elapsed());
    let end = tokio::task::spawn_blocking(|| std::io::stdin().lines().next());
    end.await.expect("no panic");
    tokio::time::sleep(Duration::from_millis(500)).await;
    println!("{}", LATENCIES.with_borrow_mut(|latencies| summary(latencies, sockets)));
    // The server closes; what it still says is read.
    reading.join_all().await;
}

thread_local! {
    /// Microseconds from publishing to reading, of every tick of every socket.
    static LATENCIES: std::cell::RefCell<Vec<u32>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn summary(latencies: &mut [u32], sockets: usize) -> String {
    latencies.sort_unstable();
    let at = |share: f64| f64::from(latencies[((latencies.len() - 1) as f64 * share) as usize]) / 1_000.0;
    let expected = sockets as u64 * u64::from(HERTZ) * RUN.as_secs();
    let (p50, p99, max) = (at(0.5), at(0.99), at(1.0));
    let received = latencies.len();
    format!("ticks received {received} of {expected}: p50 {p50:.1} ms, p99 {p99:.1} ms, max {max:.1} ms")
}

async fn enter(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("accepted");
    let head = "GET /live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("writable");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.expect("an answer"));
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    let said = br#"{"type":"subscribe","channels":["price"]}"#;
    // Masked with zeros, which changes nothing.
    let mut frame = vec![0x81, 0x80 | u8::try_from(said.len()).expect("short"), 0, 0, 0, 0];
    frame.extend_from_slice(said);
    stream.write_all(&frame).await.expect("writable");
    stream
}

/// Reads frames and records how old each tick is.
async fn read(mut stream: TcpStream) {
    let mut buffer = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut buffer).await {
        let now = micros();
        let mut at = 0;
        while let Some((begin, end)) = frame(&buffer[at..]) {
            record_latency(&buffer[at + begin..at + end], now);
            at += end;
        }
        buffer.drain(..at);
    }
}

/// Where the payload of the first whole frame begins and ends.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (begin, length) = match *bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= begin + length).then_some((begin, begin + length))
}

fn record_latency(payload: &[u8], now: u64) {
    let Ok(text) = std::str::from_utf8(payload) else { return };
    let Some((_, rest)) = text.split_once(r#""at":"#) else { return };
    let digits = rest.split(',').next().unwrap_or_default();
    let published_at: u64 = digits.parse().expect("a number");
    let latency = u32::try_from(now.saturating_sub(published_at)).unwrap_or(u32::MAX);
    LATENCIES.with_borrow_mut(|latencies| latencies.push(latency));
}
