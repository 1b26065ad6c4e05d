//! Timed work: each job in a task of its own, again at once while it finds something, after its rest when it does not.

use bus::{Relay, RelaySettings, Subscriber};
use kernel::Clock;
use rand::Rng;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, TimedJob};
use tokio::task::JoinHandle;
use web::Closing;

/// How long the relay rests when nothing was new.
const RELAY_REST: Duration = Duration::from_millis(100);
/// How long a job rests after it failed; the store has just said that it cannot.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Starts the jobs of a stall over its parts. They end when the server does.
pub fn start<A: Send + Sync + 'static>(
    app: &Arc<A>,
    jobs: Vec<TimedJob<A>>,
    closing: &Closing,
) -> Vec<JoinHandle<()>> {
    let timed = jobs.into_iter().map(|job| {
        let (app, closing) = (Arc::clone(app), closing.clone());
        tokio::spawn(run(job, app, closing))
    });
    timed.collect()
}

/// Starts the relay of a stall's outbox. `node`: this process among several on one database.
pub fn start_relay(
    store: Store,
    clock: Arc<dyn Clock>,
    subscribers: Vec<Arc<dyn Subscriber>>,
    node: i64,
    closing: &Closing,
) -> JoinHandle<()> {
    let settings = RelaySettings { owner: format!("node-{node}"), rest: RELAY_REST };
    let relay = Relay::new(store.clone(), subscribers, settings);
    tokio::spawn(relay_turns(relay, store.name(), clock, closing.clone()))
}

async fn run<A: Send + Sync + 'static>(job: TimedJob<A>, app: Arc<A>, mut closing: Closing) {
    let failures = metrics::counter!("job_failures_total", "job" => job.name);
    while !closing.has_begun() {
        let rest = match (job.run)(Arc::clone(&app)).await {
            Ok(0) => job.every,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(job = job.name, %error, "a timed job failed; it will run again");
                failures.increment(1);
                AFTER_FAILURE
            }
        };
        pause(rest, &mut closing).await;
    }
}

async fn relay_turns(relay: Relay, store: &'static str, clock: Arc<dyn Clock>, mut closing: Closing) {
    let published = metrics::counter!("outbox_published_total", "store" => store);
    let dead = metrics::counter!("dead_letters_total", "store" => store);
    while !closing.has_begun() {
        let jitter = rand::rng().random_range(-1.0..=1.0);
        let rest = match relay.turn(clock.now(), jitter).await {
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
