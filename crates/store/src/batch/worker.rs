//! The PostgreSQL side of a batcher: a thread with a connection of its own, one transaction a batch.

use super::{BatchHandler, Shared, Waiting, settle};
use crate::postgres::{PgPool, PgWorker};
use crate::{StoreError, Tx, erased};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// The worker looks so often whether anybody still holds the batcher.
const LOOK: Duration = Duration::from_secs(1);

/// Starts the worker. One that cannot start leaves its commands unanswered, which their callers hear as `Closed`.
pub(super) fn start<H: BatchHandler>(shared: &Arc<Shared<H>>, pool: &PgPool) {
    let (weak, pool) = (Arc::downgrade(shared), pool.clone());
    let name = format!("{}-{}", shared.store.name(), shared.handler.verb());
    let started = std::thread::Builder::new().name(name).spawn(move || match PgWorker::start(&pool) {
        Ok(worker) => serve(&worker, &weak),
        Err(error) => tracing::error!(%error, "a batcher has no worker"),
    });
    if let Err(error) = started {
        tracing::error!(%error, "a batcher has no thread");
    }
}

fn serve<H: BatchHandler>(worker: &PgWorker, shared: &Weak<Shared<H>>) {
    while let Some(strong) = shared.upgrade() {
        let taken = strong.take();
        if taken.is_empty() {
            rest(worker, strong);
        } else {
            commit(worker, &strong, taken);
        }
    }
}

/// Waits until somebody asks or the last holder of the batcher has gone.
fn rest<H: BatchHandler>(worker: &PgWorker, shared: Arc<Shared<H>>) {
    shared.queue.lock().scheduled = false;
    if !shared.queue.lock().waiting.is_empty() {
        return;
    }
    let wake = Arc::clone(&shared.wake);
    drop(shared);
    let _woken_or_late = worker.wait(async { tokio::time::timeout(LOOK, wake.notified()).await });
}

fn commit<H: BatchHandler>(worker: &PgWorker, shared: &Arc<Shared<H>>, taken: Vec<Waiting<H>>) {
    let taken = Arc::new(taken);
    let outcomes = run(worker, shared, &taken, 0, taken.len());
    let outcomes = outcomes.map(|all| all.into_iter().map(Ok).collect()).unwrap_or_else(|error| {
        tracing::error!(verb = shared.handler.verb(), %error, "a batch failed; trying its commands alone");
        one_by_one(worker, shared, &taken)
    });
    match Arc::try_unwrap(taken) {
        Ok(taken) => settle(shared, taken, outcomes),
        // The senders fall with `taken`, and every caller hears `Closed`.
        Err(_) => tracing::error!("a batch is still held after its end"),
    }
}

fn one_by_one<H: BatchHandler>(
    worker: &PgWorker,
    shared: &Arc<Shared<H>>,
    taken: &Arc<Vec<Waiting<H>>>,
) -> Vec<Result<H::Outcome, StoreError>> {
    let one = |at| run(worker, shared, taken, at, at + 1).map(|mut one| one.remove(0));
    (0..taken.len()).map(one).collect()
}

/// One transaction of commands `from..to`; as many outcomes.
fn run<H: BatchHandler>(
    worker: &PgWorker,
    shared: &Arc<Shared<H>>,
    taken: &Arc<Vec<Waiting<H>>>,
    from: usize,
    to: usize,
) -> Result<Vec<H::Outcome>, StoreError> {
    let (shared_in, taken_in) = (Arc::clone(shared), Arc::clone(taken));
    let work = move |tx: &mut Tx<'_>| {
        let commands: Vec<_> = taken_in[from..to].iter().map(|waiting| &waiting.command).collect();
        shared_in.handle(tx, &commands)
    };
    erased::typed(worker.write(erased::write_work(work)))
}
