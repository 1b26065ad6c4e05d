//! One socket's life: one task that reads, writes, pings and ends. It holds little, because there are thousands.

use super::bucket::Bucket;
use super::client_message::SocketFault;
use super::close_reason::CloseReason;
use super::endpoint::Inner;
use super::frame_io::{FrameIo, Inbound};
use super::socket_metrics::SocketMetrics;
use super::socket_slots::UserSlot;
use super::user_subscription::{Due, UserSubscription};
use super::{SocketOpening, SocketProtocol};
use crate::live::dialect::Notice;
use crate::live::hub::Membership;
use crate::live::mailbox::{Ended, Item, Mailbox};
use axum::extract::ws::Utf8Bytes;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use tokio::time::{Instant, sleep_until};

/// Messages written together at most; totals of one moment usually come in twos and threes.
const TOGETHER_MAX: usize = 32;

pub(super) struct Connection<P> {
    pub endpoint: Arc<Inner<P>>,
    pub frames: FrameIo,
    pub mailbox: Arc<Mailbox>,
    pub user: Option<UserSlot>,
    pub bad_tickets: u32,
    pub channels: Vec<(String, Membership)>,
    pub user_subscription: Option<UserSubscription>,
    /// The user channel was asked for; it begins when the client has nothing more to say, for it may say `resume`.
    pub user_channel_requested: bool,
    /// Several updates may come in one frame.
    pub batches: bool,
    /// When the client must have signed in.
    sign_in_by: Option<Instant>,
    bucket: Bucket,
    received_at: Instant,
    ping_at: Instant,
}

/// Serves one socket until it ends.
pub(super) async fn run<P: SocketProtocol>(endpoint: Arc<Inner<P>>, frames: FrameIo, opening: SocketOpening) {
    let (mut closing, dialect) = (endpoint.parts.closing.clone(), endpoint.dialect);
    let mut connection = Connection::new(endpoint, frames);
    // The end of the process also cuts a write that stands still.
    let reason = tokio::select! {
        biased;
        served = connection.serve(opening) => match served {
            Err(reason) => reason,
            Ok(never) => match never {},
        },
        () = closing.wait() => CloseReason::GoingAway,
    };
    SocketMetrics::dropped(reason);
    // The user's slot and what follows them go first: a close may take seconds, and who was told to resume comes at once.
    let Connection { frames, user, user_subscription, channels, mailbox, .. } = connection;
    drop((user, user_subscription, channels, mailbox));
    frames.close(reason, dialect).await;
}

enum Event {
    Received(Inbound),
    UserChannelOpens,
    Mailbox(Item),
    Timer,
}

impl<P: SocketProtocol> Connection<P> {
    fn new(endpoint: Arc<Inner<P>>, frames: FrameIo) -> Self {
        let now = Instant::now();
        let endpoint_rules = endpoint.rules;
        let ping_at = now + endpoint.settings.heartbeat.ping_every;
        Self {
            bucket: Bucket::new(endpoint.settings.limits.frames_per_s, now),
            endpoint,
            frames,
            mailbox: Arc::default(),
            user: None,
            bad_tickets: 0,
            channels: Vec::new(),
            user_subscription: None,
            user_channel_requested: false,
            batches: false,
            sign_in_by: endpoint_rules.sign_in_within.map(|within| now + within),
            received_at: now,
            ping_at,
        }
    }

    async fn serve(&mut self, opening: SocketOpening) -> Result<Infallible, CloseReason> {
        let hello = self.endpoint.protocol.hello();
        self.send_notice(&Notice::Hello(&hello)).await?;
        drop(hello);
        Box::pin(self.begin(opening)).await?;
        let mut timer = pin!(sleep_until(self.timer_at()));
        loop {
            let timer_at = self.timer_at();
            if timer.deadline() != timer_at {
                timer.as_mut().reset(timer_at);
            }
            let event = tokio::select! {
                biased;
                inbound = self.frames.receive() => Event::Received(inbound?),
                () = std::future::ready(()), if self.user_channel_requested => Event::UserChannelOpens,
                item = self.mailbox.next() => Event::Mailbox(item),
                () = timer.as_mut() => Event::Timer,
            };
            match event {
                Event::Received(inbound) => self.on_frame(inbound).await?,
                Event::UserChannelOpens => Box::pin(self.follow_from_head()).await?,
                Event::Mailbox(item) => self.forward(item).await?,
                Event::Timer => self.on_timer().await?,
            }
        }
    }

    fn timer_at(&self) -> Instant {
        let missing = self.user_subscription.as_ref().and_then(UserSubscription::timer_at);
        let sign_in_by = self.sign_in_by.filter(|_| self.user.is_none());
        missing.into_iter().chain(sign_in_by).fold(self.ping_at, Instant::min)
    }

    async fn on_frame(&mut self, inbound: Inbound) -> Result<(), CloseReason> {
        self.received_at = Instant::now();
        if !self.bucket.takes(self.received_at) {
            return Err(CloseReason::TooManyFrames);
        }
        match inbound {
            // What one message asks for may take a while and much room; neither is kept for sockets that only listen.
            Inbound::Text(text) => Box::pin(self.handle_message(&text)).await,
            Inbound::Binary => self.send_error(SocketFault::BadMessage, None).await,
            Inbound::Heartbeat => Ok(()),
        }
    }

    /// Passes on what waits, several messages in one write.
    async fn forward(&mut self, first: Item) -> Result<(), CloseReason> {
        let mut texts = Vec::new();
        let mut next = Some(first);
        let mut has_user_events = false;
        while let Some(item) = next {
            match item {
                Item::Message(message) => texts.push(message.frame()),
                Item::UserEvents => has_user_events = true,
                Item::Ended(ended) => return Err(ended.into()),
            }
            next = if texts.len() < TOGETHER_MAX { self.mailbox.try_next() } else { None };
        }
        if !texts.is_empty() {
            self.send_updates(texts).await?;
        }
        if has_user_events { self.send_due_events().await } else { Ok(()) }
    }

    /// Sends the user's events that are due.
    pub async fn send_due_events(&mut self) -> Result<(), CloseReason> {
        while let Some(user_subscription) = &mut self.user_subscription {
            match user_subscription.due(Instant::now()) {
                Due::Messages(messages) => {
                    self.send_updates(messages.iter().map(|message| message.frame()).collect()).await?;
                }
                Due::Nothing => return Ok(()),
                Due::Resync => return Box::pin(self.follow_from_head()).await,
                Due::TooSlow => return Err(CloseReason::TooSlow),
            }
        }
        Ok(())
    }

    async fn on_timer(&mut self) -> Result<(), CloseReason> {
        let (now, heartbeat) = (Instant::now(), self.endpoint.settings.heartbeat);
        if now.duration_since(self.received_at) >= heartbeat.silence_max {
            return Err(CloseReason::Silent);
        }
        if self
            .user
            .as_ref()
            .is_some_and(|slot| slot.session.expires_at <= self.endpoint.parts.hub.clock().now())
        {
            return Err(CloseReason::SignedOut);
        }
        if self.user.is_none() && self.sign_in_by.is_some_and(|by| now >= by) {
            return Err(CloseReason::SignInLate);
        }
        if now >= self.ping_at {
            self.ping_at = now + heartbeat.ping_every;
            self.frames.ping().await?;
        }
        self.send_due_events().await
    }

    /// Writes updates, as one frame for clients that take batches.
    pub async fn send_updates(&mut self, frames: Vec<Utf8Bytes>) -> Result<(), CloseReason> {
        let is_batch = self.batches && frames.len() > 1;
        match is_batch.then(|| self.endpoint.dialect.batch(&frames)).flatten() {
            Some(batch) => self.frames.send(vec![batch.into()]).await,
            None => self.frames.send(frames).await,
        }
    }

    /// Sends something of the endpoint's own, if the dialect has a word for it.
    pub async fn send_notice(&mut self, notice: &Notice<'_>) -> Result<(), CloseReason> {
        match self.notice_frame(notice) {
            Some(frame) => self.frames.send(vec![frame]).await,
            None => Ok(()),
        }
    }

    /// A notice in the dialect's words.
    pub fn notice_frame(&self, notice: &Notice<'_>) -> Option<Utf8Bytes> {
        let now = self.endpoint.parts.hub.clock().now();
        self.endpoint.dialect.notice(notice, now).map(Utf8Bytes::from)
    }

    pub async fn send_error(&mut self, fault: SocketFault, channel: Option<&str>) -> Result<(), CloseReason> {
        self.send_notice(&Notice::Error { fault, channel }).await
    }
}

impl From<Ended> for CloseReason {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Overflowed => Self::TooSlow,
            Ended::SignedOut => Self::SignedOut,
        }
    }
}
