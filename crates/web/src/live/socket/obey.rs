//! What a session does about each thing a client says.

use super::end::End;
use super::following::Following;
use super::said::{CHANNELS_MAX, Fault, Said, parse};
use super::session::Session;
use super::{Channel, SocketProtocol};
use crate::live::hub::Membership;
use crate::live::{Message, Update};
use kernel::{Meaning, Refusal};
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

/// How long a stall may take to answer the door.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// Bad tickets one socket may send; a ticket is 32 random bytes, so that guessing is hopeless anyhow.
const BAD_TICKETS_MAX: u32 = 3;

/// Why something asked for does not happen: the client is told, or the socket ends.
enum No {
    Fault(Fault),
    End(End),
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<End> for No {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

impl<P: SocketProtocol> Session<P> {
    /// Does what a message asks for. Errors end the socket; what merely does not happen is answered with `error`.
    pub async fn obey(&mut self, text: &str) -> Result<(), End> {
        let done = match parse(text) {
            Err(fault) => Err(No::Fault(fault)),
            Ok(Said::Ping {}) => self.say("pong", 0, "{}").await.map_err(No::End),
            Ok(Said::Auth { ticket }) => self.sign_in(&ticket).await,
            Ok(Said::Subscribe { channels }) => return self.subscribe_all(channels).await,
            Ok(Said::Unsubscribe { channels }) => self.unsubscribe(&channels),
            Ok(Said::Resume { last_seq }) => self.resume(last_seq).await,
        };
        self.answered(done).await
    }

    async fn answered(&mut self, done: Result<(), No>) -> Result<(), End> {
        match done {
            Ok(()) => Ok(()),
            Err(No::Fault(fault)) => self.complain(fault).await,
            Err(No::End(end)) => Err(end),
        }
    }

    async fn sign_in(&mut self, ticket: &str) -> Result<(), No> {
        if self.user.is_some() {
            return Err(Fault::AlreadySignedIn.into());
        }
        let guest = match in_time(self.door.protocol.admit(ticket)).await {
            Ok(guest) => guest,
            Err(refusal) if refusal.meaning == Meaning::Unauthenticated => return Err(self.bad_ticket()),
            Err(refusal) => return Err(not_now(&refusal).into()),
        };
        let place = self.door.places.take_of_user(guest, &self.mailbox);
        self.user = Some(place.ok_or(End::TooManyOfUser)?);
        Ok(())
    }

    fn bad_ticket(&mut self) -> No {
        self.bad_tickets += 1;
        if self.bad_tickets < BAD_TICKETS_MAX { Fault::BadTicket.into() } else { End::BadTickets.into() }
    }

    fn signed_in(&self) -> Result<i64, Fault> {
        self.user.as_ref().map(|place| place.guest.user).ok_or(Fault::SignInFirst)
    }

    async fn subscribe_all(&mut self, channels: Vec<String>) -> Result<(), End> {
        for channel in channels {
            let done = self.subscribe(channel).await;
            self.answered(done).await?;
        }
        Ok(())
    }

    async fn subscribe(&mut self, channel: String) -> Result<(), No> {
        let topic = match self.door.protocol.channel(&channel).ok_or(Fault::UnknownChannel)? {
            Channel::Public(topic) => topic,
            Channel::SignedIn(topic) => {
                self.signed_in()?;
                topic
            }
            Channel::User => {
                self.signed_in()?;
                self.follow_wanted = self.following.is_none();
                return Ok(());
            }
        };
        if self.channels.iter().any(|(known, _)| *known == channel) {
            return Ok(());
        }
        if self.channels.len() >= CHANNELS_MAX {
            return Err(Fault::TooManyChannels.into());
        }
        let membership = self.door.parts.hub.join(&topic, &self.mailbox).map_err(|_| Fault::Unavailable)?;
        self.open(channel, membership).await
    }

    /// Tells the state from which the channel goes on. Without it the watching does not begin.
    async fn open(&mut self, channel: String, membership: Membership) -> Result<(), No> {
        let user = self.user.as_ref().map(|place| place.guest.user);
        let updates = match in_time(self.door.protocol.snapshot(&channel, user)).await {
            Ok(updates) => updates,
            Err(refusal) => {
                membership.leave(&self.mailbox);
                return Err(not_now(&refusal).into());
            }
        };
        let now = self.door.parts.hub.clock().now();
        let frame = |update: Update| Message::new(membership.at, now, update).frame();
        let texts = updates.into_iter().map(frame).collect();
        self.channels.push((channel, membership));
        Ok(self.pipe.tell(texts).await?)
    }

    fn unsubscribe(&mut self, channels: &[String]) -> Result<(), No> {
        for channel in channels {
            match self.door.protocol.channel(channel).ok_or(Fault::UnknownChannel)? {
                Channel::User => (self.following, self.follow_wanted) = (None, false),
                Channel::Public(_) | Channel::SignedIn(_) => self.leave(channel),
            }
        }
        Ok(())
    }

    fn leave(&mut self, channel: &str) {
        if let Some(at) = self.channels.iter().position(|(known, _)| known == channel) {
            let (_, membership) = self.channels.swap_remove(at);
            membership.leave(&self.mailbox);
        }
    }

    async fn resume(&mut self, last_seq: u64) -> Result<(), No> {
        let user = self.signed_in()?;
        self.follow_wanted = false;
        let mut following = self.following.take().unwrap_or_else(|| self.follow(user));
        let head = in_time(self.door.protocol.user_head(user)).await.map_err(|refusal| not_now(&refusal))?;
        let is_known = following.resume(last_seq, head);
        self.following = Some(following);
        let told = if is_known { self.catch_up().await } else { self.resync(head).await };
        told.map_err(No::End)
    }

    fn follow(&self, user: i64) -> Following {
        Following::new(self.door.parts.users.clone(), user, &self.mailbox)
    }

    /// Begins a run of the user's events after the last committed one.
    pub async fn follow_from_head(&mut self) -> Result<(), End> {
        self.follow_wanted = false;
        let Ok(user) = self.signed_in() else { return Ok(()) };
        if self.following.is_none() {
            self.following = Some(self.follow(user));
        }
        match in_time(self.door.protocol.user_head(user)).await {
            Ok(head) => self.resync(head).await,
            Err(refusal) => {
                not_now(&refusal);
                Err(End::Unavailable)
            }
        }
    }

    async fn resync(&mut self, head: u64) -> Result<(), End> {
        let Some(following) = &mut self.following else { return Ok(()) };
        let head = following.begin_at_head(head);
        self.say("resync", head, "{}").await?;
        Box::pin(self.catch_up()).await
    }
}

/// Asks the stall, with a limit on its patience.
async fn in_time<T>(asked: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    let late = |_| Err(Refusal::unavailable("the stall did not answer the door in time"));
    timeout(ANSWER_MAX, asked).await.unwrap_or_else(late)
}

/// Notes why a stall could not answer.
fn not_now(refusal: &Refusal) -> Fault {
    let cause = refusal.internal.as_deref().unwrap_or_default();
    tracing::warn!(code = refusal.code, cause, "a socket's wish was refused");
    Fault::Unavailable
}
