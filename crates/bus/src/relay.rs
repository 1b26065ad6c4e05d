//! The relay: one turn takes what is due and what is new, in order. Driven by hand in tests, by a task in the server.

use crate::deliveries::{self, Delivery};
use crate::{Failure, Subscriber, TRIES_MAX};
use kernel::{Event, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::jobs::backoff_secs;
use store::outbox::{self, Queued};
use store::{Store, StoreError, Tx, inbox, leases};

/// Facts of one turn; larger turns hold the writer longer than they save.
const TURN_MAX: usize = 1000;
/// New events that a subscriber handles in one transaction.
const TOGETHER_MAX: usize = 100;
/// Retries of one turn.
const RETRIES_MAX: i64 = 100;
/// How long a relay that stopped renewing keeps others out.
const LEASE_SECS: i64 = 10;

/// How a relay behaves.
#[derive(Debug, Clone)]
pub struct RelaySettings {
    /// This process among several on one database; the lease is taken in its name.
    pub owner: String,
    /// How long to rest when nothing was new.
    pub rest: Duration,
}

/// What a turn did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turn {
    /// New facts handed on.
    pub published: usize,
    /// Put aside or tried again without success.
    pub failed: usize,
    /// Given up.
    pub dead: usize,
    /// Whether another process has the lease.
    pub elsewhere: bool,
}

/// Hands facts from one stall's outbox to its subscribers.
pub struct Relay {
    store: Store,
    subscribers: Vec<Arc<dyn Subscriber>>,
    settings: RelaySettings,
}

impl Relay {
    /// A relay over `store`.
    #[must_use]
    pub fn new(store: Store, subscribers: Vec<Arc<dyn Subscriber>>, settings: RelaySettings) -> Self {
        Self { store, subscribers, settings }
    }

    /// How long to rest after a turn that found nothing.
    #[must_use]
    pub fn rest(&self) -> Duration {
        self.settings.rest
    }

    /// One turn at `now`. `jitter` in -1.0..=1.0 spreads retries. Errors: the store; nothing is lost, the next turn sees it again.
    pub async fn turn(&self, now: Timestamp, jitter: f64) -> Result<Turn, StoreError> {
        let work = self.store.read(move |tx| {
            Ok::<_, StoreError>((deliveries::due(tx, now, RETRIES_MAX)?, outbox::pending(tx, TURN_MAX)?))
        });
        let (due, new) = work.await?;
        let mut turn = Turn::default();
        if due.is_empty() && new.is_empty() {
            return Ok(turn);
        }
        if !self.has_lease(now).await? {
            return Ok(Turn { elsewhere: true, ..turn });
        }
        for delivery in due {
            self.retry(delivery, now, jitter, &mut turn).await?;
        }
        for subscriber in &self.subscribers {
            let events = new.iter().map(|queued| &queued.event);
            let wanted: Vec<_> = events.filter(|event| subscriber.wants(&event.kind)).cloned().collect();
            for some in wanted.chunks(TOGETHER_MAX) {
                self.deliver_some(subscriber, some, now, jitter, &mut turn).await?;
            }
        }
        self.mark_published(&new).await?;
        turn.published = new.len();
        Ok(turn)
    }

    /// On SQLite the file's lock keeps other processes out; on PostgreSQL a lease does.
    async fn has_lease(&self, now: Timestamp) -> Result<bool, StoreError> {
        if self.store.backend() == store::Backend::Sqlite {
            return Ok(true);
        }
        let owner = self.settings.owner.clone();
        self.store.write(move |tx| leases::acquire(tx, "relay", &owner, now, now.plus_secs(LEASE_SECS))).await
    }

    async fn mark_published(&self, new: &[Queued]) -> Result<(), StoreError> {
        let numbers: Vec<_> = new.iter().map(|queued| queued.seq).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        self.store.write(move |tx| outbox::mark_published(tx, &numbers)).await
    }

    /// New events for one subscriber, in one transaction: a commit for each would be the speed of the disk. Where one of
    /// them fails, or an earlier one of the subscriber waits, each has a transaction of its own.
    async fn deliver_some(
        &self,
        subscriber: &Arc<dyn Subscriber>,
        events: &[Event],
        now: Timestamp,
        jitter: f64,
        turn: &mut Turn,
    ) -> Result<(), StoreError> {
        let name = subscriber.name();
        let waits = self.store.read(move |tx| deliveries::any_waits(tx, name)).await?;
        if !waits && self.deliver(subscriber, events, now).await.is_none() {
            return Ok(());
        }
        for event in events {
            self.deliver_one(subscriber, event, now, jitter, turn).await?;
        }
        Ok(())
    }

    async fn deliver_one(
        &self,
        subscriber: &Arc<dyn Subscriber>,
        event: &Event,
        now: Timestamp,
        jitter: f64,
        turn: &mut Turn,
    ) -> Result<(), StoreError> {
        let (name, key) = (subscriber.name(), event.key);
        let blocked = self.store.read(move |tx| deliveries::is_blocked(tx, name, key)).await?;
        let failure = if blocked {
            Some((0, Failure::Retry("waits behind an earlier fact of the same key".into())))
        } else {
            self.deliver(subscriber, std::slice::from_ref(event), now).await.map(|failure| (1, failure))
        };
        let Some((attempts, failure)) = failure else { return Ok(()) };
        let (run_at, error) = next_attempt(&failure, attempts, now, jitter);
        turn.failed += 1;
        turn.dead += usize::from(run_at.is_none());
        let (event, error) = (event.clone(), error.to_owned());
        let aside =
            move |tx: &mut Tx<'_>| deliveries::put_aside(tx, name, &event, (attempts, &error), (now, run_at));
        self.store.write(aside).await
    }

    async fn retry(
        &self,
        delivery: Delivery,
        now: Timestamp,
        jitter: f64,
        turn: &mut Turn,
    ) -> Result<(), StoreError> {
        let subscriber = self.subscribers.iter().find(|subscriber| subscriber.name() == delivery.consumer);
        let failure = match subscriber {
            Some(subscriber) => self.deliver(subscriber, std::slice::from_ref(&delivery.event), now).await,
            None => Some(Failure::GiveUp("this program has no such subscriber".into())),
        };
        let id = delivery.id;
        let Some(failure) = failure else {
            return self.store.write(move |tx| deliveries::remove(tx, id)).await;
        };
        let (run_at, error) = next_attempt(&failure, delivery.attempts + 1, now, jitter);
        turn.failed += 1;
        turn.dead += usize::from(run_at.is_none());
        let error = error.to_owned();
        self.store.write(move |tx| deliveries::failed(tx, id, &error, now, run_at)).await
    }

    /// Handles `events` in one transaction with their rows in the inbox. `None`: handled, now or before.
    async fn deliver(
        &self,
        subscriber: &Arc<dyn Subscriber>,
        events: &[Event],
        now: Timestamp,
    ) -> Option<Failure> {
        let (subscriber, events) = (Arc::clone(subscriber), events.to_vec());
        let handled = self.store.write(move |tx| {
            for event in &events {
                if inbox::first_time(tx, subscriber.name(), event.id, now)? {
                    subscriber.handle(tx, event, now)?;
                }
            }
            Ok::<_, Failure>(())
        });
        handled.await.err()
    }
}

/// When to try again; none: never.
fn next_attempt(failure: &Failure, attempts: i64, now: Timestamp, jitter: f64) -> (Option<Timestamp>, &str) {
    match failure {
        Failure::GiveUp(error) => (None, error),
        Failure::Retry(error) if attempts >= TRIES_MAX => (None, error),
        Failure::Retry(error) => {
            let exponent = u32::try_from((attempts - 1).max(0)).unwrap_or(u32::MAX);
            let wait = Duration::from_secs_f64(backoff_secs(exponent, jitter));
            (Some(now.plus(wait)), error)
        }
    }
}
