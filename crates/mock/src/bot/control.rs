//! What bots share, and the routes by which they are run, watched and hindered.

use super::orders::Orders;
use super::publish::{Kept, Outbox, Sink};
use super::run;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use kernel::Clock;
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use web::Closing;

/// Bots of one process at most.
const BOTS_MAX: usize = 200;

/// What bots share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sink: Sink,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct Faults {
    silent: AtomicBool,
    twice: AtomicBool,
    events: AtomicU64,
    bots: AtomicUsize,
}

impl Shared {
    pub(super) fn new(clock: Arc<dyn Clock>, sink: Sink) -> Self {
        Self { clock, sink, faults: Arc::default() }
    }

    /// Whether the next fill's event is lost; asked once.
    pub(super) fn take_silence(&self) -> bool {
        self.faults.silent.swap(false, Ordering::Relaxed)
    }

    pub(super) fn is_twice(&self) -> bool {
        self.faults.twice.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self) {
        self.faults.events.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the routes work with.
#[derive(Clone)]
pub(super) struct Control {
    pub(super) shared: Shared,
    pub(super) outbox: Arc<Mutex<Outbox>>,
    pub(super) closing: Closing,
}

impl Control {
    /// Runs a bot; false where there are too many.
    pub(super) fn start(&self, orders: Orders) -> bool {
        if self.shared.faults.bots.fetch_add(1, Ordering::Relaxed) >= BOTS_MAX {
            return false;
        }
        tokio::spawn(run::run(orders, self.shared.clone(), self.closing.clone()));
        true
    }
}

/// All routes.
pub(super) fn router(control: Control) -> Router {
    Router::new()
        .route("/bots", get(status).post(start))
        .route("/events", get(events))
        .route("/control", get(hinder).post(hinder))
        .with_state(control)
}

async fn start(State(control): State<Control>, Json(orders): Json<Orders>) -> Response {
    if control.start(orders) {
        (StatusCode::CREATED, Json(json!({"started": true}))).into_response()
    } else {
        (StatusCode::TOO_MANY_REQUESTS, "enough bots run\n").into_response()
    }
}

async fn status(State(control): State<Control>) -> Json<Value> {
    let faults = &control.shared.faults;
    Json(
        json!({"bots": faults.bots.load(Ordering::Relaxed), "events": faults.events.load(Ordering::Relaxed)}),
    )
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn events(State(control): State<Control>, Query(asked): Query<After>) -> Json<Value> {
    let row = |kept: Kept| json!({"number": kept.number, "subject": kept.subject, "event": kept.event});
    let kept = control.outbox.lock().after(asked.after);
    Json(json!({"events": kept.into_iter().map(row).collect::<Vec<_>>()}))
}

#[derive(Deserialize)]
struct Hindrance {
    fault: Option<String>,
}

/// Switches a fault on: `silent` loses the next fill, `twice` publishes everything twice, `none` ends both.
async fn hinder(State(control): State<Control>, Query(asked): Query<Hindrance>) -> Response {
    let faults = &control.shared.faults;
    match asked.fault.as_deref() {
        None => {}
        Some("silent") => faults.silent.store(true, Ordering::Relaxed),
        Some("twice") => faults.twice.store(true, Ordering::Relaxed),
        Some("none") => {
            faults.silent.store(false, Ordering::Relaxed);
            faults.twice.store(false, Ordering::Relaxed);
        }
        Some(_) => return (StatusCode::BAD_REQUEST, "fault must be silent, twice or none\n").into_response(),
    }
    Json(json!({"silent": faults.silent.load(Ordering::Relaxed), "twice": faults.twice.load(Ordering::Relaxed)}))
        .into_response()
}
