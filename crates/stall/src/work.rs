//! Running timed work: each job in a task of its own, again at once while it finds something, after its rest when it does
//! not. A job for one node asks for its lease first.

use crate::job::{Job, Scope};
use crate::lease::Lease;
use crate::tasks::Tasks;
use bus::{Relay, RelaySettings, Subscriber};
use futures_util::FutureExt as _;
use kernel::Clock;
use rand::Rng;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, StoreError};
use web::Closing;

/// How long the relay rests when nothing was new.
const RELAY_REST: Duration = Duration::from_millis(100);
/// How long a job rests after it failed; the store has just said that it cannot.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// How often a node without the lease of a job asks for it, at most.
const STANDBY_MIN: Duration = Duration::from_secs(1);

/// A process among several on one database: its name in leases. Two processes that were given one number by mistake still
/// have different names.
#[must_use]
fn process_name(node: u8) -> String {
    format!("node-{node}-{:08x}", rand::rng().random::<u32>())
}

/// Starts the jobs of a stall over its store. They end when the process closes.
pub fn start_jobs(
    store: &Store,
    clock: &Arc<dyn Clock>,
    jobs: Vec<Job>,
    node: u8,
    (tasks, closing): (&Tasks, &Closing),
) {
    let owner = process_name(node);
    for job in jobs {
        let lease = Lease::new(store.clone(), Arc::clone(clock), job.name, &owner);
        tasks.spawn(format!("{} {}", store.name(), job.name), run(job, lease, closing.clone()));
    }
}

/// Starts the relay of a stall's outbox to its subscribers.
pub fn start_relay(
    store: &Store,
    clock: &Arc<dyn Clock>,
    subscribers: Vec<Arc<dyn Subscriber>>,
    node: u8,
    (tasks, closing): (&Tasks, &Closing),
) {
    let settings = RelaySettings { owner: process_name(node), rest: RELAY_REST };
    let relay = Relay::new(store.clone(), subscribers, settings);
    let turns = relay_turns(relay, store.name(), Arc::clone(clock), closing.clone());
    tasks.spawn(format!("{} relay", store.name()), turns);
}

/// A panic of one turn is a failed turn: the next one may well succeed.
async fn guarded<T>(turn: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let done = AssertUnwindSafe(turn).catch_unwind().await;
    done.unwrap_or_else(|_| Err(StoreError::Panicked("see the log above".into())))
}

async fn run(job: Job, mut lease: Lease, mut closing: Closing) {
    let failures = metrics::counter!("job_failures_total", "job" => job.name);
    while !closing.has_begun() {
        let rest = match guarded(turn(&job, &mut lease)).await {
            Ok(rest) => rest,
            Err(error) => {
                tracing::error!(job = job.name, %error, "a timed job failed; it will run again");
                failures.increment(1);
                AFTER_FAILURE
            }
        };
        pause(rest, &mut closing).await;
    }
    if job.scope == Scope::OneNode {
        lease.release().await;
    }
}

/// One run, if this node may; how long to rest after it.
async fn turn(job: &Job, lease: &mut Lease) -> Result<Duration, store::StoreError> {
    if job.scope == Scope::OneNode && !lease.is_held().await? {
        return Ok(job.every.max(STANDBY_MIN));
    }
    Ok(if job.run().await? == 0 { job.every } else { Duration::ZERO })
}

async fn relay_turns(relay: Relay, store: &'static str, clock: Arc<dyn Clock>, mut closing: Closing) {
    let published = metrics::counter!("outbox_published_total", "store" => store);
    let dead = metrics::counter!("dead_letters_total", "store" => store);
    while !closing.has_begun() {
        let jitter = rand::rng().random_range(-1.0..=1.0);
        let rest = match guarded(relay.turn(clock.now(), jitter)).await {
            Ok(turn) => {
                published.increment(turn.published as u64);
                dead.increment(turn.dead as u64);
                if turn.published > 0 { Duration::ZERO } else { relay.rest() }
            }
            Err(error) => {
                tracing::error!(store, %error, "the relay failed; nothing is lost, it will run again");
                AFTER_FAILURE
            }
        };
        pause(rest, &mut closing).await;
    }
}

async fn pause(rest: Duration, closing: &mut Closing) {
    tokio::select! {
        () = tokio::time::sleep(rest) => {}
        () = closing.wait() => {}
    }
}
