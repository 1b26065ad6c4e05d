//! What a connection does about each message of its client.

use super::client_message::{CHANNELS_MAX, ClientMessage, Fault, parse};
use super::close_reason::CloseReason;
use super::connection::Connection;
use super::user_subscription::UserSubscription;
use super::{Channel, SocketProtocol};
use crate::live::hub::Membership;
use crate::live::{Message, Update};
use kernel::{Meaning, Refusal};
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

/// How long a stall may take to answer the endpoint.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// Bad tickets one socket may send; a ticket is 32 random bytes, so that guessing is hopeless anyhow.
const BAD_TICKETS_MAX: u32 = 3;

/// Why something requested does not happen: the client is told, or the socket ends.
enum Rejection {
    Fault(Fault),
    Close(CloseReason),
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<CloseReason> for Rejection {
    fn from(reason: CloseReason) -> Self {
        Self::Close(reason)
    }
}

impl<P: SocketProtocol> Connection<P> {
    /// Does what a message asks for. Errors end the socket; what merely does not happen is answered with `error`.
    pub async fn handle_message(&mut self, text: &str) -> Result<(), CloseReason> {
        let done = match parse(text) {
            Err(fault) => Err(Rejection::Fault(fault)),
            Ok(ClientMessage::Ping {}) => self.send_notice("pong", 0, "{}").await.map_err(Rejection::Close),
            Ok(ClientMessage::Auth { ticket }) => self.sign_in(&ticket).await,
            Ok(ClientMessage::Subscribe { channels }) => return self.subscribe_all(channels).await,
            Ok(ClientMessage::Unsubscribe { channels }) => self.unsubscribe(&channels),
            Ok(ClientMessage::Resume { last_seq }) => self.resume(last_seq).await,
        };
        self.report(done).await
    }

    async fn report(&mut self, done: Result<(), Rejection>) -> Result<(), CloseReason> {
        match done {
            Ok(()) => Ok(()),
            Err(Rejection::Fault(fault)) => self.send_error(fault).await,
            Err(Rejection::Close(reason)) => Err(reason),
        }
    }

    async fn sign_in(&mut self, ticket: &str) -> Result<(), Rejection> {
        if self.user.is_some() {
            return Err(Fault::AlreadySignedIn.into());
        }
        let session = match with_timeout(self.endpoint.protocol.authenticate(ticket)).await {
            Ok(session) => session,
            Err(refusal) if refusal.meaning == Meaning::Unauthenticated => return Err(self.bad_ticket()),
            Err(refusal) => return Err(unavailable(&refusal).into()),
        };
        let slot = self.endpoint.slots.take_for_user(session, &self.mailbox);
        self.user = Some(slot.ok_or(CloseReason::TooManyOfUser)?);
        Ok(())
    }

    fn bad_ticket(&mut self) -> Rejection {
        self.bad_tickets += 1;
        if self.bad_tickets < BAD_TICKETS_MAX {
            Fault::BadTicket.into()
        } else {
            CloseReason::BadTickets.into()
        }
    }

    fn signed_in(&self) -> Result<i64, Fault> {
        self.user.as_ref().map(|slot| slot.session.user).ok_or(Fault::SignInFirst)
    }

    async fn subscribe_all(&mut self, channels: Vec<String>) -> Result<(), CloseReason> {
        for channel in channels {
            let done = self.subscribe(channel).await;
            self.report(done).await?;
        }
        Ok(())
    }

    async fn subscribe(&mut self, channel: String) -> Result<(), Rejection> {
        let topic = match self.endpoint.protocol.channel(&channel).ok_or(Fault::UnknownChannel)? {
            Channel::Public(topic) => topic,
            Channel::SignedIn(topic) => {
                self.signed_in()?;
                topic
            }
            Channel::User => {
                self.signed_in()?;
                self.user_channel_requested = self.user_subscription.is_none();
                return Ok(());
            }
        };
        if self.channels.iter().any(|(known, _)| *known == channel) {
            return Ok(());
        }
        if self.channels.len() >= CHANNELS_MAX {
            return Err(Fault::TooManyChannels.into());
        }
        let membership =
            self.endpoint.parts.hub.join(&topic, &self.mailbox).map_err(|_| Fault::Unavailable)?;
        self.open(channel, membership).await
    }

    /// Sends the state from which the channel goes on. Without it the watching does not begin.
    async fn open(&mut self, channel: String, membership: Membership) -> Result<(), Rejection> {
        let user = self.user.as_ref().map(|slot| slot.session.user);
        let updates = match with_timeout(self.endpoint.protocol.snapshot(&channel, user)).await {
            Ok(updates) => updates,
            Err(refusal) => {
                membership.leave(&self.mailbox);
                return Err(unavailable(&refusal).into());
            }
        };
        let now = self.endpoint.parts.hub.clock().now();
        let frame = |update: Update| Message::new(membership.at, now, update).frame();
        let texts = updates.into_iter().map(frame).collect();
        self.channels.push((channel, membership));
        Ok(self.frames.send(texts).await?)
    }

    fn unsubscribe(&mut self, channels: &[String]) -> Result<(), Rejection> {
        for channel in channels {
            match self.endpoint.protocol.channel(channel).ok_or(Fault::UnknownChannel)? {
                Channel::User => (self.user_subscription, self.user_channel_requested) = (None, false),
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

    async fn resume(&mut self, last_seq: u64) -> Result<(), Rejection> {
        let user = self.signed_in()?;
        self.user_channel_requested = false;
        let mut user_subscription = self.user_subscription.take().unwrap_or_else(|| self.follow(user));
        let head = with_timeout(self.endpoint.protocol.user_head(user))
            .await
            .map_err(|refusal| unavailable(&refusal))?;
        let is_known = user_subscription.resume(last_seq, head);
        self.user_subscription = Some(user_subscription);
        let sent = if is_known { self.send_due_events().await } else { self.resync(head).await };
        sent.map_err(Rejection::Close)
    }

    fn follow(&self, user: i64) -> UserSubscription {
        UserSubscription::new(self.endpoint.parts.users.clone(), user, &self.mailbox)
    }

    /// Begins a run of the user's events after the last committed one.
    pub async fn follow_from_head(&mut self) -> Result<(), CloseReason> {
        self.user_channel_requested = false;
        let Ok(user) = self.signed_in() else { return Ok(()) };
        if self.user_subscription.is_none() {
            self.user_subscription = Some(self.follow(user));
        }
        match with_timeout(self.endpoint.protocol.user_head(user)).await {
            Ok(head) => self.resync(head).await,
            Err(refusal) => {
                unavailable(&refusal);
                Err(CloseReason::Unavailable)
            }
        }
    }

    async fn resync(&mut self, head: u64) -> Result<(), CloseReason> {
        let Some(user_subscription) = &mut self.user_subscription else { return Ok(()) };
        let head = user_subscription.begin_at_head(head);
        self.send_notice("resync", head, "{}").await?;
        Box::pin(self.send_due_events()).await
    }
}

/// The stall's answer, if it comes in time.
async fn with_timeout<T>(answer: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    let late = |_| Err(Refusal::unavailable("the stall did not answer the endpoint in time"));
    timeout(ANSWER_MAX, answer).await.unwrap_or_else(late)
}

/// Logs why a stall could not answer.
fn unavailable(refusal: &Refusal) -> Fault {
    let cause = refusal.internal.as_deref().unwrap_or_default();
    tracing::warn!(code = refusal.code, cause, "a socket's request was refused");
    Fault::Unavailable
}
