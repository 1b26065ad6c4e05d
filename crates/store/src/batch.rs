//! The batcher of a hot verb: every command that is waiting is decided in one load, decide, save.
//!
//! It never waits to fill a batch: while one batch is being committed the next one gathers by itself.

mod worker;

use crate::sqlite::{Job, Mode, Verdict};
use crate::store::Engine;
use crate::{Store, StoreError, Tx};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};

/// Decides many commands of one verb in one transaction.
pub trait BatchHandler: Send + Sync + 'static {
    /// What is asked.
    type Command: Send + Sync + 'static;
    /// What is answered, including refusals: a refusal is an outcome, not an error.
    type Outcome: Send + 'static;

    /// Label in metrics (`reserve`).
    fn verb(&self) -> &'static str;

    /// Decides `commands` in order; one outcome each. May run again with the same commands, then on fresh state.
    /// An error rolls everything back, after which each command is tried alone, so that a poisonous one harms only itself.
    fn handle(&self, tx: &mut Tx<'_>, commands: &[&Self::Command]) -> Result<Vec<Self::Outcome>, StoreError>;

    /// Told after the commit, before anybody is answered: the place for hints held in memory.
    fn committed(&self, _outcomes: &[Self::Outcome]) {}
}

struct Waiting<H: BatchHandler> {
    command: H::Command,
    answer: oneshot::Sender<Result<H::Outcome, StoreError>>,
}

/// The queue in front of a handler. Cloning is cheap.
pub struct Batcher<H: BatchHandler> {
    shared: Arc<Shared<H>>,
}

impl<H: BatchHandler> Clone for Batcher<H> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

struct Shared<H: BatchHandler> {
    store: Store,
    handler: H,
    queue: Mutex<Queue<H>>,
    /// Wakes the PostgreSQL worker.
    wake: Arc<Notify>,
    batch_max: usize,
    queue_max: usize,
    /// Where answers are handed out, so that the writer does not wake its callers one by one. None outside a runtime.
    runtime: Option<Handle>,
    commands: metrics::Counter,
    batches: metrics::Counter,
}

struct Queue<H: BatchHandler> {
    waiting: VecDeque<Waiting<H>>,
    /// Whether the SQLite writer already has a job that will drain this queue.
    scheduled: bool,
}

impl<H: BatchHandler> Batcher<H> {
    /// A batcher over `store` taking at most `batch_max` commands a time and letting at most `queue_max` wait.
    /// On PostgreSQL this starts a thread with a connection of its own, which ends when the last clone is dropped.
    pub fn start(store: &Store, handler: H, batch_max: usize, queue_max: usize) -> Self {
        let labels = [("store", store.name()), ("verb", handler.verb())];
        let shared = Arc::new(Shared {
            store: store.clone(),
            commands: metrics::counter!("store_commands_total", &labels),
            batches: metrics::counter!("store_batches_total", &labels),
            handler,
            queue: Mutex::new(Queue { waiting: VecDeque::new(), scheduled: false }),
            wake: Arc::default(),
            batch_max: batch_max.max(1),
            queue_max,
            runtime: Handle::try_current().ok(),
        });
        if let Engine::Postgres(pool) = &store.inner.engine {
            worker::start(&shared, pool);
        }
        Self { shared }
    }

    /// The handler, for what it keeps in memory.
    #[must_use]
    pub fn handler(&self) -> &H {
        &self.shared.handler
    }

    /// Queues `command` and waits for its outcome, which is on disk when it arrives.
    pub async fn submit(&self, command: H::Command) -> Result<H::Outcome, StoreError> {
        let (answer, outcome) = oneshot::channel();
        let schedule = {
            let mut queue = self.shared.queue.lock();
            if queue.waiting.len() >= self.shared.queue_max {
                return Err(StoreError::Overloaded);
            }
            queue.waiting.push_back(Waiting { command, answer });
            !std::mem::replace(&mut queue.scheduled, true)
        };
        if schedule {
            match &self.shared.store.inner.engine {
                Engine::Sqlite { writer, .. } => writer.submit(Box::new(Drain::new(&self.shared))),
                Engine::Postgres(_) => self.shared.wake.notify_one(),
            }
        }
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl<H: BatchHandler> Drop for Shared<H> {
    /// The worker sees that nobody is left.
    fn drop(&mut self) {
        self.wake.notify_one();
    }
}

impl<H: BatchHandler> Shared<H> {
    fn take(&self) -> Vec<Waiting<H>> {
        let mut queue = self.queue.lock();
        let count = queue.waiting.len().min(self.batch_max);
        queue.waiting.drain(..count).collect()
    }

    fn count(&self, commands: usize) {
        self.commands.increment(commands as u64);
        self.batches.increment(1);
    }

    fn handle(&self, tx: &mut Tx<'_>, commands: &[&H::Command]) -> Result<Vec<H::Outcome>, StoreError> {
        let run = AssertUnwindSafe(|| self.handler.handle(tx, commands));
        let outcomes = catch_unwind(run).unwrap_or_else(|_| {
            Err(StoreError::Panicked(format!("in a batch of {}", self.handler.verb())))
        })?;
        if outcomes.len() == commands.len() {
            return Ok(outcomes);
        }
        Err(StoreError::Corrupt(format!("{} outcomes for {} commands", outcomes.len(), commands.len())))
    }
}

/// The SQLite writer's job: whatever waits when its turn comes.
struct Drain<H: BatchHandler> {
    shared: Arc<Shared<H>>,
    taken: Vec<Waiting<H>>,
    outcomes: Vec<Result<H::Outcome, StoreError>>,
    answered: bool,
}

impl<H: BatchHandler> Drop for Drain<H> {
    /// A job that a closed writer drops unanswered lets go of all who wait, so that they hear `Closed`.
    fn drop(&mut self) {
        if !self.answered {
            let mut queue = self.shared.queue.lock();
            let waiting = std::mem::take(&mut queue.waiting);
            queue.scheduled = false;
            drop(queue);
            drop(waiting);
        }
    }
}

impl<H: BatchHandler> Drain<H> {
    fn new(shared: &Arc<Shared<H>>) -> Self {
        Self { shared: Arc::clone(shared), taken: Vec::new(), outcomes: Vec::new(), answered: false }
    }

    fn one_by_one(&self, tx: &mut Tx<'_>) -> Result<Vec<Result<H::Outcome, StoreError>>, StoreError> {
        let mut outcomes = Vec::with_capacity(self.taken.len());
        for waiting in &self.taken {
            tx.script("SAVEPOINT command")?;
            let mark = tx.mark();
            let outcome = self.shared.handle(tx, &[&waiting.command]).map(|mut one| one.remove(0));
            if outcome.is_err() {
                tx.script("ROLLBACK TO command")?;
                tx.undo_to(mark);
            }
            tx.script("RELEASE command")?;
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    fn all_at_once(&self, tx: &mut Tx<'_>) -> Result<Vec<Result<H::Outcome, StoreError>>, StoreError> {
        let commands: Vec<_> = self.taken.iter().map(|waiting| &waiting.command).collect();
        Ok(self.shared.handle(tx, &commands)?.into_iter().map(Ok).collect())
    }
}

impl<H: BatchHandler> Job for Drain<H> {
    fn run(&mut self, tx: &mut Tx<'_>, mode: Mode) -> Verdict {
        if self.taken.is_empty() {
            self.taken = self.shared.take();
        }
        let outcomes = match mode {
            Mode::Bare => self.all_at_once(tx),
            Mode::Guarded => self.one_by_one(tx),
        };
        match outcomes {
            Ok(outcomes) => {
                self.outcomes = outcomes;
                Verdict::Keep
            }
            Err(error) => {
                tracing::error!(verb = self.shared.handler.verb(), %error, "a batch failed; trying its commands alone");
                self.outcomes = self.taken.iter().map(|_| Err(error.clone())).collect();
                if mode == Mode::Bare { Verdict::StartAgain } else { Verdict::RollBack }
            }
        }
    }

    fn answer(mut self: Box<Self>, committed: Result<(), StoreError>) {
        self.answered = true;
        let shared = Arc::clone(&self.shared);
        let (mut taken, outcomes) = (std::mem::take(&mut self.taken), std::mem::take(&mut self.outcomes));
        if let Err(error) = committed {
            if taken.is_empty() {
                // Refused before it ran (queue full, store closed): whoever waits must hear it.
                taken = shared.take();
            }
            taken.into_iter().for_each(|waiting| drop(waiting.answer.send(Err(error.clone()))));
        } else {
            settle(&shared, taken, outcomes);
        }
        reschedule(&shared);
    }
}

fn settle<H: BatchHandler>(
    shared: &Shared<H>,
    taken: Vec<Waiting<H>>,
    outcomes: Vec<Result<H::Outcome, StoreError>>,
) {
    shared.count(taken.len());
    let mut good = Vec::with_capacity(outcomes.len());
    let mut senders = Vec::with_capacity(outcomes.len());
    for (waiting, outcome) in taken.into_iter().zip(outcomes) {
        match outcome {
            Ok(outcome) => {
                good.push(outcome);
                senders.push(waiting.answer);
            }
            Err(error) => drop(waiting.answer.send(Err(error))),
        }
    }
    let tell = AssertUnwindSafe(|| shared.handler.committed(&good));
    if catch_unwind(tell).is_err() {
        // A hint was lost; what is committed is still answered.
        tracing::error!(verb = shared.handler.verb(), "a handler panicked after its commit");
    }
    // A caller that has gone away does not need its answer.
    let answer =
        move || senders.into_iter().zip(good).for_each(|(sender, outcome)| drop(sender.send(Ok(outcome))));
    match &shared.runtime {
        Some(runtime) => drop(runtime.spawn(async move { answer() })),
        None => answer(),
    }
}

/// Either hands the writer the next drain, or notes that nobody is coming.
fn reschedule<H: BatchHandler>(shared: &Arc<Shared<H>>) {
    {
        let mut queue = shared.queue.lock();
        if queue.waiting.is_empty() {
            queue.scheduled = false;
            return;
        }
    }
    if let Engine::Sqlite { writer, .. } = &shared.store.inner.engine {
        writer.submit(Box::new(Drain::new(shared)));
    }
}
