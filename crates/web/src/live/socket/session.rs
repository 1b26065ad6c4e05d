//! One socket's life: one task that hears, tells, pings and ends. It holds little, because there are thousands.

use super::SocketProtocol;
use super::bucket::Bucket;
use super::door::Inner;
use super::end::End;
use super::following::{Due, Following};
use super::meters::Meters;
use super::pipe::{Heard, Pipe};
use super::places::UserPlace;
use super::said::Fault;
use crate::live::hub::Membership;
use crate::live::mailbox::{Mailbox, Turn};
use crate::live::message::envelope;
use axum::extract::ws::Utf8Bytes;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use tokio::time::{Instant, sleep_until};

/// Messages written together at most; totals of one moment usually come in twos and threes.
const TOGETHER_MAX: usize = 32;

pub(super) struct Session<P> {
    pub door: Arc<Inner<P>>,
    pub pipe: Pipe,
    pub mailbox: Arc<Mailbox>,
    pub user: Option<UserPlace>,
    pub bad_tickets: u32,
    pub channels: Vec<(String, Membership)>,
    pub following: Option<Following>,
    /// The user channel was asked for; it begins when the client has nothing more to say, for it may say `resume`.
    pub follow_wanted: bool,
    bucket: Bucket,
    heard_at: Instant,
    ping_at: Instant,
}

/// Serves one socket until it ends.
pub(super) async fn run<P: SocketProtocol>(door: Arc<Inner<P>>, pipe: Pipe) {
    let mut closing = door.parts.closing.clone();
    let mut session = Session::new(door, pipe);
    // The end of the process also cuts a write that stands still.
    let end = tokio::select! {
        biased;
        talked = session.talk() => match talked {
            Err(end) => end,
            Ok(never) => match never {},
        },
        () = closing.wait() => End::GoingAway,
    };
    Meters::dropped(end);
    // The user's place and what follows them go first: a close may take seconds, and who was told to resume comes at once.
    let Session { pipe, user, following, channels, mailbox, .. } = session;
    drop((user, following, channels, mailbox));
    pipe.close(end).await;
}

enum Happened {
    Heard(Heard),
    FollowingBegins,
    Turned(Turn),
    Alarm,
}

impl<P: SocketProtocol> Session<P> {
    fn new(door: Arc<Inner<P>>, pipe: Pipe) -> Self {
        let now = Instant::now();
        let ping_at = now + door.settings.pulse.ping_every;
        Self {
            bucket: Bucket::new(door.settings.limits.frames_per_s, now),
            door,
            pipe,
            mailbox: Arc::default(),
            user: None,
            bad_tickets: 0,
            channels: Vec::new(),
            following: None,
            follow_wanted: false,
            heard_at: now,
            ping_at,
        }
    }

    async fn talk(&mut self) -> Result<Infallible, End> {
        self.say("hello", 0, &self.door.protocol.hello()).await?;
        let mut alarm = pin!(sleep_until(self.alarm_at()));
        loop {
            let alarm_at = self.alarm_at();
            if alarm.deadline() != alarm_at {
                alarm.as_mut().reset(alarm_at);
            }
            let happened = tokio::select! {
                biased;
                heard = self.pipe.hear() => Happened::Heard(heard?),
                () = std::future::ready(()), if self.follow_wanted => Happened::FollowingBegins,
                turn = self.mailbox.turn() => Happened::Turned(turn),
                () = alarm.as_mut() => Happened::Alarm,
            };
            match happened {
                Happened::Heard(heard) => self.hear(heard).await?,
                Happened::FollowingBegins => Box::pin(self.follow_from_head()).await?,
                Happened::Turned(turn) => self.pass_on(turn).await?,
                Happened::Alarm => self.look_around().await?,
            }
        }
    }

    fn alarm_at(&self) -> Instant {
        let missing = self.following.as_ref().and_then(Following::alarm_at);
        missing.map_or(self.ping_at, |missing| missing.min(self.ping_at))
    }

    async fn hear(&mut self, heard: Heard) -> Result<(), End> {
        self.heard_at = Instant::now();
        if !self.bucket.takes(self.heard_at) {
            return Err(End::TooManyFrames);
        }
        match heard {
            // What one message asks for may take a while and much room; neither is kept for sockets that only listen.
            Heard::Text(text) => Box::pin(self.obey(&text)).await,
            Heard::Binary => self.complain(Fault::BadMessage).await,
            Heard::Pulse => Ok(()),
        }
    }

    /// Passes on what waits, several messages in one write.
    async fn pass_on(&mut self, turn: Turn) -> Result<(), End> {
        let mut texts = Vec::new();
        let mut turn = Some(turn);
        let mut nudged = false;
        while let Some(found) = turn {
            match found {
                Turn::Message(message) => texts.push(message.frame()),
                Turn::Nudged => nudged = true,
                Turn::Ended(ended) => return Err(ended.into()),
            }
            turn = if texts.len() < TOGETHER_MAX { self.mailbox.turn_now() } else { None };
        }
        if !texts.is_empty() {
            self.pipe.tell(texts).await?;
        }
        if nudged { self.catch_up().await } else { Ok(()) }
    }

    /// Tells the user's events that are due.
    pub async fn catch_up(&mut self) -> Result<(), End> {
        while let Some(following) = &mut self.following {
            match following.due(Instant::now()) {
                Due::Messages(messages) => {
                    self.pipe.tell(messages.iter().map(|message| message.frame()).collect()).await?;
                }
                Due::Nothing => return Ok(()),
                Due::Resync => return Box::pin(self.follow_from_head()).await,
                Due::TooSlow => return Err(End::TooSlow),
            }
        }
        Ok(())
    }

    async fn look_around(&mut self) -> Result<(), End> {
        let (now, pulse) = (Instant::now(), self.door.settings.pulse);
        if now.duration_since(self.heard_at) >= pulse.silence_max {
            return Err(End::Silent);
        }
        if self.user.as_ref().is_some_and(|place| place.guest.until <= self.door.parts.hub.clock().now()) {
            return Err(End::SignedOut);
        }
        if now >= self.ping_at {
            self.ping_at = now + pulse.ping_every;
            self.pipe.ping().await?;
        }
        self.catch_up().await
    }

    /// Says something of the door's own.
    pub async fn say(&mut self, kind: &str, sequence: u64, data: &str) -> Result<(), End> {
        let at = self.door.parts.hub.clock().now();
        let text: Utf8Bytes = envelope(kind, sequence, at, data);
        self.pipe.tell(vec![text]).await
    }

    pub async fn complain(&mut self, fault: Fault) -> Result<(), End> {
        self.say("error", 0, &format!(r#"{{"code":"{}"}}"#, fault.code())).await
    }
}
