//! Dead letters on a stream of their own, for whoever watches the broker; the table is the truth. And the server's own
//! giving-up, which happens when we die again and again before we can say anything: such a message becomes a dead letter too.

use super::Broker;
use crate::inbound::{InboundMessage, Intake, Rejection, Source};
use futures_util::StreamExt as _;
use kernel::{Clock, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// Where the server says that it gave a message up.
const ADVISORIES: &str = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>";
/// The code of a message that the server gave up.
const DELIVERIES_EXHAUSTED: &str = "DELIVERIES_EXHAUSTED";
/// How long to rest while the broker is away.
const REST: Duration = Duration::from_secs(1);

/// A message that was given up.
#[derive(Debug, Clone, Copy)]
pub struct DeadLetter<'a> {
    /// The message.
    pub message: &'a InboundMessage,
    /// Why.
    pub rejection: &'a Rejection,
    /// Tries.
    pub attempts: i64,
    /// Whose.
    pub consumer: &'a str,
}

#[derive(Deserialize)]
struct Advisory {
    stream: String,
    consumer: String,
    stream_seq: u64,
}

impl Broker {
    /// Publishes a dead letter as `PREFIX.<subject>`. A failure is logged; the table has it anyway.
    pub async fn publish_dead_letter(&self, letter: &DeadLetter<'_>, now: Timestamp) {
        let subject = format!("{}.{}", self.settings().dead_letter_prefix, letter.message.subject);
        let digest = letter.message.hash();
        let name =
            digest.iter().take(16).fold(String::from("dlq:"), |name, byte| name + &format!("{byte:02x}"));
        let (attempts, now) = (letter.attempts.to_string(), now.rfc3339());
        let reason = format!("{}: {}", letter.rejection.code, letter.rejection.text);
        let headers = [
            ("reason", reason.as_str()),
            ("attempts", attempts.as_str()),
            ("first_seen", now.as_str()),
            ("consumer", letter.consumer),
        ];
        let sent = self.publish_with(&subject, letter.message.payload.clone(), &name, &headers).await;
        if let Err(error) = sent {
            tracing::warn!(subject, %error, "a dead letter is in the table and not on its stream");
        }
    }
}

/// Watches what the server gives up for the declared consumers, until it is dropped.
pub async fn watch_given_up(broker: Broker, intake: Intake, clock: Arc<dyn Clock>) {
    loop {
        match broker.client().subscribe(ADVISORIES).await {
            Ok(mut advisories) => {
                while let Some(advisory) = advisories.next().await {
                    if let Ok(advisory) = serde_json::from_slice::<Advisory>(&advisory.payload) {
                        bury(&broker, &intake, &clock, &advisory).await;
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the broker's advisories cannot be watched; tried again"),
        }
        tokio::time::sleep(REST).await;
    }
}

async fn bury(broker: &Broker, intake: &Intake, clock: &Arc<dyn Clock>, advisory: &Advisory) {
    let is_ours =
        |spec: &super::ConsumerSpec| spec.name == advisory.consumer && spec.stream == advisory.stream;
    if !broker.settings().consumers.iter().any(is_ours) {
        return;
    }
    let Ok(stream) = broker.context().get_stream_no_info(&advisory.stream).await else { return };
    let Ok(found) = stream.get_raw_message(advisory.stream_seq).await else { return };
    let message = InboundMessage {
        subject: found.subject.to_string(),
        payload: String::from_utf8_lossy(&found.payload).into_owned(),
        source: Source::Broker,
        trace: None,
    };
    let text = String::from("the server delivered it as often as it may and heard nothing");
    let rejection = Rejection { code: DELIVERIES_EXHAUSTED, text };
    match intake.bury(&message, &rejection, clock.now()).await {
        Ok(true) => {
            let letter = DeadLetter {
                message: &message,
                rejection: &rejection,
                attempts: 5,
                consumer: &advisory.consumer,
            };
            broker.publish_dead_letter(&letter, clock.now()).await;
        }
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "a message that the server gave up cannot be stored"),
    }
}
