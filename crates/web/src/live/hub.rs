//! All topics of the process.

use super::mailbox::Mailbox;
use super::topic::Topic;
use super::{Message, ResumePoint, Update};
use futures_util::Stream;
use kernel::{Clock, SystemClock};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// Topics at once: an event page each. Unwatched ones are forgotten when a new one needs the room.
const TOPICS_MAX: usize = 10_000;

/// Every topic is being watched and there is no room for another; callers answer "not now".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many topics are being watched")]
pub struct TooManyTopics;

impl From<TooManyTopics> for kernel::Refusal {
    fn from(error: TooManyTopics) -> Self {
        Self::unavailable(error)
    }
}

/// Topics by name; cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    topics: RwLock<HashMap<Box<str>, Arc<Topic>>>,
    /// The next topic's life; starts at random, so that a place from before a restart is known as foreign.
    next_life: AtomicU64,
    clock: Arc<dyn Clock>,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    /// No topics; times are the machine's.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// No topics; sockets are told the times of `clock`.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        let first_life = RandomState::new().hash_one("topics") >> 1;
        Self(Arc::new(Inner { topics: RwLock::default(), next_life: AtomicU64::new(first_life), clock }))
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// Publishes to a topic's subscribers. A topic nobody has ever watched has no history to keep: nothing happens.
    pub fn publish(&self, topic: &str, update: Update) {
        let known = self.0.topics.read().get(topic).cloned();
        if let Some(topic) = known {
            topic.publish(self.0.clock.now(), update);
        }
    }

    /// Watches a topic, from `from` on if the topic still knows that place, else from now on.
    pub fn subscribe(&self, topic: &str, from: Option<ResumePoint>) -> Result<Subscription, TooManyTopics> {
        let topic = self.topic(topic)?;
        let (mailbox, at, needs_snapshot) = topic.subscribe(from);
        Ok(Subscription { _topic: topic, mailbox, at, needs_snapshot, clock: self.0.clock.clone() })
    }

    /// Lets a mailbox that may watch other topics watch this one too, from now on.
    pub(super) fn join(&self, topic: &str, mailbox: &Arc<Mailbox>) -> Result<Membership, TooManyTopics> {
        let topic = self.topic(topic)?;
        let at = topic.join(mailbox);
        Ok(Membership { topic, at })
    }

    fn topic(&self, name: &str) -> Result<Arc<Topic>, TooManyTopics> {
        if let Some(topic) = self.0.topics.read().get(name) {
            return Ok(topic.clone());
        }
        let mut topics = self.0.topics.write();
        if topics.len() >= TOPICS_MAX {
            topics.retain(|_, topic| topic.is_watched());
        }
        if topics.len() >= TOPICS_MAX {
            return Err(TooManyTopics);
        }
        let fresh = || Arc::new(Topic::new(self.0.next_life.fetch_add(1, Ordering::Relaxed)));
        Ok(topics.entry(name.into()).or_insert_with(fresh).clone())
    }
}

/// One subscriber's end: a stream of messages that ends when its reader fell too far behind.
#[derive(Debug)]
pub struct Subscription {
    _topic: Arc<Topic>,
    mailbox: Arc<Mailbox>,
    at: ResumePoint,
    needs_snapshot: bool,
    clock: Arc<dyn Clock>,
}

/// One topic that a mailbox watches. Dropping the mailbox is enough to end it.
#[derive(Debug)]
pub(super) struct Membership {
    topic: Arc<Topic>,
    /// The topic's last update when it began.
    pub at: ResumePoint,
}

impl Membership {
    /// Ends it while the mailbox lives on.
    pub fn leave(self, mailbox: &Arc<Mailbox>) {
        self.topic.leave(mailbox);
    }
}

impl Subscription {
    /// Whether what came before is unknown to this subscriber, so that it must be sent the present state first.
    #[must_use]
    pub fn needs_snapshot(&self) -> bool {
        self.needs_snapshot
    }

    /// The topic's last update when this subscription began; a snapshot read after it is at least as new.
    #[must_use]
    pub fn began_at(&self) -> ResumePoint {
        self.at
    }

    /// An update that stands where this subscription began, such as a snapshot.
    pub(super) fn opening(&self, update: Update) -> Arc<Message> {
        Message::new(self.at, self.clock.now(), update)
    }
}

impl Stream for Subscription {
    type Item = Arc<Message>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Arc<Message>>> {
        self.mailbox.poll_message(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::mailbox::Item;

    #[test]
    fn what_waits_of_a_topic_is_forgotten_when_it_is_left() {
        let (hub, mailbox) = (Hub::new(), Arc::new(Mailbox::default()));
        let left = hub.join("left", &mailbox).unwrap();
        let _kept = hub.join("kept", &mailbox).unwrap();
        let publish = |topic: &str| hub.publish(topic, Update::fact("n", format!("\"{topic}\"")));
        publish("left");
        publish("kept");
        left.leave(&mailbox);
        publish("left");
        let Some(Item::Message(message)) = mailbox.try_next() else { panic!("something waits") };
        assert_eq!(message.body, "\"kept\"");
        assert!(mailbox.try_next().is_none());
    }
}
