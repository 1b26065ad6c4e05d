//! One reader's bounded queue, filled by publishers and emptied by the reader's task. A reader may watch several topics.

use super::Message;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Updates that may wait for one reader. Totals merge, so a page of a hundred zones needs a hundred; a reader that is
/// further behind gains more from a snapshot.
const WAITING_MAX: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Mailbox(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Arc<Message>>,
    reader: Option<Waker>,
    /// Something waits elsewhere (a user's stream) and the reader must look there.
    has_user_events: bool,
    ended: Option<Ended>,
}

/// Why nothing will come any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The reader fell too far behind; it resumes from what it saw last.
    Overflowed,
    /// The reader's user was signed out.
    SignedOut,
}

/// What a reader finds in its mailbox.
#[derive(Debug)]
pub(super) enum Item {
    Message(Arc<Message>),
    UserEvents,
    Ended(Ended),
}

impl Mailbox {
    pub fn put(&self, message: &Arc<Message>) {
        self.change(|waiting| waiting.put(message));
    }

    /// Tells the reader to look at its user's stream.
    pub fn notify_user_events(&self) {
        self.change(|waiting| waiting.has_user_events = true);
    }

    /// Ends the reading, whatever still waits.
    pub fn end(&self, why: Ended) {
        self.change(|waiting| waiting.end(why));
    }

    /// Throws away what waits of one topic's life: its reader no longer watches it.
    pub fn forget(&self, life: u64) {
        self.0.lock().messages.retain(|message| message.at.life != life);
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.0.lock();
        change(&mut waiting);
        let reader = waiting.reader.take();
        drop(waiting);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// The next message; `None` once the mailbox has ended. For readers that watch no user's stream.
    pub fn poll_message(&self, context: &mut Context<'_>) -> Poll<Option<Arc<Message>>> {
        loop {
            match std::task::ready!(self.poll_next(context)) {
                Item::Message(message) => return Poll::Ready(Some(message)),
                Item::Ended(_) => return Poll::Ready(None),
                Item::UserEvents => {}
            }
        }
    }

    /// What the reader finds next.
    pub async fn next(&self) -> Item {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// What the reader finds now, if anything.
    pub fn try_next(&self) -> Option<Item> {
        self.0.lock().next()
    }

    fn poll_next(&self, context: &mut Context<'_>) -> Poll<Item> {
        let mut waiting = self.0.lock();
        if let Some(item) = waiting.next() {
            return Poll::Ready(item);
        }
        match &mut waiting.reader {
            Some(reader) => reader.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

impl Waiting {
    fn put(&mut self, message: &Arc<Message>) {
        if self.ended.is_some() {
            return;
        }
        if let Some(at) = self.messages.iter().position(|older| message.replaces(older)) {
            self.messages.remove(at);
        }
        self.messages.push_back(message.clone());
        if self.messages.len() > WAITING_MAX {
            self.end(Ended::Overflowed);
        }
    }

    fn end(&mut self, why: Ended) {
        self.ended.get_or_insert(why);
        self.messages = VecDeque::new();
    }

    fn next(&mut self) -> Option<Item> {
        if let Some(why) = self.ended {
            return Some(Item::Ended(why));
        }
        if std::mem::take(&mut self.has_user_events) {
            return Some(Item::UserEvents);
        }
        self.messages.pop_front().map(Item::Message)
    }
}
