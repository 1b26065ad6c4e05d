//! Some users' events by number, and the order in which they are forgotten.

use super::UserHistory;
use crate::live::Message;
use crate::live::mailbox::Mailbox;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Weak};
use tokio::time::Instant;

/// Events handed to a reader at once; it asks again when they are written.
const READ_MAX: usize = 64;
/// What an event costs beside its text: the message, its places in the two orders.
const EVENT_OVERHEAD: usize = 320;

#[derive(Debug)]
pub(super) struct Shard {
    bounds: UserHistory,
    users: HashMap<i64, User>,
    /// Every arrival, oldest first. One whose event is gone already means nothing.
    arrivals: VecDeque<Arrival>,
    events: usize,
    bytes: usize,
}

#[derive(Debug, Default)]
struct User {
    events: BTreeMap<u64, Arc<Message>>,
    /// The highest number that was kept once and is not any more.
    forgotten_to: u64,
    /// The highest number that was ever published.
    newest: u64,
    readers: Vec<Weak<Mailbox>>,
}

#[derive(Debug, Clone, Copy)]
struct Arrival {
    at: Instant,
    user: i64,
    seq: u64,
}

/// What a reader gets: events without a gap from its place on, and how it stands after them.
#[derive(Debug)]
pub(in crate::live) struct Reading {
    pub messages: Vec<Arc<Message>>,
    pub standing: Standing,
}

/// How a reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::live) enum Standing {
    /// More can be read at once.
    More,
    /// Nothing later is known.
    UpToDate,
    /// Later ones are known, the next is not: it is on its way, or lost.
    Missing,
    /// The next has been forgotten.
    Forgotten,
}

impl Shard {
    pub fn new(bounds: UserHistory) -> Self {
        Self { bounds, users: HashMap::new(), arrivals: VecDeque::new(), events: 0, bytes: 0 }
    }

    pub fn insert(&mut self, user: i64, message: Arc<Message>, now: Instant) {
        let seq = message.at.sequence;
        let known = self.users.entry(user).or_default();
        if known.events.contains_key(&seq) {
            return;
        }
        (self.events, self.bytes) = (self.events + 1, self.bytes + cost(&message));
        known.events.insert(seq, message);
        known.newest = known.newest.max(seq);
        known
            .readers
            .retain(|reader| reader.upgrade().inspect(|mailbox| mailbox.notify_user_events()).is_some());
        let is_full = known.events.len() > self.bounds.events_per_user;
        let oldest = known.events.keys().next().copied().filter(|_| is_full);
        self.arrivals.push_back(Arrival { at: now, user, seq });
        if let Some(oldest) = oldest {
            self.forget(user, oldest);
        }
        self.forget_old(now);
    }

    fn forget_old(&mut self, now: Instant) {
        while let Some(oldest) = self.arrivals.front().copied() {
            let is_old = now.duration_since(oldest.at) > self.bounds.age;
            let are_many = self.arrivals.len() > self.bounds.events || self.bytes > self.bounds.bytes;
            if !is_old && !are_many {
                return;
            }
            self.arrivals.pop_front();
            self.forget(oldest.user, oldest.seq);
        }
    }

    fn forget(&mut self, user: i64, seq: u64) {
        let Some(known) = self.users.get_mut(&user) else { return };
        let Some(message) = known.events.remove(&seq) else { return };
        (self.events, self.bytes) = (self.events - 1, self.bytes - cost(&message));
        known.forgotten_to = known.forgotten_to.max(seq);
        if known.events.is_empty() && !known.is_read() {
            self.users.remove(&user);
        }
    }

    pub fn follow(&mut self, user: i64, mailbox: &Arc<Mailbox>) {
        let known = self.users.entry(user).or_default();
        known.readers.retain(|reader| reader.strong_count() > 0);
        known.readers.push(Arc::downgrade(mailbox));
    }

    pub fn unfollow(&mut self, user: i64, mailbox: &Arc<Mailbox>) {
        let Some(known) = self.users.get_mut(&user) else { return };
        known.readers.retain(|reader| !std::ptr::eq(reader.as_ptr(), Arc::as_ptr(mailbox)));
        if known.events.is_empty() && !known.is_read() {
            self.users.remove(&user);
        }
    }

    pub fn read(&self, user: i64, next: u64) -> Reading {
        match self.users.get(&user) {
            Some(user) => user.read(next),
            None => Reading { messages: Vec::new(), standing: Standing::UpToDate },
        }
    }

    pub fn newest(&self, user: i64) -> u64 {
        self.users.get(&user).map_or(0, |user| user.newest)
    }

    pub fn kept(&self) -> (usize, usize) {
        (self.events, self.bytes)
    }
}

impl User {
    fn read(&self, next: u64) -> Reading {
        let numbered = (next..).zip(self.events.range(next..));
        let gapless = numbered.take_while(|(expected, (seq, _))| expected == *seq).take(READ_MAX);
        let messages: Vec<_> = gapless.map(|(_, (_, message))| message.clone()).collect();
        let next = messages.last().map_or(next, |last| last.at.sequence.saturating_add(1));
        Reading { messages, standing: self.standing(next) }
    }

    fn standing(&self, next: u64) -> Standing {
        if self.events.contains_key(&next) {
            Standing::More
        } else if next <= self.forgotten_to {
            Standing::Forgotten
        } else if next <= self.newest {
            Standing::Missing
        } else {
            Standing::UpToDate
        }
    }

    fn is_read(&self) -> bool {
        self.readers.iter().any(|reader| reader.strong_count() > 0)
    }
}

fn cost(message: &Message) -> usize {
    2 * message.body.len() + EVENT_OVERHEAD
}
