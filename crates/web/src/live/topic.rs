//! One topic: its sequence, its recent history, its subscribers.

use super::mailbox::Mailbox;
use super::message::Origin;
use super::{Message, ResumePoint, Update};
use kernel::Timestamp;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

/// Updates kept for readers that come back. Merged totals take one place per key, so this is minutes of a busy event.
const HISTORY_MAX: usize = 256;

#[derive(Debug)]
pub(super) struct Topic {
    life: u64,
    origin: Origin,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    sequence: u64,
    history: VecDeque<Arc<Message>>,
    /// The last update that left the history without being replaced by a newer one.
    forgotten_to: u64,
    subscribers: Vec<Weak<Mailbox>>,
}

impl Topic {
    /// A topic whose first update has the number after `before_first`.
    pub fn new(life: u64, origin: Origin, before_first: u64) -> Self {
        let (history, subscribers) = (VecDeque::new(), Vec::new());
        let state = State { sequence: before_first, history, forgotten_to: before_first, subscribers };
        Self { life, origin, state: Mutex::new(state) }
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub fn publish(&self, published_at: Timestamp, update: Update) {
        let mut state = self.state.lock();
        state.sequence += 1;
        let at = ResumePoint { life: self.life, sequence: state.sequence };
        let message = Message::new(&self.origin, at, published_at, update);
        state.append(&message);
        state.subscribers.retain(|subscriber| match subscriber.upgrade() {
            Some(mailbox) => {
                mailbox.put(&message);
                true
            }
            None => false,
        });
    }

    /// A mailbox holding what came after `from`, where the topic begins for it, and whether it must start from a snapshot.
    pub fn subscribe(&self, from: Option<ResumePoint>) -> (Arc<Mailbox>, ResumePoint, bool) {
        let mut state = self.state.lock();
        let mailbox = Arc::new(Mailbox::default());
        let known = from.filter(|from| from.life == self.life && state.covers(from.sequence));
        if let Some(from) = known {
            state.after(from.sequence).for_each(|message| mailbox.put(message));
        }
        state.add_subscriber(&mailbox);
        (mailbox, ResumePoint { life: self.life, sequence: state.sequence }, known.is_none())
    }

    /// Adds a mailbox that may watch other topics too. Says where the topic begins for it, and what it missed since the
    /// number `since` if that is known; what is published from now on comes through the mailbox.
    pub fn join(
        &self,
        mailbox: &Arc<Mailbox>,
        since: Option<u64>,
    ) -> (ResumePoint, Option<Vec<Arc<Message>>>) {
        let mut state = self.state.lock();
        state.add_subscriber(mailbox);
        let known = since.filter(|since| state.covers(*since));
        let missed = known.map(|since| state.after(since).cloned().collect());
        (ResumePoint { life: self.life, sequence: state.sequence }, missed)
    }

    /// Takes a mailbox off the list, with what waits in it. Who is simply dropped need not leave.
    pub fn leave(&self, mailbox: &Arc<Mailbox>) {
        let is_other = |subscriber: &Weak<Mailbox>| !std::ptr::eq(subscriber.as_ptr(), Arc::as_ptr(mailbox));
        self.state.lock().subscribers.retain(is_other);
        mailbox.forget(self.life);
    }

    pub fn is_watched(&self) -> bool {
        self.state.lock().subscribers.iter().any(|subscriber| subscriber.strong_count() > 0)
    }
}

impl State {
    fn append(&mut self, message: &Arc<Message>) {
        if let Some(at) = self.history.iter().position(|older| message.replaces(older)) {
            self.history.remove(at);
        }
        self.history.push_back(message.clone());
        if self.history.len() > HISTORY_MAX
            && let Some(oldest) = self.history.pop_front()
        {
            self.forgotten_to = oldest.at.sequence;
        }
    }

    /// What is kept of the updates after a number.
    fn after(&self, sequence: u64) -> impl Iterator<Item = &Arc<Message>> {
        self.history.iter().filter(move |message| message.at.sequence > sequence)
    }

    fn covers(&self, sequence: u64) -> bool {
        (self.forgotten_to..=self.sequence).contains(&sequence)
    }

    fn add_subscriber(&mut self, mailbox: &Arc<Mailbox>) {
        // On a topic where nothing is published, those who left are swept out whenever the list would grow.
        if self.subscribers.len() == self.subscribers.capacity() {
            self.subscribers.retain(|subscriber| subscriber.strong_count() > 0);
        }
        self.subscribers.push(Arc::downgrade(mailbox));
    }
}
