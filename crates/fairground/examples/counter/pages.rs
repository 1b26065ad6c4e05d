//! The page of the stall.

use crate::http::CounterState;
use crate::usecase::state_view;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use kernel::{Refusal, Timestamp};
use web::Refused;

/// Every page.
pub fn router() -> Router<CounterState> {
    Router::new().route("/counter", get(show))
}

async fn show(State(state): State<CounterState>) -> Result<Html<String>, Refused> {
    let left = state_view::run(&state.app).await?.left;
    Ok(Html(format!("<!doctype html><title>Take a number</title><h1>{left} numbers left</h1>")))
}

/// Refusals as a page.
pub fn refusal_page(refusal: &Refusal, request_id: &str, _: Timestamp) -> String {
    format!("<!doctype html><title>No</title><p>{} Request {request_id}.</p>", refusal.code)
}
