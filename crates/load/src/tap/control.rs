//! The calls of a run against Tap: players, the grid, the journal's questions, the check.

use crate::server::{CheckReport, ControlClient, ControlError, Metrics, plain_of};
use crate::wire::uuid_text;
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;

/// A connection for Tap's control calls.
#[derive(Debug)]
pub struct TapControl(ControlClient);

/// A player as made.
#[derive(Debug, Deserialize)]
pub struct CreatedPlayer {
    /// The bearer of their requests.
    pub session_id: String,
    /// The key of an `hmac-sha256` session.
    pub bet_key: Option<String>,
}

/// The grid, as far as a player needs it.
#[derive(Debug, Deserialize)]
pub struct GridResponse {
    /// Column width.
    pub width_ms: i64,
    /// The next column that can be tapped.
    pub first_placeable: i64,
    /// None before the first quote.
    pub quote_seq: Option<u64>,
    /// `open`, or why not.
    pub betting: String,
    /// What bets must name.
    pub domain: String,
    /// The same.
    pub chain_id: u64,
    /// By how much less than the rate that was seen a page accepts to be booked, percent.
    pub tolerance_percent: u32,
    /// What is offered, and more.
    pub cells: Vec<CellResponse>,
}

/// A cell.
#[derive(Debug, Clone, Deserialize)]
pub struct CellResponse {
    /// `epoch:column:low:high`
    pub cell_id: String,
    /// Its column.
    pub column: i64,
    /// Its lower bound, cents.
    pub low: i64,
    /// Hundredths; none: not offered.
    pub rate: Option<u32>,
}

/// What became of a bet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BetState {
    /// `confirmed`, `won`, `lost`, `void` or `insufficient_funds`.
    pub status: String,
    /// Cents staked.
    pub amount: i64,
    /// Cents it would pay.
    pub payout: i64,
    /// When it got its outcome.
    pub resolved_at_ms: Option<i64>,
}

#[derive(Deserialize)]
struct Players {
    players: Vec<CreatedPlayer>,
}

#[derive(Deserialize)]
struct Statuses {
    statuses: Vec<Option<BetState>>,
}

#[derive(Deserialize)]
struct Bets {
    bets: u64,
}

impl TapControl {
    /// A control connection. Must be called on a runtime.
    #[must_use]
    pub fn new(address: SocketAddr, host: &str) -> Self {
        Self(ControlClient::new(address, host, 0))
    }

    /// Makes players with `money` cents each, numbered from `first`, who sign as `resources` say.
    pub async fn create_players(
        &mut self,
        resources: &[String],
        first: u64,
        money: i64,
    ) -> Result<Vec<CreatedPlayer>, ControlError> {
        let path = "/tap/_load/players";
        let body = json!({ "resources": resources, "first": first, "money": money });
        let answer = self.0.post(path, &body).await?;
        plain_of::<Players>(path, &answer).map(|answer| answer.players)
    }

    /// The newest quote of every cell, asked for by whom `session` names.
    pub async fn grid(&mut self, session: &str) -> Result<GridResponse, ControlError> {
        let path = "/tap/api/grid";
        let answer = self.0.get_as(path, session).await?;
        plain_of(path, &answer)
    }

    /// What became of up to 500 bets, in their order.
    pub async fn statuses(&mut self, bets: &[[u8; 16]]) -> Result<Vec<Option<BetState>>, ControlError> {
        let path = "/tap/_load/statuses";
        let ids: Vec<String> = bets.iter().map(uuid_text).collect();
        let answer = self.0.post(path, &json!({ "bet_ids": ids })).await?;
        plain_of::<Statuses>(path, &answer).map(|answer| answer.statuses)
    }

    /// How many bets there are.
    pub async fn bets(&mut self) -> Result<u64, ControlError> {
        let path = "/tap/_load/bets";
        let answer = self.0.get(path).await?;
        plain_of::<Bets>(path, &answer).map(|answer| answer.bets)
    }

    /// Runs the server's invariants.
    pub async fn check(&mut self) -> Result<CheckReport, ControlError> {
        let path = "/tap/_load/check";
        let answer = self.0.post(path, &json!({})).await?;
        plain_of(path, &answer)
    }

    /// Reads the server's metrics.
    pub async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.0.metrics("tap").await
    }
}
