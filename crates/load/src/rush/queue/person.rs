//! One person of a waiting room: joins, watches, buys once, and now and then tries what must not work.

use super::super::fixture::Fixture;
use crate::wire::{Connection, number_field, string_field};
use kernel::Timestamp;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// People at one address: they may join within a minute. The whole network 127 is this machine.
pub const PER_ADDRESS: u32 = 20;
/// Of so many people one tries what must not work.
const CHEAT_EVERY: u32 = 50;
/// How often somebody comes back whose stream ended before the turn.
const TRIES: u32 = 5;
const TIMEOUT: Duration = Duration::from_secs(30);

/// Everybody, and the way to the server.
#[derive(Debug)]
pub struct Crowd {
    address: SocketAddr,
    host: String,
    fixture: Fixture,
    event: String,
    watching: AtomicU32,
    broken: AtomicU32,
}

/// What somebody's turn came to.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The number of the place.
    pub place: i64,
    /// When the pass ends, which is its release and the time it is good for, microseconds.
    pub ends_at_us: i64,
    /// The status of the reservation.
    pub reserved: u16,
    /// How long it took.
    pub reserve_took: Duration,
    /// Statuses of a forged, a shared and a reused pass, where they were tried.
    pub cheats: Option<[u16; 3]>,
}

impl Crowd {
    /// Nobody watches yet.
    pub fn new(address: SocketAddr, host: String, fixture: Fixture, event: String) -> Self {
        Self { address, host, fixture, event, watching: AtomicU32::new(0), broken: AtomicU32::new(0) }
    }

    /// Streams that are open.
    pub fn watching(&self) -> u32 {
        self.watching.load(Ordering::Relaxed)
    }

    /// Streams that ended before the turn.
    pub fn broken(&self) -> u32 {
        self.broken.load(Ordering::Relaxed)
    }

    /// A connection for requests.
    fn connection(&self) -> Connection {
        Connection::new(self.address, TIMEOUT)
    }

    /// A connection from where `person` is.
    pub async fn connection_of(&self, person: u32) -> Connection {
        match self.connect(person).await {
            Some(stream) => Connection::over(stream, self.address, TIMEOUT),
            None => self.connection(),
        }
    }

    fn request(&self, person: u32, first_line: &str, headers: &str, body: &str) -> Vec<u8> {
        let mut token = Vec::new();
        self.fixture.mint(person, &mut token);
        let token = String::from_utf8_lossy(&token);
        let (host, length) = (&self.host, body.len());
        format!(
            "{first_line} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n{headers}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    /// The status of a join; 0: no answer.
    pub async fn join(&self, connection: &mut Connection, person: u32) -> u16 {
        let body = format!(r#"{{"event_id":"{}"}}"#, self.event);
        let request = self.request(person, "POST /rush/api/v1/queue/join", "", &body);
        connection.exchange(&request).await.map_or(0, |answer| answer.status)
    }

    /// Watches until the turn comes, then buys. None: it never came.
    pub async fn wait_and_buy(&self, person: u32) -> Option<Turn> {
        for _ in 0..TRIES {
            if let Some(told) = self.watch(person).await {
                return self.buy(person, &told).await;
            }
            self.broken.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        None
    }

    /// What the event `pass` says; none: the stream ended before.
    async fn watch(&self, person: u32) -> Option<Vec<u8>> {
        let mut stream = self.connect(person).await?;
        let first_line = format!("GET /rush/api/v1/queue/position/{}/stream", self.event);
        stream.write_all(&self.request(person, &first_line, "", "")).await.ok()?;
        self.watching.fetch_add(1, Ordering::Relaxed);
        let told = pass_event(&mut stream).await;
        self.watching.fetch_sub(1, Ordering::Relaxed);
        told
    }

    async fn connect(&self, person: u32) -> Option<TcpStream> {
        let socket = TcpSocket::new_v4().ok()?;
        socket.bind(SocketAddr::new(address_of(person), 0)).ok()?;
        socket.connect(self.address).await.ok()
    }

    async fn buy(&self, person: u32, told: &[u8]) -> Option<Turn> {
        let pass = string_field(told, "\"queue_pass\"")?;
        let ends_at = Timestamp::parse_rfc3339(string_field(told, "\"queue_pass_expires_at\"")?).ok()?;
        let place = number_field(told, "\"place\"")?;
        let mut connection = self.connection();
        let cheats = person.is_multiple_of(CHEAT_EVERY);
        let mut tried = [0; 3];
        if cheats {
            let forged = format!("{}A", &pass[..pass.len() - 2]);
            tried[0] = self.reserve(&mut connection, person, &forged, "forged").await;
            tried[1] = self.reserve(&mut connection, person + 1, pass, "shared").await;
        }
        let sent = Instant::now();
        let reserved = self.reserve(&mut connection, person, pass, "mine").await;
        let reserve_took = sent.elapsed();
        if cheats {
            tried[2] = self.reserve(&mut connection, person, pass, "reused").await;
        }
        let cheats = cheats.then_some(tried);
        Some(Turn { place, ends_at_us: ends_at.as_micros(), reserved, reserve_took, cheats })
    }

    async fn reserve(&self, connection: &mut Connection, person: u32, pass: &str, key: &str) -> u16 {
        let zone = String::from_utf8_lossy(&self.fixture.open[0].body);
        let headers = format!("idempotency-key: queue-{key}-{person}\r\nx-queue-pass: {pass}\r\n");
        let request =
            self.request(person, "POST /rush/api/v1/bookings/reserve", &headers, &format!("{zone}1}}"));
        connection.exchange(&request).await.map_or(0, |answer| answer.status)
    }
}

/// Reads a stream up to the end of its event `pass`.
async fn pass_event(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut told, mut room) = (Vec::new(), [0; 1_024]);
    loop {
        let read = stream.read(&mut room).await.ok().filter(|read| *read > 0)?;
        told.extend_from_slice(&room[..read]);
        let begin = find(&told, b"event: pass");
        if let Some(begin) = begin.filter(|begin| find(&told[*begin..], b"\n\n").is_some()) {
            return Some(told.split_off(begin));
        }
        if begin.is_none() && told.len() > 4_096 {
            told.drain(..told.len() - 64);
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn address_of(person: u32) -> IpAddr {
    let [.., high, low] = (person / PER_ADDRESS + 1).to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(127, 2, high, low))
}
