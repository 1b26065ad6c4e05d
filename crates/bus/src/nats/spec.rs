//! What a stall declares: its broker, the streams and the consumers it needs there.

use std::time::Duration;

/// A stream on disk, one replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSpec {
    /// Its name.
    pub name: String,
    /// What it keeps.
    pub subjects: Vec<String>,
    /// For how long.
    pub max_age: Duration,
    /// For how long a message id is remembered.
    pub duplicate_window: Duration,
}

/// A durable pull consumer with explicit acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSpec {
    /// Its durable name.
    pub name: String,
    /// The stream it reads.
    pub stream: String,
    /// What of it; empty: all.
    pub filter_subject: String,
    /// After how long an unacknowledged message is delivered again.
    pub ack_wait: Duration,
    /// How often a message is delivered at most.
    pub max_deliver: i64,
    /// Messages that may be unacknowledged at once.
    pub max_ack_pending: i64,
}

/// A broker and what is declared there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerSettings {
    /// `nats://host:port`, several with commas; a user and a password may stand in it.
    pub url: String,
    /// What we call ourselves there.
    pub client_name: String,
    /// The streams.
    pub streams: Vec<StreamSpec>,
    /// The consumers.
    pub consumers: Vec<ConsumerSpec>,
    /// How subjects of dead letters begin (`dlq`); a stream above must keep `dlq.>`.
    pub dead_letter_prefix: String,
}
