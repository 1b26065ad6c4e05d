//! A reconnector keeps one connection to a venue: the next one after a pause when it ends, and a fresh one beside it before it
//! grows too old, so that nothing is lost in between. Parallel ones know nothing of each other.

use super::connection::{Connection, ConnectionEvent, Ended, Stage};
use super::venue_feed::VenueFeed;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use web::Closing;

/// Each further one rotates so much earlier, in parts of a hundred, so that two never rotate together.
const ROTATION_SPREAD: u32 = 5;

/// Keeps one connection open.
pub(super) struct Reconnector {
    feed: Arc<VenueFeed>,
    index: usize,
    /// Connections opened so far; the address changes with it.
    opened: usize,
    /// Bad connections in a row.
    failures: u32,
    rotate_at: Instant,
    current: Connection,
    /// Takes over some time after it brought data.
    successor: Option<Connection>,
    hand_over_at: Option<Instant>,
}

/// Keeps a connection until `closing` begins.
pub(super) async fn run(feed: Arc<VenueFeed>, index: usize, mut closing: Closing) {
    let current = Connection::open(feed.clone(), address(&feed, index));
    let rotate_at = Instant::now() + rotation(&feed, index);
    let mut reconnector = Reconnector {
        feed,
        index,
        opened: 1,
        failures: 0,
        rotate_at,
        current,
        successor: None,
        hand_over_at: None,
    };
    loop {
        tokio::select! {
            () = closing.wait() => break,
            () = reconnector.step() => {}
        }
    }
    let Reconnector { current, successor, .. } = reconnector;
    current.close().await;
    if let Some(successor) = successor {
        successor.close().await;
    }
}

/// The configured addresses are taken in turn; each reconnector begins at another one.
fn address(feed: &VenueFeed, turn: usize) -> String {
    let urls = &feed.settings.socket_urls;
    let url = urls.get(turn % urls.len().max(1)).map_or("", String::as_str);
    feed.adapter.socket_url(url)
}

fn rotation(feed: &VenueFeed, index: usize) -> Duration {
    let earlier = ROTATION_SPREAD.saturating_mul(u32::try_from(index).unwrap_or(u32::MAX)).min(50);
    feed.timeouts.rotate * (100 - earlier) / 100
}

impl Reconnector {
    /// One thing that happens.
    async fn step(&mut self) {
        tokio::select! {
            event = self.current.next_event() => match event {
                ConnectionEvent::Ended(ended) => self.on_connection_ended(ended).await,
                ConnectionEvent::Stage(Stage::Leaving) => self.rotate_at = Instant::now(),
                ConnectionEvent::Stage(_) => {}
            },
            () = sleep_until(self.rotate_at), if self.successor.is_none() => self.begin_rotation(),
            () = sleep_until_some(self.hand_over_at) => self.hand_over().await,
            event = next_event_of(&mut self.successor) => self.on_successor_event(&event),
        }
    }

    fn open(&mut self) -> Connection {
        let url = address(&self.feed, self.index + self.opened);
        self.opened = self.opened.wrapping_add(1);
        Connection::open(self.feed.clone(), url)
    }

    /// The connection ended: its successor is on its way, or the next one is opened after a pause.
    async fn on_connection_ended(&mut self, ended: Ended) {
        let reason = ended.end.reason();
        tracing::info!(venue = %self.feed.settings.name, reason, failures = self.failures, "a connection ended");
        self.failures = self.feed.timeouts.backoff.failures_after(self.failures, ended.data_for);
        self.feed.gauge.reconnected();
        self.current = match self.successor.take() {
            Some(successor) => successor,
            None => {
                sleep(self.pause()).await;
                self.open()
            }
        };
        self.hand_over_at = None;
        self.rotate_at = Instant::now() + rotation(&self.feed, self.index);
    }

    fn pause(&self) -> Duration {
        self.feed.timeouts.backoff.pause(self.failures, rand::random())
    }

    fn begin_rotation(&mut self) {
        self.successor = Some(self.open());
    }

    fn on_successor_event(&mut self, event: &ConnectionEvent) {
        match event {
            ConnectionEvent::Stage(Stage::Opening) => {}
            ConnectionEvent::Stage(Stage::Data | Stage::Leaving) => {
                self.hand_over_at = Some(Instant::now() + self.feed.timeouts.overlap);
            }
            ConnectionEvent::Ended(ended) => {
                (self.successor, self.hand_over_at) = (None, None);
                self.failures = self.feed.timeouts.backoff.failures_after(self.failures, ended.data_for);
                self.rotate_at = Instant::now() + self.pause();
            }
        }
    }

    /// The successor has brought data for a while: only now the old connection may go.
    async fn hand_over(&mut self) {
        let Some(successor) = self.successor.take() else { return };
        let old = std::mem::replace(&mut self.current, successor);
        self.hand_over_at = None;
        self.rotate_at = Instant::now() + rotation(&self.feed, self.index);
        self.feed.gauge.rotated();
        old.close().await;
    }
}

/// Returns at that moment; never when there is none.
async fn sleep_until_some(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

async fn next_event_of(connection: &mut Option<Connection>) -> ConnectionEvent {
    match connection {
        Some(connection) => connection.next_event().await,
        None => pending().await,
    }
}
