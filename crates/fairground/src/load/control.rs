//! The calls of a run that are no load: set-up, filling, the journal's questions, the check, the metrics.
//! They exist on a server started with `--profile load` alone.

use super::metrics::Metrics;
use super::wire::{Connection, Draft, Failure, Key, uuid_text};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// A check of millions of bookings may take this long.
const PATIENCE: Duration = Duration::from_secs(600);
/// Filling with millions may take this long.
pub const FILL_PATIENCE: Duration = Duration::from_secs(2 * 3600);

/// Why a control call failed.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No answer.
    #[error("{path}: {failure}")]
    Unanswered { path: &'static str, failure: Failure },
    /// The endpoints of the load profile are not there.
    #[error("{path} is unknown to the server; start it with `serve --profile load`")]
    NotLoadProfile { path: &'static str },
    /// The server refused.
    #[error("{path} was refused with {status}: {body}")]
    Refused { path: &'static str, status: u16, body: String },
    /// The answer has another shape.
    #[error("{path} answered something else than documented: {error}")]
    Shape { path: &'static str, error: serde_json::Error },
}

/// What the run wants to find on the server.
#[derive(Debug, Clone, Copy)]
pub struct Wishes {
    /// Zones in all.
    pub zones: u32,
    /// Events they are spread over.
    pub events: u32,
    /// Seats of each zone.
    pub seats_per_zone: u64,
}

/// What the server set up.
#[derive(Debug, Clone, Deserialize)]
pub struct Setup {
    /// Public id of the tenant of all events; none for buyers without one.
    pub tenant_id: Option<String>,
    /// The events on sale.
    pub events: Vec<SetupEvent>,
    /// Number of the first buyer, in decimal.
    pub first_user: String,
    /// How many buyers follow, the first included.
    pub users: u32,
}

/// One event with its only show.
#[derive(Debug, Clone, Deserialize)]
pub struct SetupEvent {
    /// Public id.
    pub event_id: String,
    /// Public id.
    pub show_id: String,
    /// The zones.
    pub zones: Vec<SetupZone>,
}

/// One zone.
#[derive(Debug, Clone, Deserialize)]
pub struct SetupZone {
    /// Public id.
    pub zone_id: String,
    /// Price of a ticket in minor units.
    pub price_minor: i64,
    /// Currency code.
    pub currency: String,
    /// It has no seats left.
    pub sold_out: bool,
}

/// How far a fill is.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct FillState {
    /// Bookings there are.
    pub bookings: u64,
    /// Nothing is being filled.
    #[serde(default)]
    pub done: bool,
}

/// The server's own invariants.
#[derive(Debug, Clone, Deserialize)]
pub struct Check {
    /// All of them hold.
    pub ok: bool,
    /// One line each.
    #[serde(default)]
    pub lines: Vec<CheckLine>,
}

/// One invariant.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
pub struct CheckLine {
    /// What must hold.
    pub name: String,
    /// How many things were looked at.
    pub count: i64,
    /// It holds for all.
    pub ok: bool,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Deserialize)]
struct Statuses {
    statuses: Vec<String>,
}

/// A connection for control calls.
#[derive(Debug)]
pub struct Control {
    connection: Connection,
    host: String,
    draft: Draft,
    key: Key,
}

impl Control {
    /// A control connection whose writes carry keys that begin with `nonce`. Must be called on a runtime.
    #[must_use]
    pub fn new(address: SocketAddr, host: &str, nonce: u64) -> Self {
        Self::patient(address, host, nonce, PATIENCE)
    }

    /// As `new`, waiting longer or shorter for answers.
    #[must_use]
    pub fn patient(address: SocketAddr, host: &str, nonce: u64, patience: Duration) -> Self {
        let connection = Connection::new(address, patience);
        Self { connection, host: String::from(host), draft: Draft::default(), key: Key(nonce, 0) }
    }

    /// Makes events, zones and buyers for this run.
    pub async fn setup(&mut self, wishes: Wishes) -> Result<Setup, ControlError> {
        let body = json!({
            "zones": wishes.zones,
            "events": wishes.events,
            "seats_per_zone": wishes.seats_per_zone,
            "sold_out_zones": sold_out_zones(wishes.zones),
            "max_tickets_per_user": 4,
        });
        self.post("/rush/_load/setup", &body).await
    }

    /// Begins to bring the database to `bookings`; the answer counts what there is.
    pub async fn fill(&mut self, bookings: u64) -> Result<FillState, ControlError> {
        self.post("/rush/_load/fill", &json!({ "bookings": bookings })).await
    }

    /// How many bookings there are, and whether a fill is under way.
    pub async fn fill_state(&mut self) -> Result<FillState, ControlError> {
        let path = "/rush/_load/fill";
        let body = self.get(path).await?;
        data_of(path, &body)
    }

    /// The states of up to 500 bookings, in their order.
    pub async fn statuses(&mut self, bookings: &[[u8; 16]]) -> Result<Vec<String>, ControlError> {
        let ids: Vec<String> = bookings.iter().map(uuid_text).collect();
        let answer: Statuses = self.post("/rush/_load/statuses", &json!({ "booking_ids": ids })).await?;
        Ok(answer.statuses)
    }

    /// Runs the server's invariants.
    pub async fn check(&mut self) -> Result<Check, ControlError> {
        self.post("/rush/_load/check", &json!({})).await
    }

    /// Reads the server's metrics.
    pub async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        let body = self.get("/metrics").await?;
        Ok(Metrics::parse(&String::from_utf8_lossy(&body)))
    }

    async fn post<T: DeserializeOwned>(
        &mut self,
        path: &'static str,
        body: &Value,
    ) -> Result<T, ControlError> {
        self.key.1 += 1;
        self.draft.clear();
        self.draft.path.extend_from_slice(path.as_bytes());
        self.draft.body.extend_from_slice(body.to_string().as_bytes());
        let request = self.draft.finish(&self.host, self.key);
        let body = exchange(&mut self.connection, path, request).await?;
        data_of(path, &body)
    }

    async fn get(&mut self, path: &'static str) -> Result<Vec<u8>, ControlError> {
        self.draft.clear();
        self.draft.path.extend_from_slice(path.as_bytes());
        let request = self.draft.finish_get(&self.host);
        exchange(&mut self.connection, path, request).await
    }
}

/// A tenth of the zones, at least one: sold-out refusals are a class of their own in the report.
fn sold_out_zones(zones: u32) -> u32 {
    (zones / 10).max(1)
}

async fn exchange(
    connection: &mut Connection,
    path: &'static str,
    request: &[u8],
) -> Result<Vec<u8>, ControlError> {
    let answer =
        connection.exchange(request).await.map_err(|failure| ControlError::Unanswered { path, failure })?;
    match answer.status {
        200..=299 => Ok(answer.body.to_vec()),
        404 => Err(ControlError::NotLoadProfile { path }),
        status => {
            let body = String::from_utf8_lossy(answer.body).into_owned();
            Err(ControlError::Refused { path, status, body })
        }
    }
}

fn data_of<T: DeserializeOwned>(path: &'static str, body: &[u8]) -> Result<T, ControlError> {
    let envelope: Envelope<T> =
        serde_json::from_slice(body).map_err(|error| ControlError::Shape { path, error })?;
    Ok(envelope.data)
}
