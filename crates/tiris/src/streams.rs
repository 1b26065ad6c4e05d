//! What the stall declares at NATS: its streams and consumers (spec, D4 and D6).

use bus::nats::{BrokerSettings, ConsumerSpec, StreamSpec};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
/// For how long the broker knows a message id again.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(300);
/// After how long an unacknowledged message is delivered again.
const ACK_WAIT: Duration = Duration::from_secs(60);
/// How often a message is delivered at most.
const DELIVERIES_MAX: i64 = 5;
/// Messages that a consumer may hold.
const ACK_PENDING_MAX: i64 = 1_000;

/// The streams and consumers at `url`; names of consumers begin with `durable`.
#[must_use]
pub fn settings(url: String, client_name: String, durable: &str) -> BrokerSettings {
    let stream = |name: &str, subjects: &[&str], days: u32| StreamSpec {
        name: name.to_owned(),
        subjects: subjects.iter().map(|subject| (*subject).to_owned()).collect(),
        max_age: DAY * days,
        duplicate_window: DUPLICATE_WINDOW,
    };
    let consumer = |name: &str, stream: &str, filter: &str| ConsumerSpec {
        name: if durable.is_empty() { name.to_owned() } else { format!("{durable}-{name}") },
        stream: stream.to_owned(),
        filter_subject: filter.to_owned(),
        ack_wait: ACK_WAIT,
        max_deliver: DELIVERIES_MAX,
        max_ack_pending: ACK_PENDING_MAX,
    };
    let trading = ["trading.orders.*", "trading.balance.*", "trading.signals", "trading.signals.>"];
    BrokerSettings {
        url,
        client_name,
        streams: vec![
            stream("TRADING", &trading, 30),
            stream("TRADING_ERRORS", &["trading.errors"], 7),
            stream("SYSTEM", &["system.*", "trading.heartbeat"], 7),
            stream("TRADING_DLQ", &["dlq.>"], 30),
        ],
        consumers: vec![
            consumer("order-processor", "TRADING", "trading.orders.*"),
            consumer("balance-processor", "TRADING", "trading.balance.*"),
            consumer("error-processor", "TRADING_ERRORS", "trading.errors"),
            consumer("signal-processor", "TRADING", "trading.signals"),
            // One filter a consumer: older servers ignore a list.
            consumer("signal-type-processor", "TRADING", "trading.signals.>"),
            consumer("heartbeat-processor", "SYSTEM", ""),
        ],
        dead_letter_prefix: "dlq".to_owned(),
    }
}
