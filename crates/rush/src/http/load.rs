//! Endpoints of load runs, served in the load profile alone: a catalogue to sell, bookings to begin with, the ceiling, and
//! what became of bookings. Reachable from loopback only, because the profile is.

use super::bookings::{ReserveBody, read_reserve};
use super::state::RushState;
use crate::usecase::load_fill::{self, Fill};
use crate::usecase::{load_setup, load_statuses};
use axum::extract::State;
use axum::routing::{get, post};
use futures_util::future::BoxFuture;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use web::{Body, Caller, Created, Data, IdempotencyKey, Refused};

/// Bookings asked for at once; one page of answers.
const STATUSES_MAX: usize = 500;

/// Checks the invariants from the raw tables, by code that shares nothing with this crate; the binary hands it in. Answers
/// `{"ok": bool, "lines": […]}`.
pub type Check = Box<dyn Fn() -> BoxFuture<'static, Value> + Send + Sync>;

/// The routes below `/rush/_load`.
pub fn routes(check: Check) -> axum::Router<RushState> {
    let check = Arc::new(check);
    let fill = Arc::new(Fill::default());
    let progress = Arc::clone(&fill);
    axum::Router::new()
        .route("/rush/_load/setup", post(setup))
        .route("/rush/_load/queue", post(queue))
        .route(
            "/rush/_load/fill",
            post(move |state, body| start_fill(state, fill.clone(), body))
                .get(move || fill_progress(progress.clone())),
        )
        .route("/rush/_load/ceiling", post(ceiling))
        .route("/rush/_load/statuses", post(statuses))
        .route("/rush/_load/check", post(move |state| run_check(state, check.clone())))
        .route("/rush/_load/idle", get(|| async { Data(json!({})) }))
}

async fn setup(
    State(state): State<RushState>,
    Body(setup): Body<load_setup::LoadSetup>,
) -> Result<Created<Value>, Refused> {
    Ok(Created(load_setup::run(&state.app, setup).await?))
}

/// Which event gets a waiting room, and how it lets people on.
#[derive(Debug, Deserialize)]
struct QueueBody {
    event_id: String,
    batch: i64,
    max_concurrent: i64,
}

async fn queue(State(state): State<RushState>, Body(body): Body<QueueBody>) -> Result<Data<Value>, Refused> {
    let event = state.app.public.decode(&body.event_id).map_err(|_| Refusal::not_found("event"))?;
    load_setup::queue(&state.app, event, (body.batch, body.max_concurrent)).await?;
    Ok(Data(json!({})))
}

/// How many bookings there shall be.
#[derive(Debug, Deserialize)]
struct FillBody {
    bookings: u64,
}

async fn start_fill(
    State(state): State<RushState>,
    fill: Arc<Fill>,
    Body(body): Body<FillBody>,
) -> Result<Data<Value>, Refused> {
    Ok(Data(load_fill::start(&state.app, &fill, body.bookings).await?))
}

async fn fill_progress(fill: Arc<Fill>) -> Data<Value> {
    Data(fill.progress())
}

/// As large as a reservation's answer.
#[derive(Debug, Serialize)]
struct Fixed {
    booking_id: &'static str,
    status: &'static str,
    expires_at: &'static str,
    quantity: i64,
    unit_price: i64,
    total_price: i64,
    currency: &'static str,
}

/// The best that any design behind this edge could do: the token is believed, the same body is read, nothing is decided.
async fn ceiling(
    State(state): State<RushState>,
    Caller(actor): Caller,
    key: IdempotencyKey,
    Body(body): Body<ReserveBody>,
) -> Result<Created<impl Serialize>, Refused> {
    let request = read_reserve(&state.app.public, actor, &key, &body)?;
    Ok(Created(Fixed {
        booking_id: "019d2a00-0000-8000-8000-000000000000",
        status: "reserved",
        expires_at: "2026-11-21T08:47:00.000000Z",
        quantity: request.quantity,
        unit_price: 150_000,
        total_price: 300_000,
        currency: "THB",
    }))
}

/// Which bookings.
#[derive(Debug, Deserialize)]
struct StatusesBody {
    booking_ids: Vec<String>,
}

async fn statuses(
    State(state): State<RushState>,
    Body(body): Body<StatusesBody>,
) -> Result<Data<Value>, Refused> {
    if body.booking_ids.len() > STATUSES_MAX {
        return Err(Refusal::field("booking_ids", "at most 500 at once").into());
    }
    let statuses = load_statuses::run(&state.app, &body.booking_ids).await?;
    Ok(Data(json!({ "statuses": statuses })))
}

async fn run_check(State(_): State<RushState>, check: Arc<Check>) -> Result<Data<Value>, Refused> {
    Ok(Data(check().await))
}
