//! Where a bot's events go: to NATS, to a server over HTTP, or into its own memory until they are fetched.

use bus::nats::{Broker, BrokerSettings};
use outbound::{HttpClient, Request};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;

/// Events that are kept for whoever fetches them.
const KEPT_MAX: usize = 2_000;

/// An event with its subject, numbered for those who fetch.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) number: u64,
    pub(super) subject: &'static str,
    pub(super) event: Value,
}

/// Events that wait to be fetched.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    last: u64,
    kept: VecDeque<Kept>,
}

impl Outbox {
    /// Those after a number.
    pub(super) fn after(&self, number: u64) -> Vec<Kept> {
        self.kept.iter().filter(|kept| kept.number > number).cloned().collect()
    }

    fn push(&mut self, subject: &'static str, event: Value) {
        self.last += 1;
        if self.kept.len() >= KEPT_MAX {
            self.kept.pop_front();
        }
        self.kept.push_back(Kept { number: self.last, subject, event });
    }
}

/// Where events go.
#[derive(Clone)]
pub(super) enum Sink {
    Kept(Arc<Mutex<Outbox>>),
    Http { client: HttpClient, url: String, api_key: String },
    Nats(Box<Broker>),
}

impl Sink {
    /// A sink on NATS. Errors: a sentence.
    pub(super) async fn nats(url: &str) -> Result<Self, String> {
        let settings = BrokerSettings {
            url: url.to_owned(),
            client_name: "simulated-bot".to_owned(),
            streams: Vec::new(),
            consumers: Vec::new(),
            dead_letter_prefix: "dlq".to_owned(),
        };
        Broker::connect(settings)
            .await
            .map(|broker| Self::Nats(Box::new(broker)))
            .map_err(|fault| format!("--nats: {fault}"))
    }

    /// Publishes an event. Errors, as a sentence: it was not taken; the same event may be published again.
    pub(super) async fn publish(&self, subject: &'static str, event: &Value) -> Result<(), String> {
        match self {
            Self::Kept(outbox) => {
                outbox.lock().push(subject, event.clone());
                Ok(())
            }
            Self::Http { client, url, api_key } => {
                let body = json!({"events": [{"subject": subject, "event": event}]}).to_string();
                let request = Request::post_json(url.clone(), body).header("x-api-key", api_key.as_str());
                let answer = client.send(request).await.map_err(|fault| fault.to_string())?;
                if answer.is_success() {
                    Ok(())
                } else {
                    Err(format!("the server answered {}", answer.status))
                }
            }
            Self::Nats(broker) => {
                let id = event["event_id"].as_str().unwrap_or_default();
                let sent = broker.publish(subject, event.to_string(), id).await;
                sent.map(drop).map_err(|fault| fault.to_string())
            }
        }
    }
}
