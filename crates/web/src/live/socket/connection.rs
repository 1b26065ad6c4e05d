//! One socket's life: one task that reads, writes, pings and ends. It holds little, because there are thousands.

use super::SocketProtocol;
use super::bucket::Bucket;
use super::client_message::Fault;
use super::close_reason::CloseReason;
use super::endpoint::Inner;
use super::frame_io::{FrameIo, Inbound};
use super::socket_metrics::SocketMetrics;
use super::socket_slots::UserSlot;
use super::user_subscription::{Due, UserSubscription};
use crate::live::hub::Membership;
use crate::live::mailbox::{Item, Mailbox};
use crate::live::message::envelope;
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
    bucket: Bucket,
    received_at: Instant,
    ping_at: Instant,
}

/// Serves one socket until it ends.
pub(super) async fn run<P: SocketProtocol>(endpoint: Arc<Inner<P>>, frames: FrameIo) {
    let mut closing = endpoint.parts.closing.clone();
    let mut connection = Connection::new(endpoint, frames);
    // The end of the process also cuts a write that stands still.
    let reason = tokio::select! {
        biased;
        served = connection.serve() => match served {
            Err(reason) => reason,
            Ok(never) => match never {},
        },
        () = closing.wait() => CloseReason::GoingAway,
    };
    SocketMetrics::dropped(reason);
    // The user's slot and what follows them go first: a close may take seconds, and who was told to resume comes at once.
    let Connection { frames, user, user_subscription, channels, mailbox, .. } = connection;
    drop((user, user_subscription, channels, mailbox));
    frames.close(reason).await;
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
            received_at: now,
            ping_at,
        }
    }

    async fn serve(&mut self) -> Result<Infallible, CloseReason> {
        self.send_notice("hello", 0, &self.endpoint.protocol.hello()).await?;
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
        missing.map_or(self.ping_at, |missing| missing.min(self.ping_at))
    }

    async fn on_frame(&mut self, inbound: Inbound) -> Result<(), CloseReason> {
        self.received_at = Instant::now();
        if !self.bucket.takes(self.received_at) {
            return Err(CloseReason::TooManyFrames);
        }
        match inbound {
            // What one message asks for may take a while and much room; neither is kept for sockets that only listen.
            Inbound::Text(text) => Box::pin(self.handle_message(&text)).await,
            Inbound::Binary => self.send_error(Fault::BadMessage).await,
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
            self.frames.send(texts).await?;
        }
        if has_user_events { self.send_due_events().await } else { Ok(()) }
    }

    /// Sends the user's events that are due.
    pub async fn send_due_events(&mut self) -> Result<(), CloseReason> {
        while let Some(user_subscription) = &mut self.user_subscription {
            match user_subscription.due(Instant::now()) {
                Due::Messages(messages) => {
                    self.frames.send(messages.iter().map(|message| message.frame()).collect()).await?;
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
        if now >= self.ping_at {
            self.ping_at = now + heartbeat.ping_every;
            self.frames.ping().await?;
        }
        self.send_due_events().await
    }

    /// Sends something of the endpoint's own.
    pub async fn send_notice(&mut self, kind: &str, sequence: u64, data: &str) -> Result<(), CloseReason> {
        let at = self.endpoint.parts.hub.clock().now();
        let text: Utf8Bytes = envelope(kind, sequence, at, data);
        self.frames.send(vec![text]).await
    }

    pub async fn send_error(&mut self, fault: Fault) -> Result<(), CloseReason> {
        self.send_notice("error", 0, &format!(r#"{{"code":"{}"}}"#, fault.code())).await
    }
}
