//! Streams of single users: facts with a gapless sequence that the database gave, and the recent past for those who return.
//!
//! Several committers may publish out of order and more than once. The events of a user lie here by their number, and every
//! reader has a place of its own: it reads on from there and waits where one is missing. So no order of arrival can make a
//! reader see a hole, a repetition or a step back. What is kept is bounded by age, per user and in all, whether anybody
//! watches or not.

mod history;
mod shard;

pub use history::UserHistory;

pub(super) use shard::{Reading, Standing};

use super::dialect::{Dialect, STANDARD};
use super::mailbox::Mailbox;
use super::message::Origin;
use super::{Message, ResumePoint, Update};
use kernel::{Clock, SystemClock};
use parking_lot::Mutex;
use shard::Shard;
use std::sync::Arc;
use tokio::time::Instant;

/// Parts of the whole under a lock each, so that two committers seldom meet.
const SHARDS: usize = 16;

/// The streams of all users; cloning it is cheap. Nothing in it is the truth: losing it costs readers a look at the REST API.
#[derive(Debug, Clone)]
pub struct UserStreams(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shards: Vec<Mutex<Shard>>,
    clock: Arc<dyn Clock>,
    origin: Origin,
}

impl Default for UserStreams {
    fn default() -> Self {
        Self::new()
    }
}

impl UserStreams {
    /// No events; ordinary bounds; times are the machine's.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Arc::new(SystemClock), UserHistory::default())
    }

    /// No events. Readers are told the times of `clock`.
    #[must_use]
    pub fn with(clock: Arc<dyn Clock>, history: UserHistory) -> Self {
        Self::with_dialect(clock, history, &STANDARD)
    }

    /// No events; sockets speak `dialect`.
    #[must_use]
    pub fn with_dialect(clock: Arc<dyn Clock>, history: UserHistory, dialect: &'static dyn Dialect) -> Self {
        let bounds = history.shared_by(SHARDS);
        let shards = (0..SHARDS).map(|_| Mutex::new(Shard::new(bounds))).collect();
        let origin = Origin { dialect, topic: None };
        Self(Arc::new(Inner { shards, clock, origin }))
    }

    /// Publishes to a user's readers. Call it after the commit that gave `seq`, which counts 1, 2, 3 … per user without a gap;
    /// the order of calls is free, and the same number again changes nothing.
    pub fn publish(&self, user: i64, seq: u64, update: Update) {
        // A fact, whatever it was made as: merging would tear a hole into the sequence.
        let update = Update { merge: None, ..update };
        let at = ResumePoint { life: 0, sequence: seq };
        let message = Message::new(&self.0.origin, at, self.0.clock.now(), update);
        self.shard(user).lock().insert(user, message, Instant::now());
    }

    /// Lets a mailbox be notified whenever something is published to `user`.
    pub(super) fn follow(&self, user: i64, mailbox: &Arc<Mailbox>) {
        self.shard(user).lock().follow(user, mailbox);
    }

    /// Ends that.
    pub(super) fn unfollow(&self, user: i64, mailbox: &Arc<Mailbox>) {
        self.shard(user).lock().unfollow(user, mailbox);
    }

    /// What follows from number `next` on, and what comes after that.
    pub(super) fn read(&self, user: i64, next: u64) -> Reading {
        self.shard(user).lock().read(user, next)
    }

    /// The highest number that was published to a user and is remembered; 0 when none is.
    pub(super) fn newest(&self, user: i64) -> u64 {
        self.shard(user).lock().newest(user)
    }

    /// Events kept at this moment, and their bytes.
    #[must_use]
    pub fn kept(&self) -> (usize, usize) {
        let each = self.0.shards.iter().map(|shard| shard.lock().kept());
        each.fold((0, 0), |(events, bytes), (more, more_bytes)| (events + more, bytes + more_bytes))
    }

    fn shard(&self, user: i64) -> &Mutex<Shard> {
        let at = user.unsigned_abs() % SHARDS as u64;
        &self.0.shards[usize::try_from(at).expect("below the number of shards")]
    }
}
