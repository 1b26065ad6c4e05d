//! A scripted venue on loopback, and feeds with little patience that listen to it.

use futures_util::{SinkExt as _, StreamExt as _};
use kernel::SystemClock;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tap::domain::venue_update::{MarketEvent, VenueUpdate};
use tap::feeds::{
    Backfilled, Backoff, Channels, Clocks, FeedSettings, Feeds, Protocol, RawFrame, Source, Timeouts,
    VenueSettings,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// What a scripted venue does on one connection, in order; afterwards it stays silent on the open socket.
#[derive(Debug, Clone)]
pub enum Do {
    /// Waits for one text frame of the client.
    Hear,
    /// Sends a text frame.
    Say(String),
    /// Sends a binary frame.
    SayBytes(Vec<u8>),
    /// Sends one protocol ping.
    Ping(Vec<u8>),
    /// Sends a protocol ping every few milliseconds for so long.
    PingFor(Duration),
    /// Waits.
    Rest(Duration),
    /// Says trades for ever, one every few milliseconds. All connections to the venue tell the same trades at the same
    /// time, as a venue does; this one begins so many ids before the present one.
    Trades(i64),
    /// Closes.
    Close,
    /// Drops the connection without a word.
    Cut,
}

/// A venue that follows a script for each connection, the last one for all further ones.
pub struct ScriptedVenue {
    pub url: String,
    pub connections: Arc<AtomicUsize>,
    /// What the client's pongs carried.
    pub pongs: Pongs,
}

type Pongs = Arc<parking_lot::Mutex<Vec<Vec<u8>>>>;

impl ScriptedVenue {
    pub async fn start(scripts: Vec<Vec<Do>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("ws://{}", listener.local_addr().expect("a bound listener has an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let pongs = Pongs::default();
        let heard = pongs.clone();
        let began = Instant::now();
        let (count, mut scripts) = (connections.clone(), VecDeque::from(scripts));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let script = if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() };
                let script = script.unwrap_or_default();
                tokio::spawn(follow(stream, script, began, heard.clone()));
            }
        });
        Self { url, connections, pongs }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

const BEAT: Duration = Duration::from_millis(5);

async fn follow(stream: TcpStream, script: Vec<Do>, began: Instant, pongs: Pongs) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
    for step in script {
        let sent = match step {
            Do::Hear => socket.next().await.map_or(Ok(()), |heard| heard.map(drop)),
            Do::Say(frame) => socket.send(Message::text(frame)).await,
            Do::SayBytes(bytes) => socket.send(Message::binary(bytes)).await,
            Do::Ping(payload) => socket.send(Message::Ping(payload.into())).await,
            Do::PingFor(time) => {
                let _done = timeout(time, async {
                    while socket.send(Message::Ping(Vec::new().into())).await.is_ok() {
                        sleep(BEAT).await;
                    }
                })
                .await;
                Ok(())
            }
            Do::Rest(time) => {
                sleep(time).await;
                Ok(())
            }
            Do::Trades(earlier) => return trades(socket, began, earlier).await,
            Do::Close => return drop(socket.close(None).await),
            Do::Cut => return,
        };
        if sent.is_err() {
            return;
        }
    }
    // Silence on an open socket.
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Pong(payload) = message {
            pongs.lock().push(payload.to_vec());
        }
    }
}

async fn trades(mut socket: WebSocketStream<TcpStream>, began: Instant, earlier: i64) {
    let present = || 1 + (began.elapsed().as_millis() / BEAT.as_millis()) as i64;
    let mut next = (present() - earlier).max(1);
    loop {
        while next <= present() {
            if socket.send(Message::text(trade(next, "61837.63"))).await.is_err() {
                return;
            }
            next += 1;
        }
        sleep(BEAT).await;
    }
}

/// A trade of Binance.
pub fn trade(id: i64, price: &str) -> String {
    format!(
        r#"{{"stream":"btcusdt@trade","data":{{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":{id},"p":"{price}","q":"0.02","T":{},"m":true,"M":true}}}}"#,
        1_723_161_255_000 + id
    )
}

/// A best bid and offer of Binance.
pub fn book(number: i64, bid: &str, ask: &str) -> String {
    format!(
        r#"{{"stream":"btcusdt@bookTicker","data":{{"u":{number},"s":"BTCUSDT","b":"{bid}","B":"1","a":"{ask}","A":"1"}}}}"#
    )
}

/// Timeouts for tests: short pauses, but no socket is given up because the machine is busy.
pub fn short_timeouts() -> Timeouts {
    let ms = Duration::from_millis;
    Timeouts {
        connect: ms(5_000),
        idle: Duration::from_secs(60),
        dataless: Duration::from_secs(60),
        rotate: Duration::from_secs(3_600),
        overlap: ms(500),
        backoff: Backoff { shortest: ms(20), longest: ms(200), reset_after: Duration::from_secs(60) },
        backfill: ms(30),
    }
}

/// The same, but silence is not suffered.
pub fn watchful() -> Timeouts {
    Timeouts { idle: Duration::from_millis(300), ..short_timeouts() }
}

/// Running feeds and what comes out of them.
pub struct Listening {
    pub feeds: Feeds,
    pub live: mpsc::Receiver<VenueUpdate>,
    pub past: mpsc::Receiver<Backfilled>,
    pub shutdown: web::Shutdown,
}

/// Listens to a scripted Binance.
pub fn listen(url: &str, connections: usize, timeouts: Timeouts) -> Listening {
    let venue = VenueSettings {
        socket_urls: vec![url.to_owned()],
        connections,
        ..VenueSettings::of(Protocol::Binance)
    };
    listen_to(FeedSettings { venues: vec![venue], timeouts })
}

pub fn listen_to(settings: FeedSettings) -> Listening {
    listen_and_record(settings, None)
}

pub fn listen_and_record(settings: FeedSettings, frames: Option<mpsc::Sender<RawFrame>>) -> Listening {
    let (updates, live) = mpsc::channel(4_096);
    let (past_sender, past) = mpsc::channel(256);
    let (shutdown, closing) = web::shutdown();
    let clocks = Clocks::new(Arc::new(SystemClock));
    let feeds =
        tap::feeds::start(&settings, clocks, Channels { updates, past: past_sender, frames }, closing)
            .expect("settings of tests are sound");
    Listening { feeds, live, past, shutdown }
}

/// Long enough for a loaded machine; reached only by a failure.
const LIMIT: Duration = Duration::from_secs(20);

impl Listening {
    pub async fn next(&mut self) -> VenueUpdate {
        timeout(LIMIT, self.live.recv()).await.expect("an update in time").expect("feeds that run")
    }

    pub async fn next_trade(&mut self) -> (i64, i64) {
        loop {
            if let MarketEvent::Trade { trade_id, price } = self.next().await.event {
                return (trade_id, price);
            }
        }
    }

    pub async fn trade_ids(&mut self, count: usize) -> Vec<i64> {
        let mut ids = Vec::new();
        while ids.len() < count {
            ids.push(self.next_trade().await.0);
        }
        ids
    }

    /// The first `count` trades by id, live ones and late ones together; fails when one is missing for long.
    pub async fn whole_row(&mut self, count: usize) -> Vec<i64> {
        let mut ids = std::collections::BTreeSet::new();
        let collect = async {
            loop {
                let id = tokio::select! {
                    update = self.live.recv() => match update.expect("feeds that run").event {
                        MarketEvent::Trade { trade_id, .. } => trade_id,
                        _ => continue,
                    },
                    past = self.past.recv() => match past.expect("feeds that run") {
                        past if past.source == Source::LateFrame => past.trades[0].trade_id,
                        _ => continue,
                    },
                };
                ids.insert(id);
                let row: Vec<i64> = ids.iter().copied().take(count).collect();
                if row.len() == count && row.windows(2).all(|two| two[1] == two[0] + 1) {
                    return row;
                }
            }
        };
        let row = timeout(LIMIT, collect).await;
        row.unwrap_or_else(|_| {
            let span = ids.first().copied().unwrap_or_default()..=ids.last().copied().unwrap_or_default();
            let missing: Vec<i64> = span.filter(|id| !ids.contains(id)).take(20).collect();
            panic!("no row of {count} among {}, missing {missing:?}", ids.len())
        })
    }

    pub async fn next_past(&mut self) -> Backfilled {
        timeout(LIMIT, self.past.recv()).await.expect("a backfill in time").expect("feeds that run")
    }

    pub fn drops(&self, reason: &str) -> u64 {
        self.feeds.status()[0].drops.get(reason).copied().unwrap_or_default()
    }

    pub async fn stop(self) {
        self.shutdown.begin();
        timeout(LIMIT, self.feeds.ended()).await.expect("feeds that end");
    }
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waited = timeout(LIMIT, async {
        while !holds() {
            sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(waited.await.is_ok(), "never: {what}");
}
