//! Sockets that watch the price while the load runs, on a thread of their own: how old a price is when it arrives.

use futures_util::{SinkExt as _, StreamExt as _};
use hdrhistogram::Histogram;
use kernel::{Clock as _, SystemClock};
use parking_lot::Mutex;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Sockets from one address: the server takes no more. The whole network 127 is this machine.
const PER_ADDRESS: u32 = 20;
/// How long all sockets may take to open.
const OPENING: Duration = Duration::from_secs(60);
/// Bytes read at once; a price has some two hundred.
const READ_BYTES: usize = 2 * 1024;
/// Longest age told apart, microseconds.
const AGE_US_MAX: u64 = 120_000_000;

/// Sockets that watch the price.
#[derive(Debug)]
pub struct Sockets {
    count: u32,
    open: AtomicU64,
    broken: AtomicU64,
    counting: AtomicBool,
    ages: Mutex<Histogram<u64>>,
}

/// What they received.
#[derive(Debug, Clone)]
pub struct SocketFigures {
    /// Sockets open at the end.
    pub open: u64,
    /// Sockets that could not be opened or were closed.
    pub broken: u64,
    /// Microseconds from the moment the server published a price to its arrival, whole milliseconds at the server's end.
    pub ages: Histogram<u64>,
}

impl Sockets {
    /// Opens `count` sockets to `address` and comes back when all are open, or have failed.
    pub async fn open(count: u32, address: SocketAddr, host: &str) -> Arc<Self> {
        let ages = Histogram::new_with_bounds(1, AGE_US_MAX, 3).expect("the bounds are in order");
        let sockets = Arc::new(Self {
            count,
            open: AtomicU64::new(0),
            broken: AtomicU64::new(0),
            counting: AtomicBool::new(false),
            ages: Mutex::new(ages),
        });
        let (watchers, url) = (Arc::clone(&sockets), format!("ws://{host}/tap/ws"));
        std::thread::spawn(move || watchers.watch_all(address, &url));
        let begun = std::time::Instant::now();
        while sockets.opened_or_broken() < u64::from(count) && begun.elapsed() < OPENING {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        sockets
    }

    /// Counts prices from now on.
    pub fn start_counting(&self) {
        self.counting.store(true, Ordering::Relaxed);
    }

    /// Counts no more.
    pub fn stop_counting(&self) {
        self.counting.store(false, Ordering::Relaxed);
    }

    /// What was received so far.
    #[must_use]
    pub fn figures(&self) -> SocketFigures {
        SocketFigures {
            open: self.open.load(Ordering::Relaxed),
            broken: self.broken.load(Ordering::Relaxed),
            ages: self.ages.lock().clone(),
        }
    }

    fn opened_or_broken(&self) -> u64 {
        self.open.load(Ordering::Relaxed) + self.broken.load(Ordering::Relaxed)
    }

    fn watch_all(self: Arc<Self>, address: SocketAddr, url: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let mut watching = tokio::task::JoinSet::new();
            for number in 0..self.count {
                let (sockets, url) = (Arc::clone(&self), url.to_owned());
                watching.spawn(async move {
                    // Ends with the program; a socket that ends earlier is broken.
                    let opened = sockets.watch(number, address, &url).await.is_some();
                    sockets.broken.fetch_add(1, Ordering::Relaxed);
                    sockets.open.fetch_sub(u64::from(opened), Ordering::Relaxed);
                });
            }
            watching.join_all().await;
        });
    }

    /// None: it never opened.
    async fn watch(&self, number: u32, address: SocketAddr, url: &str) -> Option<()> {
        let socket = TcpSocket::new_v4().ok()?;
        socket.bind(SocketAddr::new(address_of(number), 0)).ok()?;
        let stream = socket.connect(address).await.ok()?;
        // A read empties the whole buffer first: the usual 128 KiB would cost more than everything else here.
        let small = WebSocketConfig::default().read_buffer_size(READ_BYTES);
        let (mut socket, _) = client_async_with_config(url, stream, Some(small)).await.ok()?;
        let subscribe = r#"{"type":"subscribe","channels":["price"]}"#;
        socket.send(Message::text(subscribe)).await.ok()?;
        self.open.fetch_add(1, Ordering::Relaxed);
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            if self.counting.load(Ordering::Relaxed) {
                self.record_age(&text);
            }
        }
        Some(())
    }

    fn record_age(&self, text: &str) {
        let Some(rest) = text.strip_prefix(r#"{"type":"price:tick""#) else { return };
        let published_ms = crate::wire::number_field(rest.as_bytes(), "\"ts\"");
        let now_us = SystemClock.now().as_micros();
        let age_us =
            published_ms.map_or(0, |published| now_us.saturating_sub(published.saturating_mul(1_000)));
        self.ages.lock().saturating_record(u64::try_from(age_us).unwrap_or(0));
    }
}

fn address_of(number: u32) -> IpAddr {
    let host = number / PER_ADDRESS + 1;
    let [.., high, low] = host.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(127, 1, high, low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_sockets_share_an_address_of_this_machine() {
        let addresses: std::collections::BTreeSet<IpAddr> = (0..5_000).map(address_of).collect();
        assert_eq!(addresses.len(), 250);
        assert!(addresses.iter().all(IpAddr::is_loopback));
        assert_eq!(address_of(19), address_of(0));
    }
}
