//! What a connection does about each message of its client.

use super::client_message::{ChannelRequest, ClientMessage, SocketFault};
use super::close_reason::CloseReason;
use super::connection::Connection;
use super::user_subscription::UserSubscription;
use super::{Channel, SocketOpening, SocketProtocol, SocketSession};
use crate::live::Message;
use crate::live::dialect::Notice;
use crate::live::hub::Membership;
use axum::extract::ws::Utf8Bytes;
use kernel::{Meaning, Refusal};
use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a stall may take to answer the endpoint.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// Why something requested does not happen: the client is told, or the socket ends.
enum Rejection {
    Fault(SocketFault),
    Close(CloseReason),
}

impl From<SocketFault> for Rejection {
    fn from(fault: SocketFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<CloseReason> for Rejection {
    fn from(reason: CloseReason) -> Self {
        Self::Close(reason)
    }
}

impl<P: SocketProtocol> Connection<P> {
    /// Does what was asked before there was a message: the stall knows the user already, or a channel to watch.
    pub async fn begin(&mut self, opening: SocketOpening) -> Result<(), CloseReason> {
        if let Some(session) = opening.session {
            self.take_user_slot(session)?;
        }
        let whole = |name| ChannelRequest { name, since: None };
        self.subscribe_all(opening.channels.into_iter().map(whole).collect()).await
    }

    /// Does what a message asks for. Errors end the socket; what merely does not happen is answered with an error.
    pub async fn handle_message(&mut self, text: &str) -> Result<(), CloseReason> {
        let done = match self.endpoint.dialect.parse(text) {
            Err(fault) => Err(Rejection::Fault(fault)),
            Ok(ClientMessage::Ping) => self.send_notice(&Notice::Pong).await.map_err(Rejection::Close),
            Ok(ClientMessage::Auth { ticket }) => self.sign_in(&ticket).await,
            Ok(ClientMessage::Subscribe(requests)) => return self.subscribe_all(requests).await,
            Ok(ClientMessage::Unsubscribe(channels)) => return self.unsubscribe_all(&channels).await,
            Ok(ClientMessage::Resume { last_seq }) => self.resume(last_seq).await,
            Ok(ClientMessage::Batch(batches)) => {
                self.batches = batches;
                Ok(())
            }
        };
        self.report(done, None).await
    }

    async fn report(
        &mut self,
        done: Result<(), Rejection>,
        channel: Option<&str>,
    ) -> Result<(), CloseReason> {
        match done {
            Ok(()) => Ok(()),
            Err(Rejection::Fault(fault)) => self.send_error(fault, channel).await,
            Err(Rejection::Close(reason)) => Err(reason),
        }
    }

    async fn sign_in(&mut self, ticket: &str) -> Result<(), Rejection> {
        if self.user.is_some() && !self.endpoint.rules.renews_sign_in {
            return Err(SocketFault::AlreadySignedIn.into());
        }
        let session = match with_timeout(self.endpoint.protocol.authenticate(ticket)).await {
            Ok(session) => session,
            Err(refusal) if refusal.meaning == Meaning::Unauthenticated => return Err(self.bad_ticket()),
            Err(refusal) => return Err(unavailable(&refusal).into()),
        };
        match &mut self.user {
            None => self.take_user_slot(session)?,
            Some(slot) if slot.session.user == session.user => slot.renew(session),
            Some(_) => return Err(SocketFault::AlreadySignedIn.into()),
        }
        Ok(self.send_notice(&Notice::SignedIn).await?)
    }

    fn take_user_slot(&mut self, session: SocketSession) -> Result<(), CloseReason> {
        let slot = self.endpoint.slots.take_for_user(session, &self.mailbox);
        self.user = Some(slot.ok_or(CloseReason::TooManyOfUser)?);
        Ok(())
    }

    fn bad_ticket(&mut self) -> Rejection {
        self.bad_tickets += 1;
        let may_try_again = self.bad_tickets < self.endpoint.rules.bad_tickets_max;
        if may_try_again { SocketFault::BadTicket.into() } else { CloseReason::BadTickets.into() }
    }

    fn signed_in(&self) -> Result<i64, SocketFault> {
        self.user.as_ref().map(|slot| slot.session.user).ok_or(SocketFault::SignInFirst)
    }

    async fn subscribe_all(&mut self, requests: Vec<ChannelRequest>) -> Result<(), CloseReason> {
        if requests.len() > self.endpoint.settings.limits.channels {
            return self.send_error(SocketFault::TooManyChannels, None).await;
        }
        for request in requests {
            let done = self.subscribe(&request).await;
            self.report(done, Some(&request.name)).await?;
        }
        Ok(())
    }

    async fn subscribe(&mut self, request: &ChannelRequest) -> Result<(), Rejection> {
        let Some(topic) = self.topic_of(&request.name)? else {
            self.user_channel_requested = self.user_subscription.is_none();
            return Ok(());
        };
        if let Some((_, known)) = self.channels.iter().find(|(known, _)| *known == request.name) {
            let notice = Notice::Subscribed { channel: &request.name, sequence: known.at.sequence };
            return Ok(self.send_notice(&notice).await?);
        }
        if self.channels.len() >= self.endpoint.settings.limits.channels {
            return Err(SocketFault::TooManyChannels.into());
        }
        let hub = &self.endpoint.parts.hub;
        let joined = hub.join(&topic, &self.mailbox, request.since).map_err(|_| SocketFault::Unavailable)?;
        match joined.missed {
            Some(missed) => self.go_on(request, joined.membership, &missed).await,
            None => self.open(request, joined.membership).await,
        }
    }

    /// The topic of a channel that this client may watch; `None` for the user's private stream.
    fn topic_of(&self, name: &str) -> Result<Option<Cow<'static, str>>, SocketFault> {
        match self.endpoint.protocol.channel(name).ok_or(SocketFault::UnknownChannel)? {
            Channel::Public(topic) => Ok(Some(topic)),
            Channel::SignedIn(topic) => self.signed_in().map(|_| Some(topic)),
            Channel::Owned { owner, topic } if self.signed_in()? == owner => Ok(Some(topic)),
            Channel::Owned { .. } => Err(SocketFault::ForbiddenChannel),
            Channel::User => self.signed_in().map(|_| None),
        }
    }

    /// Sends what a client that comes back missed of a channel.
    async fn go_on(
        &mut self,
        request: &ChannelRequest,
        membership: Membership,
        missed: &[Arc<Message>],
    ) -> Result<(), Rejection> {
        let (channel, sequence) = (request.name.as_str(), request.since.unwrap_or_default());
        let subscribed = self.notice_frame(&Notice::Subscribed { channel, sequence });
        self.channels.push((request.name.clone(), membership));
        self.frames.send(subscribed.into_iter().collect()).await?;
        Ok(self.send_updates(missed.iter().map(|message| message.frame()).collect()).await?)
    }

    /// Sends the state from which the channel goes on. Without it the watching does not begin.
    async fn open(&mut self, request: &ChannelRequest, membership: Membership) -> Result<(), Rejection> {
        let user = self.user.as_ref().map(|slot| slot.session.user);
        let updates = match with_timeout(self.endpoint.protocol.snapshot(&request.name, user)).await {
            Ok(updates) => updates,
            Err(refusal) => {
                membership.leave(&self.mailbox);
                return Err(unavailable(&refusal).into());
            }
        };
        let mut frames = self.opening_frames(request, membership.at.sequence);
        let now = self.endpoint.parts.hub.clock().now();
        frames.extend(updates.into_iter().map(|update| membership.opening(now, update).frame()));
        self.channels.push((request.name.clone(), membership));
        Ok(self.frames.send(frames).await?)
    }

    /// What precedes a channel's snapshot; who hoped to go on is told that it starts anew.
    fn opening_frames(&self, request: &ChannelRequest, sequence: u64) -> Vec<Utf8Bytes> {
        let channel = request.name.as_str();
        let subscribed = self.notice_frame(&Notice::Subscribed { channel, sequence });
        let resync = Notice::Resync { channel: Some(channel), sequence };
        let resync = request.since.and_then(|_| self.notice_frame(&resync));
        subscribed.into_iter().chain(resync).collect()
    }

    async fn unsubscribe_all(&mut self, channels: &[String]) -> Result<(), CloseReason> {
        if channels.len() > self.endpoint.settings.limits.channels {
            return self.send_error(SocketFault::TooManyChannels, None).await;
        }
        for channel in channels {
            match self.endpoint.protocol.channel(channel) {
                None => return self.send_error(SocketFault::UnknownChannel, Some(channel)).await,
                Some(Channel::User) => (self.user_subscription, self.user_channel_requested) = (None, false),
                Some(Channel::Public(_) | Channel::SignedIn(_) | Channel::Owned { .. }) => {
                    self.leave(channel)
                }
            }
            self.send_notice(&Notice::Unsubscribed { channel }).await?;
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
        let head = with_timeout(self.endpoint.protocol.user_head(user)).await;
        let head = head.map_err(|refusal| unavailable(&refusal))?;
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
        self.send_notice(&Notice::Resync { channel: None, sequence: head }).await?;
        Box::pin(self.send_due_events()).await
    }
}

/// The stall's answer, if it comes in time.
async fn with_timeout<T>(answer: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    let late = |_| Err(Refusal::unavailable("the stall did not answer the endpoint in time"));
    timeout(ANSWER_MAX, answer).await.unwrap_or_else(late)
}

/// Logs why a stall could not answer.
fn unavailable(refusal: &Refusal) -> SocketFault {
    let cause = refusal.internal.as_deref().unwrap_or_default();
    tracing::warn!(code = refusal.code, cause, "a socket's request was refused");
    SocketFault::Unavailable
}
