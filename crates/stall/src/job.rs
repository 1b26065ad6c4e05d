//! Timed work: what it is called, how often it runs, on how many nodes, what it does. The ground drives it, tests drive it by
//! hand.

use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;

/// One run: how many rows it changed.
pub type Run = BoxFuture<'static, Result<usize, StoreError>>;

/// On which nodes a job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// On every node: it keeps the node's own memory true.
    EveryNode,
    /// On one node at a time, which holds a lease. It must still be correct when two run it: a lease can be lost mid-run.
    OneNode,
}

/// One piece of timed work over a stall's parts `A`.
pub struct TimedJob<A> {
    /// Its name in logs, metrics and leases.
    pub name: &'static str,
    /// How long to rest after a run that found nothing; a run that found something is followed by another at once.
    pub every: Duration,
    /// On which nodes it runs.
    pub scope: Scope,
    /// Does what is due now; how many rows it changed. Errors: the store; it will run again.
    pub run: fn(Arc<A>) -> Run,
}

impl<A> Clone for TimedJob<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for TimedJob<A> {}

impl<A> std::fmt::Debug for TimedJob<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TimedJob({} every {:?} on {:?})", self.name, self.every, self.scope)
    }
}

impl<A: Send + Sync + 'static> TimedJob<A> {
    /// The job over these parts.
    #[must_use]
    pub fn over(self, app: &Arc<A>) -> Job {
        let app = Arc::clone(app);
        let run = self.run;
        Job::new(self.name, self.every, self.scope, move || run(Arc::clone(&app)))
    }
}

/// A job that needs nothing more to run.
#[derive(Clone)]
pub struct Job {
    /// Its name in logs, metrics and leases.
    pub name: &'static str,
    /// How long to rest after a run that found nothing.
    pub every: Duration,
    /// On which nodes it runs.
    pub scope: Scope,
    run: Arc<dyn Fn() -> Run + Send + Sync>,
}

impl Job {
    /// A job that does what `run` does.
    pub fn new(
        name: &'static str,
        every: Duration,
        scope: Scope,
        run: impl Fn() -> Run + Send + Sync + 'static,
    ) -> Self {
        Self { name, every, scope, run: Arc::new(run) }
    }

    /// Does what is due now; how many rows it changed.
    pub fn run(&self) -> Run {
        (self.run)()
    }
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Job({} every {:?} on {:?})", self.name, self.every, self.scope)
    }
}
