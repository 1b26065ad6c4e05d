//! The calls of a run against FunPot: voters, events, the journal's questions, settling, the check.

use crate::server::{CheckReport, ControlClient, ControlError, Metrics, plain_of};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;

/// A connection for FunPot's control calls.
#[derive(Debug)]
pub struct FunpotControl(ControlClient);

/// An event as made.
#[derive(Debug, Clone, Deserialize)]
pub struct CreatedEvent {
    /// Its public id.
    #[serde(rename = "eventId")]
    pub event_id: String,
    /// Its streamer's.
    #[serde(rename = "streamerId")]
    pub streamer_id: String,
    /// The ids of its options.
    pub options: Vec<String>,
}

/// A voter as made.
#[derive(Debug, Clone, Deserialize)]
pub struct Voter {
    /// Their public id.
    #[serde(rename = "userId")]
    pub user_id: String,
    /// The bearer of their requests.
    pub token: String,
}

/// A vote as the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VoteState {
    /// Its public id.
    #[serde(rename = "voteId")]
    pub vote_id: String,
    /// What was chosen.
    #[serde(rename = "optionId")]
    pub option_id: String,
    /// What it cost, credits.
    pub cost: i64,
    /// `none` until the event is settled; `won`, `lost` or `refunded`.
    pub outcome: String,
}

#[derive(Deserialize)]
struct Voters {
    voters: Vec<Voter>,
}

#[derive(Deserialize)]
struct Events {
    events: Vec<CreatedEvent>,
}

#[derive(Deserialize)]
struct Statuses {
    statuses: Vec<Option<VoteState>>,
}

#[derive(Deserialize)]
struct Votes {
    votes: u64,
}

impl FunpotControl {
    /// A control connection. Must be called on a runtime.
    #[must_use]
    pub fn new(address: SocketAddr, host: &str) -> Self {
        Self(ControlClient::new(address, host, 0))
    }

    /// Makes `count` voters with `credits` each, numbered from `first`; who they are.
    pub async fn create_voters(
        &mut self,
        first: u64,
        count: u32,
        credits: i64,
    ) -> Result<Vec<Voter>, ControlError> {
        let path = "/funpot/_load/voters";
        let answer =
            self.0.post(path, &json!({ "first": first, "count": count, "credits": credits })).await?;
        plain_of::<Voters>(path, &answer).map(|answer| answer.voters)
    }

    /// Opens `count` events for `open_s` seconds at streamers of their own, numbered from `first`, five at each.
    pub async fn create_events(
        &mut self,
        first: u64,
        count: u32,
        cost: i64,
        open_s: u64,
    ) -> Result<Vec<CreatedEvent>, ControlError> {
        let path = "/funpot/_load/events";
        let body = json!({ "first": first, "count": count, "cost": cost, "openSec": open_s });
        let answer = self.0.post(path, &body).await?;
        plain_of::<Events>(path, &answer).map(|answer| answer.events)
    }

    /// Closes an event and names its winner, without a dispute window.
    pub async fn decide(&mut self, event: &str, option: &str) -> Result<(), ControlError> {
        let path = "/funpot/_load/decide";
        self.0.post(path, &json!({ "eventId": event, "optionId": option })).await.map(drop)
    }

    /// What became of up to 500 votes, each named by voter and event, in their order.
    pub async fn statuses(&mut self, votes: &[(&str, &str)]) -> Result<Vec<Option<VoteState>>, ControlError> {
        let path = "/funpot/_load/statuses";
        let votes: Vec<_> =
            votes.iter().map(|(user, event)| json!({ "userId": user, "eventId": event })).collect();
        let answer = self.0.post(path, &json!({ "votes": votes })).await?;
        plain_of::<Statuses>(path, &answer).map(|answer| answer.statuses)
    }

    /// How many votes there are.
    pub async fn votes(&mut self) -> Result<u64, ControlError> {
        let path = "/funpot/_load/votes";
        let answer = self.0.get(path).await?;
        plain_of::<Votes>(path, &answer).map(|answer| answer.votes)
    }

    /// Runs the server's invariants.
    pub async fn check(&mut self) -> Result<CheckReport, ControlError> {
        let path = "/funpot/_load/check";
        let answer = self.0.post(path, &json!({})).await?;
        plain_of(path, &answer)
    }

    /// Reads the server's metrics.
    pub async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.0.metrics("funpot").await
    }
}
