//! How far the consumers are.

use super::{Broker, BrokerFault};

/// One consumer as the broker sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerStatus {
    /// Its name.
    pub name: String,
    /// Messages it has not seen.
    pub pending: u64,
    /// Messages it has and has not acknowledged.
    pub unacknowledged: u64,
    /// The number of the last acknowledged message in the stream.
    pub acknowledged_to: u64,
}

impl Broker {
    /// How far every declared consumer is. Errors: the broker is away.
    pub async fn status(&self) -> Result<Vec<ConsumerStatus>, BrokerFault> {
        let mut all = Vec::new();
        for spec in &self.settings().consumers {
            let refused = |error: &dyn std::fmt::Display| BrokerFault::refused(spec.name.clone(), error);
            let stream =
                self.context().get_stream_no_info(&spec.stream).await.map_err(|error| refused(&error))?;
            let info = stream.consumer_info(&spec.name).await.map_err(|error| refused(&error))?;
            all.push(ConsumerStatus {
                name: spec.name.clone(),
                pending: info.num_pending,
                unacknowledged: info.num_ack_pending as u64,
                acknowledged_to: info.ack_floor.stream_sequence,
            });
        }
        Ok(all)
    }
}
