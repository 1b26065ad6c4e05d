//! `POST /_clock {"now": RFC 3339}` or `{"advance_secs": n}`: moves a clock that stands. Only there with `clock = manual`.

use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use kernel::{Clock, Refusal, Timestamp};
use serde_json::json;
use std::sync::Arc;
use web::{Data, Refused};

/// The route.
pub fn routes(clock: &Arc<dyn Clock>) -> Router {
    let clock = Arc::clone(clock);
    Router::new()
        .route("/_clock", post(move |body: Bytes| std::future::ready(set_clock(clock.as_ref(), &body))))
}

#[derive(serde::Deserialize)]
struct ClockBody {
    now: Option<String>,
    advance_secs: Option<i64>,
}

fn set_clock(clock: &dyn Clock, body: &[u8]) -> Result<Data<serde_json::Value>, Refused> {
    let body: ClockBody = web::parse_json(body)?;
    let to = match (body.now, body.advance_secs) {
        (Some(text), None) => Timestamp::parse_rfc3339(&text).map_err(|why| Refusal::field("now", &why))?,
        (None, Some(seconds)) => clock.now().plus_secs(seconds),
        _ => return Err(Refusal::field("now", "send either now or advance_secs").into()),
    };
    clock.set(to);
    Ok(Data(json!({ "now": clock.now().rfc3339() })))
}
