//! A lane keeps one connection to a venue: the next one after a pause when it ends, and a fresh one beside it before it
//! grows too old, so that nothing is lost in between. Parallel lanes know nothing of each other.

use super::connection::{Connection, Ended, News, Stage};
use super::venue_feed::VenueFeed;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use web::Closing;

/// Each further lane rotates so much earlier, in parts of a hundred, so that two never rotate together.
const ROTATION_SPREAD: u32 = 5;

/// One lane.
pub(super) struct Lane {
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
    let mut lane =
        Lane { feed, index, opened: 1, failures: 0, rotate_at, current, successor: None, hand_over_at: None };
    loop {
        tokio::select! {
            () = closing.wait() => break,
            () = lane.step() => {}
        }
    }
    let Lane { current, successor, .. } = lane;
    current.close().await;
    if let Some(successor) = successor {
        successor.close().await;
    }
}

/// The configured addresses are taken in turn; each lane begins at another one.
fn address(feed: &VenueFeed, turn: usize) -> String {
    let urls = &feed.settings.socket_urls;
    let url = urls.get(turn % urls.len().max(1)).map_or("", String::as_str);
    feed.adapter.socket_url(url)
}

fn rotation(feed: &VenueFeed, index: usize) -> Duration {
    let earlier = ROTATION_SPREAD.saturating_mul(u32::try_from(index).unwrap_or(u32::MAX)).min(50);
    feed.patience.rotate * (100 - earlier) / 100
}

impl Lane {
    /// One thing that happens.
    async fn step(&mut self) {
        tokio::select! {
            news = self.current.news() => match news {
                News::Ended(ended) => self.go_on(ended).await,
                News::Stage(Stage::Leaving) => self.rotate_at = Instant::now(),
                News::Stage(_) => {}
            },
            () = sleep_until(self.rotate_at), if self.successor.is_none() => self.begin_rotation(),
            () = moment(self.hand_over_at) => self.hand_over().await,
            news = news_of(&mut self.successor) => self.hear_successor(&news),
        }
    }

    fn open(&mut self) -> Connection {
        let url = address(&self.feed, self.index + self.opened);
        self.opened = self.opened.wrapping_add(1);
        Connection::open(self.feed.clone(), url)
    }

    /// The connection ended: its successor is on its way, or the next one is opened after a pause.
    async fn go_on(&mut self, ended: Ended) {
        let reason = ended.end.reason();
        tracing::info!(venue = %self.feed.settings.name, reason, failures = self.failures, "a connection ended");
        self.failures = self.feed.patience.backoff.failures_after(self.failures, ended.data_for);
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
        self.feed.patience.backoff.pause(self.failures, rand::random())
    }

    fn begin_rotation(&mut self) {
        self.successor = Some(self.open());
    }

    fn hear_successor(&mut self, news: &News) {
        match news {
            News::Stage(Stage::Opening) => {}
            News::Stage(Stage::Data | Stage::Leaving) => {
                self.hand_over_at = Some(Instant::now() + self.feed.patience.overlap);
            }
            News::Ended(ended) => {
                (self.successor, self.hand_over_at) = (None, None);
                self.failures = self.feed.patience.backoff.failures_after(self.failures, ended.data_for);
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
async fn moment(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

async fn news_of(connection: &mut Option<Connection>) -> News {
    match connection {
        Some(connection) => connection.news().await,
        None => pending().await,
    }
}
