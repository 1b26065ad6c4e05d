//! One consumer's loop: pulls what is there, takes it through the intake, acknowledges after the commit.

use super::dead_letters::DeadLetter;
use super::{Broker, BrokerFault, ConsumerSpec};
use crate::inbound::{InboundMessage, Intake, Outcome, Source};
use async_nats::jetstream::{AckKind, Message};
use futures_util::StreamExt as _;
use futures_util::future::{Either, join_all, select};
use kernel::Clock;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// Messages of one pull, and of one transaction: a commit for each would be the speed of the disk.
const PULL_MAX: usize = 256;
/// Transactions of one pull at once, by key; on SQLite they share one commit anyway.
const LANES: usize = 4;
/// How long to rest while broker or database are away.
const REST: Duration = Duration::from_secs(1);

/// Consumes until `until` resolves. A message that was taken when it does is finished and acknowledged.
pub async fn consume(
    broker: Broker,
    spec: ConsumerSpec,
    intake: Intake,
    clock: Arc<dyn Clock>,
    until: impl Future<Output = ()> + Send,
) {
    let mut until = pin!(until);
    loop {
        let pulling = pin!(pull(&broker, &spec));
        let mut pulled = match select(until.as_mut(), pulling).await {
            Either::Left(_) => return,
            Either::Right((Ok(pulled), _)) => pulled,
            Either::Right((Err(error), _)) => {
                tracing::warn!(consumer = spec.name, %error, "the broker's consumer cannot be read; it is tried again");
                if let Either::Left(_) = select(until.as_mut(), pin!(tokio::time::sleep(REST))).await {
                    return;
                }
                continue;
            }
        };
        loop {
            let some = match select(until.as_mut(), pulled.next()).await {
                Either::Left(_) => return,
                Either::Right((Some(some), _)) => some,
                Either::Right((None, _)) => break,
            };
            let broken = some.iter().any(Result::is_err);
            let messages: Vec<_> = some.into_iter().flatten().collect();
            take(&broker, &spec, &intake, &clock, messages).await;
            if broken {
                // Missed heartbeats, or a consumer that was removed: made anew.
                break;
            }
        }
    }
}

type Pulled = futures_util::stream::ReadyChunks<async_nats::jetstream::consumer::pull::Stream>;

async fn pull(broker: &Broker, spec: &ConsumerSpec) -> Result<Pulled, BrokerFault> {
    broker.declare().await?;
    let consumer = broker.consumer(spec).await?;
    let messages = consumer.stream().max_messages_per_batch(PULL_MAX).messages().await;
    let messages =
        messages.map_err(|error| BrokerFault::refused(format!("messages of {}", spec.name), error))?;
    Ok(messages.ready_chunks(PULL_MAX))
}

/// Takes messages in lanes by key, so that order per key holds and others go on beside it.
async fn take(
    broker: &Broker,
    spec: &ConsumerSpec,
    intake: &Intake,
    clock: &Arc<dyn Clock>,
    messages: Vec<Message>,
) {
    let mut lanes: [Vec<(Message, InboundMessage)>; LANES] = std::array::from_fn(|_| Vec::new());
    for message in messages {
        let inbound = read(&message);
        let mut hasher = DefaultHasher::new();
        intake.key(&inbound).hash(&mut hasher);
        lanes[usize::try_from(hasher.finish() % LANES as u64).unwrap_or(0)].push((message, inbound));
    }
    let taken = lanes.into_iter().filter(|lane| !lane.is_empty());
    join_all(taken.map(|lane| take_lane(broker, spec, intake, clock, lane))).await;
}

async fn take_lane(
    broker: &Broker,
    spec: &ConsumerSpec,
    intake: &Intake,
    clock: &Arc<dyn Clock>,
    lane: Vec<(Message, InboundMessage)>,
) {
    let (messages, inbound): (Vec<_>, Vec<_>) = lane.into_iter().unzip();
    let outcomes = loop {
        match intake.receive(&inbound, clock.now()).await {
            Ok(outcomes) => break outcomes,
            Err(error) => {
                tracing::error!(consumer = spec.name, %error, "events cannot be stored; they stay with the broker");
                // Still ours: the broker must not count this as a delivery that failed.
                for message in &messages {
                    let _gone = message.ack_with(AckKind::Progress).await;
                }
                tokio::time::sleep(REST).await;
            }
        }
    };
    for ((message, inbound), outcome) in messages.iter().zip(&inbound).zip(&outcomes) {
        if let Outcome::Dead(rejection) = outcome {
            let attempts = message.info().map_or(1, |info| info.delivered);
            let letter = DeadLetter { message: inbound, rejection, attempts, consumer: &spec.name };
            broker.publish_dead_letter(&letter, clock.now()).await;
        }
        // An acknowledgement that is lost brings the message again, and its name ends it there.
        let _gone = message.ack().await;
        count(spec, outcome);
    }
}

fn read(message: &Message) -> InboundMessage {
    let header = |name: &str| {
        let value = message.headers.as_ref().and_then(|headers| headers.get(name));
        value.map(|value| value.as_str().to_owned())
    };
    InboundMessage {
        subject: message.subject.to_string(),
        payload: String::from_utf8_lossy(&message.payload).into_owned(),
        source: Source::Broker,
        trace: header("traceparent"),
    }
}

fn count(spec: &ConsumerSpec, outcome: &Outcome) {
    let status = match outcome {
        Outcome::Applied => "applied",
        Outcome::Duplicate => "duplicate",
        Outcome::Waiting => "waiting",
        Outcome::Dead(_) => "dead",
    };
    metrics::counter!("nats_messages_consumed_total", "consumer" => spec.name.clone(), "status" => status)
        .increment(1);
}

impl Broker {
    /// Takes a message of a declared consumer and never answers, as a process does that dies; for tests.
    #[doc(hidden)]
    pub async fn take_and_forget(&self, consumer: &str) {
        let spec = self.settings().consumers.iter().find(|spec| spec.name == consumer);
        let Some(spec) = spec else { return };
        let Ok(consumer) = self.consumer(spec).await else { return };
        if let Ok(mut messages) = consumer.fetch().max_messages(1).messages().await {
            let _taken = tokio::time::timeout(Duration::from_millis(300), messages.next()).await;
        }
    }
}
