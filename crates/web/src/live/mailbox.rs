//! One subscriber's bounded queue, filled by publishers and emptied by the subscriber's stream.

use super::Message;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Updates that may wait for one subscriber. Totals merge, so a page of a hundred zones needs a hundred; a reader that is
/// further behind gains more from a snapshot.
const WAITING_MAX: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Mailbox(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Arc<Message>>,
    reader: Option<Waker>,
    /// It overflowed; the stream ends and the reader resumes from what it saw last.
    overflowed: bool,
}

impl Mailbox {
    pub fn put(&self, message: &Arc<Message>) {
        let mut waiting = self.0.lock();
        waiting.put(message);
        let reader = waiting.reader.take();
        drop(waiting);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// The next message; `None` once the mailbox has overflowed.
    pub fn poll_take(&self, context: &mut Context<'_>) -> Poll<Option<Arc<Message>>> {
        let mut waiting = self.0.lock();
        if waiting.overflowed {
            return Poll::Ready(None);
        }
        match waiting.messages.pop_front() {
            Some(message) => Poll::Ready(Some(message)),
            None => {
                waiting.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Waiting {
    fn put(&mut self, message: &Arc<Message>) {
        if let Some(at) = self.messages.iter().position(|older| message.replaces(older)) {
            self.messages.remove(at);
        }
        self.messages.push_back(message.clone());
        if self.messages.len() > WAITING_MAX {
            self.overflowed = true;
            self.messages.clear();
        }
    }
}
