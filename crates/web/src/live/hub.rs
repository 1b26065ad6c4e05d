//! All topics of the process.

use super::dialect::{Dialect, STANDARD};
use super::mailbox::Mailbox;
use super::message::Origin;
use super::topic::Topic;
use super::{Message, ResumePoint, Update};
use futures_util::Stream;
use kernel::{Clock, Timestamp};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// Topics at once: an event page each. Unwatched ones are forgotten when a new one needs the room.
const TOPICS_MAX: usize = 10_000;
/// The beginning of 2020 in Unix milliseconds: numbers by time count from here.
const NUMBERS_BEGIN_MS: i64 = 1_577_836_800_000;
/// Numbers a millisecond has, where a topic's begin with the time. More than a topic publishes, so that a later history
/// begins after an earlier one ended; few enough that a number stays exact in JavaScript (below 2^53) until 2089.
const NUMBERS_PER_MS: u64 = 4_096;

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
    dialect: &'static dyn Dialect,
}

impl Hub {
    /// No topics; sockets are told the times of `clock`.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self::with_dialect(clock, &STANDARD)
    }

    /// No topics; sockets speak `dialect`.
    #[must_use]
    pub fn with_dialect(clock: Arc<dyn Clock>, dialect: &'static dyn Dialect) -> Self {
        let first_life = RandomState::new().hash_one("topics") >> 1;
        let next_life = AtomicU64::new(first_life);
        Self(Arc::new(Inner { topics: RwLock::default(), next_life, clock, dialect }))
    }

    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        self.0.dialect
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

    /// Publishes to every topic that somebody has watched and whose name begins with `prefix`.
    pub fn publish_below(&self, prefix: &str, update: &Update) {
        let topics: Vec<_> = {
            let known = self.0.topics.read();
            known
                .iter()
                .filter(|(name, _)| name.starts_with(prefix))
                .map(|(_, topic)| Arc::clone(topic))
                .collect()
        };
        let now = self.0.clock.now();
        topics.iter().for_each(|topic| topic.publish(now, update.clone()));
    }

    /// Watches a topic, from `from` on if the topic still knows that place, else from now on.
    pub fn subscribe(&self, topic: &str, from: Option<ResumePoint>) -> Result<Subscription, TooManyTopics> {
        let topic = self.topic(topic)?;
        let (mailbox, at, needs_snapshot) = topic.subscribe(from);
        Ok(Subscription { topic, mailbox, at, needs_snapshot, clock: self.0.clock.clone() })
    }

    /// Lets a mailbox that may watch other topics watch this one too, from now on.
    pub(super) fn join(
        &self,
        topic: &str,
        mailbox: &Arc<Mailbox>,
        since: Option<u64>,
    ) -> Result<Joined, TooManyTopics> {
        let topic = self.topic(topic)?;
        let (at, missed) = topic.join(mailbox, since);
        Ok(Joined { membership: Membership { topic, at }, missed })
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
        Ok(topics.entry(name.into()).or_insert_with(|| Arc::new(self.fresh_topic(name))).clone())
    }

    fn fresh_topic(&self, name: &str) -> Topic {
        let life = self.0.next_life.fetch_add(1, Ordering::Relaxed);
        let origin = Origin { dialect: self.0.dialect, topic: Some(name.into()) };
        Topic::new(life, origin, self.before_first())
    }

    /// The number before a fresh topic's first.
    fn before_first(&self) -> u64 {
        if !self.0.dialect.rules().resumes_channels {
            return 0;
        }
        let now_ms = self.0.clock.now().as_micros().div_euclid(1_000);
        u64::try_from(now_ms - NUMBERS_BEGIN_MS).unwrap_or(0).saturating_mul(NUMBERS_PER_MS)
    }
}

/// One subscriber's end: a stream of messages that ends when its reader fell too far behind.
#[derive(Debug)]
pub struct Subscription {
    topic: Arc<Topic>,
    mailbox: Arc<Mailbox>,
    at: ResumePoint,
    needs_snapshot: bool,
    clock: Arc<dyn Clock>,
}

/// How the watching of a topic begins.
#[derive(Debug)]
pub(super) struct Joined {
    pub membership: Membership,
    /// What came after the number that was named; `None` when that is not known.
    pub missed: Option<Vec<Arc<Message>>>,
}

/// One topic that a mailbox watches. Dropping the mailbox is enough to end it.
#[derive(Debug)]
pub(super) struct Membership {
    topic: Arc<Topic>,
    /// The topic's last update when it began.
    pub at: ResumePoint,
}

impl Membership {
    /// An update that stands where this membership began, such as a snapshot.
    pub fn opening(&self, now: Timestamp, update: Update) -> Arc<Message> {
        Message::new(self.topic.origin(), self.at, now, update)
    }

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
        Message::new(self.topic.origin(), self.at, self.clock.now(), update)
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
        let hub = Hub::with_clock(Arc::new(kernel::SystemClock));
        let mailbox = Arc::new(Mailbox::default());
        let left = hub.join("left", &mailbox, None).unwrap().membership;
        let _kept = hub.join("kept", &mailbox, None).unwrap().membership;
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
