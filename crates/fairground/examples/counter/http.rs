//! The JSON API of the stall.

use crate::app::App;
use crate::domain::{TakeRequest, VISITOR_MAX};
use crate::usecase::{number_take, state_view};
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::keyed::hash63;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Created, Data, Edge, IdempotencyKey, Refused, replayed};

/// What handlers are given.
#[derive(Clone)]
pub struct CounterState {
    pub app: Arc<App>,
    pub edge: Edge,
}

impl FromRef<CounterState> for Edge {
    fn from_ref(state: &CounterState) -> Self {
        state.edge.clone()
    }
}

/// Every route, with its document.
pub fn api() -> OpenApiRouter<CounterState> {
    let document = web::openapi::document("Counter", env!("CARGO_PKG_VERSION"), "Take a number.");
    OpenApiRouter::with_openapi(document).routes(routes!(take)).routes(routes!(state))
}

/// Who takes a number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeBody {
    visitor: i64,
}

/// A number that was taken.
#[derive(Debug, Serialize, ToSchema)]
struct NumberData {
    number: i64,
}

#[utoipa::path(post, path = "/counter/api/numbers", tag = "numbers", request_body = TakeBody,
    responses((status = 201, description = "A number.", body = NumberData)))]
async fn take(
    State(state): State<CounterState>,
    key: IdempotencyKey,
    Body(body): Body<TakeBody>,
) -> Result<Response, Refused> {
    if !(1..=VISITOR_MAX).contains(&body.visitor) {
        return Err(Refusal::field("visitor", "must be from 1 to 1000000000").into());
    }
    let request = TakeRequest {
        visitor: body.visitor,
        key_hash: hash63(&[key.0.as_bytes()]),
        request_hash: hash63(&[b"take"]),
    };
    let answer = number_take::run(&state.app, request).await?;
    let response = Created(NumberData { number: answer.taken.number }).into_response();
    Ok(if answer.replayed { replayed(response) } else { response })
}

/// What there is to see.
#[derive(Debug, Serialize, ToSchema)]
struct StateData {
    left: i64,
    taken: i64,
    greeted: i64,
    inspected: i64,
    inspected_by: i64,
}

#[utoipa::path(get, path = "/counter/api/state", tag = "numbers",
    responses((status = 200, description = "How many are left.", body = StateData)))]
async fn state(State(state): State<CounterState>) -> Result<Data<StateData>, Refused> {
    let state_view::State { left, taken, greeted, inspected } = state_view::run(&state.app).await?;
    Ok(Data(StateData { left, taken, greeted, inspected: inspected.0, inspected_by: inspected.1 }))
}
