//! Timed work: each job in a task of its own, again at once while it finds something, after its rest when it does not.

use crate::config::Config;
use bus::{Relay, RelaySettings};
use rand::Rng;
use rush::app::App;
use rush::jobs::TimedJob;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use web::Closing;

/// How long the relay rests when nothing was new.
const RELAY_REST: Duration = Duration::from_millis(100);
/// How long a job rests after it failed; the store has just said that it cannot.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Starts every job of the stall and its relay. They end when the server does.
pub fn start(app: &Arc<App>, config: &Config, closing: &Closing) -> Vec<JoinHandle<()>> {
    let timed = rush::jobs::all().into_iter().map(|job| {
        let (app, closing) = (Arc::clone(app), closing.clone());
        tokio::spawn(run(job, app, closing))
    });
    let settings = RelaySettings { owner: format!("node-{}", config.number("node")), rest: RELAY_REST };
    let relay = Relay::new(app.store.clone(), rush::events::subscribers(app), settings);
    let relay = tokio::spawn(relay_turns(relay, Arc::clone(app), closing.clone()));
    timed.chain([relay]).collect()
}

async fn run(job: TimedJob, app: Arc<App>, mut closing: Closing) {
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

async fn relay_turns(relay: Relay, app: Arc<App>, mut closing: Closing) {
    let published = metrics::counter!("outbox_published_total", "store" => app.store.name());
    let dead = metrics::counter!("dead_letters_total", "store" => app.store.name());
    while !closing.has_begun() {
        let jitter = rand::rng().random_range(-1.0..=1.0);
        let rest = match relay.turn(app.clock.now(), jitter).await {
            Ok(turn) => {
                published.increment(turn.published as u64);
                dead.increment(turn.dead as u64);
                if turn.published > 0 { Duration::ZERO } else { relay.rest() }
            }
            Err(error) => {
                tracing::error!(%error, "the relay failed; nothing is lost, it will run again");
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
