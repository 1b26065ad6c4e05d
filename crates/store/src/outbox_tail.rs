//! The tail of the outbox: facts as they are committed, in order, for those who only look (open pages, say).
//!
//! It reads and never marks: losing it costs freshness, and the relay still carries every fact to whoever must act on it. On
//! PostgreSQL a lower number may be committed later, so some facts are read again each time: whoever gets them must not mind
//! repetition.

use crate::outbox::{self, Queued};
use crate::{Backend, Store, StoreError};
use std::pin::pin;
use std::time::Duration;

/// Between two looks; a fact is seen within this and the time of a commit.
const REST: Duration = Duration::from_millis(20);
/// After a look that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Facts of one look.
const LOOK_MAX: usize = 2_000;
/// On PostgreSQL a lower number may be committed later: so many are looked at again.
const OVERLAP: i64 = 256;

/// What one look saw.
#[derive(Debug, Clone, Copy)]
pub struct Look<'l> {
    /// The facts, in order; some of them may have been seen before.
    pub facts: &'l [Queued],
    /// How many of them have numbers above all that were seen before.
    pub fresh: usize,
}

/// Where a reader of the outbox is.
#[derive(Debug)]
pub struct OutboxTail {
    seen: i64,
}

impl OutboxTail {
    /// Begins at the end: what is older is read from the tables.
    pub async fn at_end(store: &Store) -> Result<Self, StoreError> {
        Ok(Self { seen: store.read(outbox::newest).await? })
    }

    /// One look: hands what is there to `publish`, and says how many facts were fresh.
    pub async fn look(&mut self, store: &Store, publish: &impl Fn(Look<'_>)) -> Result<usize, StoreError> {
        let overlap = if store.backend() == Backend::Postgres { OVERLAP } else { 0 };
        let from = (self.seen - overlap).max(0);
        let facts = store.read(move |tx| outbox::after(tx, from, LOOK_MAX)).await?;
        let fresh = facts.iter().filter(|queued| queued.seq > self.seen).count();
        publish(Look { facts: &facts, fresh });
        self.seen = facts.last().map_or(self.seen, |last| last.seq.max(self.seen));
        Ok(fresh)
    }
}

/// Publishes every fact from now on, until `closing` is over; a look that has begun is finished.
pub async fn run(store: &Store, closing: impl Future<Output = ()>, publish: impl Fn(Look<'_>)) {
    let mut closing = pin!(closing);
    let mut tail = None;
    loop {
        let rest = match step(store, &mut tail, &publish).await {
            Ok(LOOK_MAX) => Duration::ZERO,
            Ok(_) => REST,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be followed; its facts will be read later");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = &mut closing => return,
        }
    }
}

/// Finds the end first, then looks.
async fn step(
    store: &Store,
    tail: &mut Option<OutboxTail>,
    publish: &impl Fn(Look<'_>),
) -> Result<usize, StoreError> {
    match tail {
        Some(tail) => tail.look(store, publish).await,
        None => {
            *tail = Some(OutboxTail::at_end(store).await?);
            Ok(0)
        }
    }
}
