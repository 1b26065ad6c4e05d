//! Reading a stream again: what it kept from one moment to another.

use super::{Broker, BrokerFault};
use crate::inbound::{InboundMessage, Source};
use async_nats::datetime::from_nanos;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use futures_util::StreamExt as _;
use kernel::Timestamp;
use std::time::Duration;

/// Messages of one request.
const PAGE_MAX: usize = 500;
/// How long an unused consumer of ours is kept.
const FORGET_AFTER: Duration = Duration::from_secs(60);

impl Broker {
    /// What `stream` kept from `from` to `to`, in order, at most `limit`. Errors: the broker is away or has no such stream.
    pub async fn window(
        &self,
        stream: &str,
        (from, to): (Timestamp, Timestamp),
        limit: usize,
    ) -> Result<Vec<InboundMessage>, BrokerFault> {
        let refused =
            |error: &dyn std::fmt::Display| BrokerFault::refused(format!("window of {stream}"), error);
        let handle = self.context().get_stream_no_info(stream).await.map_err(|error| refused(&error))?;
        let start_time = from_nanos(i128::from(from.as_micros()) * 1_000).map_err(|error| refused(&error))?;
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartTime { start_time },
            ack_policy: AckPolicy::None,
            inactive_threshold: FORGET_AFTER,
            ..pull::Config::default()
        };
        let consumer = handle.create_consumer(config).await.map_err(|error| refused(&error))?;
        let mut found = Vec::new();
        loop {
            let page =
                consumer.fetch().max_messages(PAGE_MAX).messages().await.map_err(|error| refused(&error))?;
            let page: Vec<_> = page.filter_map(async |message| message.ok()).collect().await;
            for message in &page {
                let published = message.info().map(|info| info.published.unix_timestamp_nanos());
                let is_later = published.is_ok_and(|at| at / 1_000 > i128::from(to.as_micros()));
                if is_later || found.len() >= limit {
                    return Ok(found);
                }
                found.push(InboundMessage {
                    subject: message.subject.to_string(),
                    payload: String::from_utf8_lossy(&message.payload).into_owned(),
                    source: Source::Replay,
                    trace: None,
                });
            }
            if page.is_empty() {
                return Ok(found);
            }
        }
    }
}
