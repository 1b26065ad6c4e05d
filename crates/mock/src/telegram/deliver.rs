//! Updates on their way to the bot's webhook: with its secret, again after anything but a success, and as the fault has it.

use super::faults::Fault;
use super::state::Telegram;
use outbound::Request;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Tries of one update; with doubling pauses this is most of a day in earnest.
const TRIES_MAX: u32 = 16;
/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// How many updates wait for each other when they come in the wrong order.
const REVERSED_AT: usize = 3;

impl Telegram {
    /// Sends an update on its way.
    pub(super) fn deliver(self: &Arc<Self>, update: Value) {
        let is_query = update.get("pre_checkout_query").is_some();
        let mut memory = self.memory.lock();
        match memory.fault {
            Fault::Lost if !is_query => {}
            Fault::Late if !is_query => memory.held.push(update),
            Fault::Reversed if !is_query => {
                memory.held.push(update);
                let is_full = memory.held.len() >= REVERSED_AT;
                drop(memory);
                if is_full {
                    self.release();
                }
            }
            Fault::Twice => {
                drop(memory);
                self.spawn(update.clone());
                self.spawn(update);
            }
            _ => {
                drop(memory);
                self.spawn(update);
            }
        }
    }

    /// Lets what waits go, newest first; how many.
    pub(super) fn release(self: &Arc<Self>) -> usize {
        let held = std::mem::take(&mut self.memory.lock().held);
        let count = held.len();
        let telegram = Arc::clone(self);
        // One after the other, so that the order is what it is said to be.
        let _detached = tokio::spawn(async move {
            for update in held.into_iter().rev() {
                telegram.push(&update).await;
            }
        });
        count
    }

    fn spawn(self: &Arc<Self>, update: Value) {
        let telegram = Arc::clone(self);
        let _detached = tokio::spawn(async move { telegram.push(&update).await });
    }

    async fn push(&self, update: &Value) {
        for attempt in 0..TRIES_MAX {
            let webhook = self.memory.lock().webhook.clone();
            if webhook.url.is_empty() {
                return;
            }
            let mut request = Request::post_json(webhook.url, update.to_string());
            if let Some(secret) = webhook.secret {
                request = request.header("x-telegram-bot-api-secret-token", secret);
            }
            match self.http.send(request).await {
                Ok(answer) if answer.is_success() => return,
                Ok(answer) => tracing::info!(status = answer.status, "the webhook refused an update"),
                Err(error) => tracing::info!(%error, "the webhook cannot be reached"),
            }
            let pause = Duration::from_millis(self.retry_ms.saturating_mul(1 << attempt));
            tokio::time::sleep(pause.min(PAUSE_MAX)).await;
        }
    }
}
