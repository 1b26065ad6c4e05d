//! What runs in the background, by name: awaited at the end of the process, and told of when it ends before that.

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::task::JoinHandle;
use web::Closing;

/// The background tasks of a process; cloning shares them. A task that ends while the process goes on is an error in the log
/// and fails readiness under its name: half a process must not be sent requests.
#[derive(Clone)]
pub struct Tasks {
    closing: Closing,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    running: Mutex<Vec<JoinHandle<()>>>,
    ended: Mutex<Vec<EndedTask>>,
}

/// A task that ended although the process goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedTask {
    /// Its name.
    pub name: String,
    /// Why, for our log.
    pub cause: String,
}

impl Tasks {
    /// No task yet; they may end once `closing` has begun.
    #[must_use]
    pub fn new(closing: Closing) -> Self {
        Self { closing, shared: Arc::default() }
    }

    /// Starts `task`, which runs until the process closes.
    pub fn spawn(&self, name: impl Into<String>, task: impl Future<Output = ()> + Send + 'static) {
        let (watched, name) = (self.clone(), name.into());
        let guarded = async move {
            let ended = AssertUnwindSafe(task).catch_unwind().await;
            watched.ended(name, if ended.is_ok() { "it returned" } else { "it panicked" });
        };
        self.shared.running.lock().push(tokio::spawn(guarded));
    }

    /// Watches a task that was started elsewhere, as if it had been started here.
    pub fn watch(&self, name: impl Into<String>, task: JoinHandle<()>) {
        let (watched, name) = (self.clone(), name.into());
        self.spawn_unguarded(async move {
            let ended = task.await;
            watched.ended(name, if ended.is_ok() { "it returned" } else { "it panicked" });
        });
    }

    fn spawn_unguarded(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.shared.running.lock().push(tokio::spawn(task));
    }

    fn ended(&self, name: String, cause: &str) {
        if self.closing.has_begun() {
            return;
        }
        tracing::error!(task = name, cause, "a background task ended while the process goes on");
        metrics::counter!("tasks_ended_total", "task" => name.clone()).increment(1);
        self.shared.ended.lock().push(EndedTask { name, cause: cause.to_owned() });
    }

    /// The tasks that ended although the process goes on, in the order in which they did.
    #[must_use]
    pub fn ended_early(&self) -> Vec<EndedTask> {
        self.shared.ended.lock().clone()
    }

    /// Waits until every task has ended.
    pub async fn join(&self) {
        loop {
            let running = std::mem::take(&mut *self.shared.running.lock());
            if running.is_empty() {
                return;
            }
            for task in running {
                // What panicked was logged when it did.
                let _ended = task.await;
            }
        }
    }
}

impl std::fmt::Debug for Tasks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tasks({} running)", self.shared.running.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_ends_early_is_named_and_one_that_ends_with_the_process_is_not() {
        let (shutdown, closing) = web::shutdown();
        let tasks = Tasks::new(closing.clone());
        tasks.spawn("keeper", async { panic!("a fault of this test") });
        tasks.watch("watcher", tokio::spawn(async {}));
        let mut waits = closing.clone();
        tasks.spawn("steady", async move { waits.wait().await });
        while tasks.ended_early().len() < 2 {
            tokio::task::yield_now().await;
        }
        shutdown.begin();
        tasks.join().await;
        let mut names: Vec<_> = tasks.ended_early().into_iter().map(|task| task.name).collect();
        names.sort_unstable();
        assert_eq!(names, ["keeper", "watcher"]);
    }
}
