//! Making the declared streams and consumers, or finding them as they should be.

use super::{Broker, BrokerFault, ConsumerSpec, StreamSpec};
use async_nats::jetstream::consumer::pull;
use async_nats::jetstream::consumer::{AckPolicy, Consumer};
use async_nats::jetstream::stream::{self, RetentionPolicy, StorageType};

impl Broker {
    /// Makes what is missing and changes what differs; a second call changes nothing. Errors: the broker is away or refuses.
    pub async fn declare(&self) -> Result<(), BrokerFault> {
        for spec in &self.settings().streams {
            self.declare_stream(spec).await?;
        }
        for spec in &self.settings().consumers {
            self.consumer(spec).await?;
        }
        Ok(())
    }

    async fn declare_stream(&self, spec: &StreamSpec) -> Result<(), BrokerFault> {
        let refused =
            |error: &dyn std::fmt::Display| BrokerFault::refused(format!("stream {}", spec.name), error);
        let known =
            self.context().get_or_create_stream(config(spec)).await.map_err(|error| refused(&error))?;
        let known = &known.cached_info().config;
        let is_same = known.subjects == spec.subjects
            && known.max_age == spec.max_age
            && known.duplicate_window == spec.duplicate_window;
        if !is_same {
            let changed = stream::Config {
                subjects: spec.subjects.clone(),
                max_age: spec.max_age,
                duplicate_window: spec.duplicate_window,
                ..known.clone()
            };
            self.context().update_stream(&changed).await.map_err(|error| refused(&error))?;
        }
        Ok(())
    }

    /// The declared consumer, made or found.
    pub(super) async fn consumer(&self, spec: &ConsumerSpec) -> Result<Consumer<pull::Config>, BrokerFault> {
        let what = || format!("consumer {}", spec.name);
        let stream = self.context().get_stream_no_info(&spec.stream).await;
        let stream = stream.map_err(|error| BrokerFault::refused(what(), error))?;
        let config = pull::Config {
            durable_name: Some(spec.name.clone()),
            filter_subject: spec.filter_subject.clone(),
            ack_policy: AckPolicy::Explicit,
            ack_wait: spec.ack_wait,
            max_deliver: spec.max_deliver,
            max_ack_pending: spec.max_ack_pending,
            ..pull::Config::default()
        };
        let consumer = stream.create_consumer(config).await;
        let consumer = consumer.map_err(|error| BrokerFault::refused(what(), error))?;
        if consumer.cached_info().config.filter_subject != spec.filter_subject {
            return Err(BrokerFault::ConsumerDiffers(spec.name.clone()));
        }
        Ok(consumer)
    }
}

fn config(spec: &StreamSpec) -> stream::Config {
    stream::Config {
        name: spec.name.clone(),
        subjects: spec.subjects.clone(),
        max_age: spec.max_age,
        duplicate_window: spec.duplicate_window,
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        num_replicas: 1,
        ..stream::Config::default()
    }
}
