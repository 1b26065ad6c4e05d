//! A connection, and publishing through it.

use super::{BrokerFault, BrokerSettings};
use async_nats::connection::State;
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectOptions, HeaderMap};
use std::sync::Arc;
use std::time::Duration;

/// How long to wait before connecting again.
const RECONNECT_DELAY: Duration = Duration::from_secs(2);
/// For one request.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(5);

/// A broker. Cloning shares the connection.
#[derive(Clone)]
pub struct Broker {
    client: Client,
    context: Context,
    settings: Arc<BrokerSettings>,
}

/// What the broker made of a published message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Its number in the stream.
    pub sequence: u64,
    /// Whether the broker had it already.
    pub is_duplicate: bool,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Broker({})", self.settings.client_name)
    }
}

impl Broker {
    /// Connects, and goes on trying while the broker is away. Errors: the address cannot be read.
    pub async fn connect(settings: BrokerSettings) -> Result<Self, BrokerFault> {
        let options = ConnectOptions::new()
            .name(&settings.client_name)
            .retry_on_initial_connect()
            .request_timeout(Some(REQUEST_TIME_MAX))
            .reconnect_delay_callback(|attempts| if attempts > 1 { RECONNECT_DELAY } else { Duration::ZERO });
        let client = options.connect(settings.url.as_str()).await;
        let client = client.map_err(|error| BrokerFault::Away(error.kind().to_string()))?;
        let context = jetstream::new(client.clone());
        Ok(Self { client, context, settings: Arc::new(settings) })
    }

    /// Whether the connection stands.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// What was declared.
    #[must_use]
    pub fn settings(&self) -> &BrokerSettings {
        &self.settings
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Publishes under a message id, so that a second attempt is known; answers when the broker has it on disk.
    pub async fn publish(&self, subject: &str, payload: String, id: &str) -> Result<Published, BrokerFault> {
        self.publish_with(subject, payload, id, &[]).await
    }

    /// The same with further headers.
    pub async fn publish_with(
        &self,
        subject: &str,
        payload: String,
        id: &str,
        headers: &[(&str, &str)],
    ) -> Result<Published, BrokerFault> {
        let mut map = HeaderMap::new();
        map.insert("Nats-Msg-Id", id);
        for (name, value) in headers {
            map.insert(*name, header_text(value).as_str());
        }
        let refused = |error: jetstream::context::PublishError| BrokerFault::refused(subject, error);
        let sent = self.context.publish_with_headers(subject.to_owned(), map, payload.into()).await;
        let ack = sent.map_err(refused)?.await.map_err(refused)?;
        Ok(Published { sequence: ack.sequence, is_duplicate: ack.duplicate })
    }
}

/// What a header may carry: one line.
fn header_text(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(500).collect()
}
