//! `ws_clients`, `ws_dropped_total{reason}`, `ws_messages_sent_total`. Handles of what is hot are looked up once.

use super::close_reason::CloseReason;
use metrics::{Counter, Gauge};

pub(super) struct SocketMetrics {
    pub clients: Gauge,
    pub sent: Counter,
}

impl SocketMetrics {
    pub fn new() -> Self {
        Self { clients: metrics::gauge!("ws_clients"), sent: metrics::counter!("ws_messages_sent_total") }
    }

    /// Counts a socket that did not leave by itself.
    pub fn dropped(close: CloseReason) {
        if let Some(reason) = close.label() {
            metrics::counter!("ws_dropped_total", "reason" => reason).increment(1);
        }
    }

    /// Counts one that was refused before the upgrade.
    pub fn refused(reason: &'static str) {
        metrics::counter!("ws_dropped_total", "reason" => reason).increment(1);
    }
}
