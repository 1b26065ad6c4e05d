//! One connection's life: open, ask, listen, and notice when nothing more is said. It ends by itself or when its handle
//! is dropped; who opens the next one is `reconnect`'s business.

use super::connect::Socket;
use super::status::End;
use super::venue_feed::{Outcome, VenueFeed};
use futures_util::{SinkExt as _, StreamExt as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{Error, Message};

/// For the polite end of a connection; after it the socket is just dropped.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// A connection that is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    pub(super) end: End,
    /// From its first trade or book to its last.
    pub(super) data_for: Duration,
}

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Opening,
    /// It brought a trade or a book.
    Data,
    /// The venue announced that it will close it.
    Leaving,
}

/// What happens to a connection.
#[derive(Debug)]
pub(super) enum ConnectionEvent {
    Stage(Stage),
    Ended(Ended),
}

/// A connection from outside. Dropping it ends it.
pub(super) struct Connection {
    stage: watch::Receiver<Stage>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Ended>,
}

impl Connection {
    /// Begins to open a connection to `url`.
    pub(super) fn open(feed: Arc<VenueFeed>, url: String) -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let (stage_sender, stage) = watch::channel(Stage::Opening);
        let (stop, stopped) = oneshot::channel();
        let task = ConnectionTask { feed, number, stage: stage_sender, first_data: None, last_data: None };
        Self { stage, stop: Some(stop), task: tokio::spawn(task.run(url, stopped)) }
    }

    /// What happens next. Not to be asked again after the end.
    pub(super) async fn next_event(&mut self) -> ConnectionEvent {
        if self.stage.changed().await.is_ok() {
            return ConnectionEvent::Stage(*self.stage.borrow_and_update());
        }
        let broken = Ended { end: End::Broken, data_for: Duration::ZERO };
        ConnectionEvent::Ended((&mut self.task).await.unwrap_or(broken))
    }

    /// Ends it and waits until it is over.
    pub(super) async fn close(mut self) {
        self.stop.take();
        // Its end may have been heard already, and is heard only once. A task that panicked is over, too.
        if !self.task.is_finished() {
            let _over = (&mut self.task).await;
        }
    }
}

/// A connection from inside.
struct ConnectionTask {
    feed: Arc<VenueFeed>,
    number: u64,
    stage: watch::Sender<Stage>,
    first_data: Option<Instant>,
    last_data: Option<Instant>,
}

impl ConnectionTask {
    async fn run(mut self, url: String, mut stopped: oneshot::Receiver<()>) -> Ended {
        let end = tokio::select! {
            opened = self.open(&url) => match opened {
                Ok(socket) => self.live(socket, &mut stopped).await,
                Err(end) => end,
            },
            _gone = &mut stopped => End::Requested,
        };
        self.feed.gauge.ended(self.number, end);
        let data_for = self.first_data.zip(self.last_data).map(|(first, last)| last - first);
        Ended { end, data_for: data_for.unwrap_or_default() }
    }

    /// Opens the socket and asks at once: one venue hangs up on who has not asked within five seconds.
    async fn open(&self, url: &str) -> Result<Socket, End> {
        let open = async {
            let mut socket =
                self.feed.connector.websocket(url).await.map_err(|fault| self.not_opened(url, &fault))?;
            for frame in self.feed.adapter.subscribe_frames() {
                let sent = socket.send(Message::text(frame)).await;
                sent.map_err(|fault| self.not_opened(url, &fault))?;
            }
            Ok(socket)
        };
        timeout(self.feed.timeouts.connect, open).await.unwrap_or(Err(End::NotOpenedInTime))
    }

    fn not_opened(&self, url: &str, fault: &dyn std::fmt::Display) -> End {
        tracing::warn!(venue = %self.feed.settings.name, url, %fault, "a venue could not be reached");
        End::NotOpened
    }

    async fn live(&mut self, mut socket: Socket, stopped: &mut oneshot::Receiver<()>) -> End {
        self.feed.gauge.opened(self.number);
        let end = self.listen(&mut socket, stopped).await;
        if end != End::Broken {
            let _in_time = timeout(CLOSE_MAX, socket.close(None)).await;
        }
        end
    }

    async fn listen(&mut self, socket: &mut Socket, stopped: &mut oneshot::Receiver<()>) -> End {
        let timeouts = self.feed.timeouts;
        let (mut alive_until, mut data_until) = deadlines(timeouts.idle, timeouts.dataless);
        loop {
            let message = tokio::select! {
                _gone = &mut *stopped => return End::Requested,
                () = sleep_until(alive_until) => return End::Idle,
                () = sleep_until(data_until) => return End::Dataless,
                message = socket.next() => message,
            };
            let outcome = match self.on_message(message) {
                Ok(outcome) => outcome,
                Err(end) => return end,
            };
            let (alive, data) = deadlines(timeouts.idle, timeouts.dataless);
            if outcome.is_alive {
                alive_until = alive;
            }
            if outcome.has_data {
                data_until = data;
            }
        }
    }

    /// Hands a message over. Errors: the connection is over.
    fn on_message(&mut self, message: Option<Result<Message, Error>>) -> Result<Outcome, End> {
        let nothing = Outcome { is_alive: false, has_data: false, is_leaving: false };
        match message {
            Some(Ok(Message::Text(text))) => {
                let outcome = self.feed.on_frame(text.as_str());
                self.progress(outcome);
                Ok(outcome)
            }
            Some(Ok(Message::Binary(_))) => {
                self.feed.gauge.drop_counted("binary_frame");
                Ok(nothing)
            }
            // Pings are answered by the socket. They prove a socket, not a venue.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(nothing),
            Some(Ok(Message::Close(_))) | None => Err(End::Closed),
            Some(Err(fault)) => {
                tracing::info!(venue = %self.feed.settings.name, %fault, "a connection broke");
                Err(End::Broken)
            }
        }
    }

    fn progress(&mut self, outcome: Outcome) {
        if outcome.has_data {
            let now = Instant::now();
            self.first_data.get_or_insert(now);
            self.last_data = Some(now);
            self.stage.send_if_modified(|stage| {
                let is_first = *stage == Stage::Opening;
                if is_first {
                    *stage = Stage::Data;
                }
                is_first
            });
        }
        if outcome.is_leaving {
            self.stage.send_replace(Stage::Leaving);
        }
    }
}

fn deadlines(idle: Duration, dataless: Duration) -> (Instant, Instant) {
    let now = Instant::now();
    (now + idle, now + dataless)
}
