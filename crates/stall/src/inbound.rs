//! Running the way in for events of others: retries on every node (their rows are locked), and the consumers of the broker,
//! where there is one.

use crate::opened::Inbound;
use bus::inbound::{Intake, Outcome};
use bus::nats::{Broker, DeadLetter, consume, watch_given_up};
use kernel::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use web::Closing;

/// How often it is looked whether an event waits for its next try.
const RETRY_EVERY: Duration = Duration::from_millis(250);
/// How long to rest after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Starts them; they end when the process closes.
pub fn start_inbound(inbound: Inbound, clock: &Arc<dyn Clock>, closing: &Closing) -> Vec<JoinHandle<()>> {
    let Inbound { intake, broker } = inbound;
    let mut tasks =
        vec![tokio::spawn(retries(intake.clone(), broker.clone(), Arc::clone(clock), closing.clone()))];
    let Some(broker) = broker else { return tasks };
    for spec in broker.settings().consumers.clone() {
        let mut closing = closing.clone();
        let until = async move { closing.wait().await };
        tasks.push(tokio::spawn(consume(broker.clone(), spec, intake.clone(), Arc::clone(clock), until)));
    }
    let (clock, mut closing) = (Arc::clone(clock), closing.clone());
    tasks.push(tokio::spawn(async move {
        tokio::select! {
            () = closing.wait() => {}
            () = watch_given_up(broker, intake, clock) => {}
        }
    }));
    tasks
}

async fn retries(intake: Intake, broker: Option<Broker>, clock: Arc<dyn Clock>, mut closing: Closing) {
    while !closing.has_begun() {
        let rest = match intake.retry(clock.now()).await {
            Ok(tried) => {
                for (message, outcome) in &tried {
                    if let (Outcome::Dead(rejection), Some(broker)) = (outcome, &broker) {
                        let letter = DeadLetter {
                            message,
                            rejection,
                            attempts: bus::TRIES_MAX,
                            consumer: intake.name(),
                        };
                        broker.publish_dead_letter(&letter, clock.now()).await;
                    }
                }
                if tried.is_empty() { RETRY_EVERY } else { Duration::ZERO }
            }
            Err(error) => {
                tracing::error!(handler = intake.name(), %error, "events that wait cannot be tried; they stay");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = closing.wait() => {}
        }
    }
}
