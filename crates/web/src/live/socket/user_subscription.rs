//! One socket's place in its user's stream. It says what is due to be sent; the connection sends it.

use crate::live::mailbox::Mailbox;
use crate::live::users::{Reading, Standing};
use crate::live::{Message, UserStreams};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a missing event may be on its way between its commit and us.
const MISSING_MAX: Duration = Duration::from_secs(1);

/// A run of events n, n+1, n+2 … of one user.
#[derive(Debug)]
pub(super) struct UserSubscription {
    streams: UserStreams,
    mailbox: Arc<Mailbox>,
    user: i64,
    /// The number that must be sent next.
    next: u64,
    /// The last number known to be committed when the run began; what is missing up to here is waited for.
    due_to: u64,
    missing_since: Option<Instant>,
    /// The run has caught up once. Before that a forgotten event means a late return, afterwards a slow reader.
    caught_up: bool,
}

/// What the connection must do.
#[derive(Debug)]
pub(super) enum Due {
    /// Send these and ask again.
    Messages(Vec<Arc<Message>>),
    /// Nothing now.
    Nothing,
    /// Begin a new run at the head and say so.
    Resync,
    /// End: the reader is too slow.
    TooSlow,
}

impl UserSubscription {
    /// A place that knows nothing yet: it follows, and a run must begin with the last committed number, read after this.
    pub fn new(streams: UserStreams, user: i64, mailbox: &Arc<Mailbox>) -> Self {
        streams.follow(user, mailbox);
        let mailbox = mailbox.clone();
        Self { streams, mailbox, user, next: 1, due_to: 0, missing_since: None, caught_up: false }
    }

    /// Begins a run after `last_seq`, with `head` the last committed number; false when that is no place of this user's stream.
    pub fn resume(&mut self, last_seq: u64, head: u64) -> bool {
        let head = head.max(self.streams.newest(self.user));
        self.begin(last_seq, head);
        last_seq <= head
    }

    /// Begins a run after everything that is committed; answers the number of its last event.
    pub fn begin_at_head(&mut self, head: u64) -> u64 {
        let head = head.max(self.streams.newest(self.user));
        self.begin(head, head);
        head
    }

    fn begin(&mut self, last_seq: u64, head: u64) {
        self.next = last_seq.saturating_add(1);
        self.due_to = head;
        (self.missing_since, self.caught_up) = (None, false);
    }

    /// What must be done now.
    pub fn due(&mut self, now: Instant) -> Due {
        let Reading { messages, standing } = self.streams.read(self.user, self.next);
        if let Some(last) = messages.last() {
            self.next = last.at.sequence.saturating_add(1);
            self.missing_since = None;
            return Due::Messages(messages);
        }
        match standing {
            Standing::More => Due::Messages(messages),
            Standing::Forgotten if self.caught_up => Due::TooSlow,
            Standing::Forgotten => Due::Resync,
            Standing::UpToDate if self.next > self.due_to => {
                (self.missing_since, self.caught_up) = (None, true);
                Due::Nothing
            }
            Standing::UpToDate | Standing::Missing => self.wait(now),
        }
    }

    fn wait(&mut self, now: Instant) -> Due {
        let since = *self.missing_since.get_or_insert(now);
        if now.duration_since(since) >= MISSING_MAX { Due::Resync } else { Due::Nothing }
    }

    /// When to ask again although nothing was published.
    pub fn timer_at(&self) -> Option<Instant> {
        self.missing_since.map(|since| since + MISSING_MAX)
    }
}

impl Drop for UserSubscription {
    fn drop(&mut self) {
        self.streams.unfollow(self.user, &self.mailbox);
    }
}
