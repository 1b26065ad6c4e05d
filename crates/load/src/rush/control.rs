//! The calls of a run against Rush: set-up, filling, the journal's questions, the check.

use crate::server::{CheckReport, ControlClient, ControlError, Metrics, plain_of};
use crate::wire::uuid_text;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// Filling with millions may take this long.
const FILL_TIMEOUT: Duration = Duration::from_secs(2 * 3600);

/// What the run needs on the server.
#[derive(Debug, Clone, Copy)]
pub struct SetupRequest {
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

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Deserialize)]
struct Statuses {
    statuses: Vec<String>,
}

/// A connection for Rush's control calls.
#[derive(Debug)]
pub struct RushControl(ControlClient);

impl RushControl {
    /// A control connection whose writes carry keys that begin with `nonce`. Must be called on a runtime.
    #[must_use]
    pub fn new(address: SocketAddr, host: &str, nonce: u64) -> Self {
        Self(ControlClient::new(address, host, nonce))
    }

    /// As `new`, with the timeout that filling needs.
    #[must_use]
    pub fn for_filling(address: SocketAddr, host: &str, nonce: u64) -> Self {
        Self(ControlClient::with_timeout(address, host, nonce, FILL_TIMEOUT))
    }

    /// Makes events, zones and buyers for this run.
    pub async fn setup(&mut self, request: SetupRequest) -> Result<Setup, ControlError> {
        let body = json!({
            "zones": request.zones,
            "events": request.events,
            "seats_per_zone": request.seats_per_zone,
            "sold_out_zones": sold_out_zones(request.zones),
            "max_tickets_per_user": 4,
        });
        self.post("/rush/_load/setup", &body).await
    }

    /// Gives an event a waiting room, or changes the one it has.
    pub async fn queue(
        &mut self,
        event: &str,
        batch: u32,
        concurrent_max: u32,
    ) -> Result<Value, ControlError> {
        let body = json!({ "event_id": event, "batch": batch, "max_concurrent": concurrent_max });
        self.post("/rush/_load/queue", &body).await
    }

    /// Begins to bring the database to `bookings`; the answer counts what there is.
    pub async fn fill(&mut self, bookings: u64) -> Result<FillState, ControlError> {
        self.post("/rush/_load/fill", &json!({ "bookings": bookings })).await
    }

    /// How many bookings there are, and whether a fill is under way.
    pub async fn fill_state(&mut self) -> Result<FillState, ControlError> {
        let path = "/rush/_load/fill";
        let body = self.0.get(path).await?;
        data_of(path, &body)
    }

    /// The states of up to 500 bookings, in their order.
    pub async fn statuses(&mut self, bookings: &[[u8; 16]]) -> Result<Vec<String>, ControlError> {
        let ids: Vec<String> = bookings.iter().map(uuid_text).collect();
        let answer: Statuses = self.post("/rush/_load/statuses", &json!({ "booking_ids": ids })).await?;
        Ok(answer.statuses)
    }

    /// Runs the server's invariants.
    pub async fn check(&mut self) -> Result<CheckReport, ControlError> {
        self.post("/rush/_load/check", &json!({})).await
    }

    /// Reads the server's metrics.
    pub async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.0.metrics("rush").await
    }

    async fn post<T: DeserializeOwned>(
        &mut self,
        path: &'static str,
        body: &Value,
    ) -> Result<T, ControlError> {
        let body = self.0.post(path, body).await?;
        data_of(path, &body)
    }
}

/// A tenth of the zones, at least one: sold-out refusals are a class of their own in the report.
fn sold_out_zones(zones: u32) -> u32 {
    (zones / 10).max(1)
}

fn data_of<T: DeserializeOwned>(path: &'static str, body: &[u8]) -> Result<T, ControlError> {
    plain_of::<Envelope<T>>(path, body).map(|envelope| envelope.data)
}
