//! The calls of a run against Tiris: bots, the journal's questions, the check.

use crate::server::{CheckReport, ControlClient, ControlError, Metrics, plain_of};
use crate::wire::uuid_text;
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;

/// A connection for Tiris' control calls.
#[derive(Debug)]
pub struct TirisControl(ControlClient);

/// A bot as made.
#[derive(Debug, Clone, Deserialize)]
pub struct Bot {
    /// The bearer of its requests.
    pub token: String,
    /// Its trading.
    pub trading_id: String,
    /// Where its stock is.
    pub stock_account_id: String,
    /// Where its money is.
    pub currency_account_id: String,
}

#[derive(Deserialize)]
struct Traders {
    traders: Vec<Bot>,
}

#[derive(Deserialize)]
struct Statuses {
    statuses: Vec<Option<i64>>,
}

#[derive(Deserialize)]
struct Logs {
    logs: u64,
}

impl TirisControl {
    /// A control connection. Must be called on a runtime.
    #[must_use]
    pub fn new(address: SocketAddr, host: &str) -> Self {
        Self(ControlClient::new(address, host, 0))
    }

    /// Makes `count` bots, numbered from `first`.
    pub async fn create_bots(&mut self, first: u64, count: u32) -> Result<Vec<Bot>, ControlError> {
        let path = "/tiris/_load/traders";
        let answer = self.0.post(path, &json!({ "first": first, "count": count })).await?;
        plain_of::<Traders>(path, &answer).map(|answer| answer.traders)
    }

    /// How many transactions each of up to 500 logs made, in their order; none where there is no such log.
    pub async fn statuses(&mut self, logs: &[[u8; 16]]) -> Result<Vec<Option<i64>>, ControlError> {
        let path = "/tiris/_load/statuses";
        let ids: Vec<String> = logs.iter().map(uuid_text).collect();
        let answer = self.0.post(path, &json!({ "log_ids": ids })).await?;
        plain_of::<Statuses>(path, &answer).map(|answer| answer.statuses)
    }

    /// How many logs there are.
    pub async fn logs(&mut self) -> Result<u64, ControlError> {
        let path = "/tiris/_load/logs";
        let answer = self.0.get(path).await?;
        plain_of::<Logs>(path, &answer).map(|answer| answer.logs)
    }

    /// Runs the server's invariants.
    pub async fn check(&mut self) -> Result<CheckReport, ControlError> {
        let path = "/tiris/_load/check";
        let answer = self.0.post(path, &json!({})).await?;
        plain_of(path, &answer)
    }

    /// Reads the server's metrics.
    pub async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.0.metrics("tiris").await
    }
}
