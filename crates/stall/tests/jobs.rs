//! Timed work: on one node at a time where it says so, on every node where it does not, and handed over at the end.

use kernel::{Clock, SystemClock};
use stall::{Job, Scope, Tasks, start_jobs};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::{Backend, Store, StoreError};
use web::Shutdown;

testkit::on_both_backends! {
    a_job_of_one_node_runs_on_one_node_and_goes_on_elsewhere_when_that_ends with stall::migrations_of_the_ground();
    a_job_of_every_node_runs_on_every_node with stall::migrations_of_the_ground();
    a_job_that_fails_runs_again with stall::migrations_of_the_ground();
    a_job_that_panics_runs_again with stall::migrations_of_the_ground();
}

/// A few runs of a job that rests for a millisecond; a busy machine is given much longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process on the database, with the runs of its job.
struct Node {
    runs: Arc<AtomicUsize>,
    shutdown: Shutdown,
    tasks: Tasks,
}

impl Node {
    fn start(store: &Store, number: u8, scope: Scope) -> Self {
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let job = Job::new("count", Duration::from_millis(1), scope, move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(0) })
        });
        Self::with(store, number, job, runs)
    }

    fn with(store: &Store, number: u8, job: Job, runs: Arc<AtomicUsize>) -> Self {
        let (shutdown, closing) = web::shutdown();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let tasks = Tasks::new(closing.clone());
        start_jobs(store, &clock, vec![job], number, (&tasks, &closing));
        Self { runs, shutdown, tasks }
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    async fn has_run(&self, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.runs() < times {
            assert!(Instant::now() < deadline, "{} runs", self.runs());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn end(self) {
        self.shutdown.begin();
        self.tasks.join().await;
    }
}

/// On SQLite a second process cannot have the file at all, so there are no two nodes.
async fn a_job_of_one_node_runs_on_one_node_and_goes_on_elsewhere_when_that_ends(store: Store) {
    let first = Node::start(&store, 0, Scope::OneNode);
    first.has_run(5).await;
    if store.backend() == Backend::Sqlite {
        return first.end().await;
    }
    let second = Node::start(&store, 1, Scope::OneNode);
    first.has_run(first.runs() + 20).await;
    assert_eq!(second.runs(), 0, "two nodes at once");
    let begun = Instant::now();
    first.end().await;
    second.has_run(5).await;
    assert!(begun.elapsed() < Duration::from_secs(9), "the lease was given back, not run out");
    second.end().await;
}

async fn a_job_of_every_node_runs_on_every_node(store: Store) {
    let nodes = [Node::start(&store, 0, Scope::EveryNode), Node::start(&store, 1, Scope::EveryNode)];
    for node in nodes {
        node.has_run(5).await;
        node.end().await;
    }
}

async fn a_job_that_fails_runs_again(store: Store) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let job = Job::new("fail", Duration::from_millis(1), Scope::OneNode, move || {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Err(StoreError::Unfit("not now".into())) })
    });
    let node = Node::with(&store, 0, job, runs);
    node.has_run(2).await;
    node.end().await;
}

async fn a_job_that_panics_runs_again(store: Store) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let job = Job::new("panic", Duration::from_millis(1), Scope::EveryNode, move || {
        counted.fetch_add(1, Ordering::SeqCst);
        panic!("a fault of this test")
    });
    let node = Node::with(&store, 0, job, runs);
    node.has_run(2).await;
    assert_eq!(node.tasks.ended_early(), []);
    node.end().await;
}
