//! The HTTP edge: extractors, refusals and envelopes, limits, idempotency, live topics, OpenAPI, pages' shell, the server loop.
//!
//! # How to add a route to a stall
//! 1. The handler, six to thirty lines: parse with this crate's extractors ([`Caller`], [`Body`], [`Query`], [`Path`],
//!    [`idempotency::Keyed`]), call one use case, map its answer.
//! 2. It returns `Result<Data<T>, Refused>` (or `Created`, `Accepted`, `Listed`), the wrapped ones of this crate or those that
//!    [`answers!`] made for the stall's own [`EnvelopeFormat`]; `?` turns a `kernel::Refusal` into [`Refused`].
//! 3. `#[utoipa::path(…)]` above it and `.routes(routes!(handler))` in the stall's router (see [`openapi`]); a test fails otherwise.
//! 4. A rate class of its own, if it needs one, is a [`RateRule`] in the stall's [`RouteSettings`].
//!
//! A stall's state gives the edge to the extractors once: `impl FromRef<ShopState> for web::Edge`. The binary puts
//! [`Edge::guard`] around the merged router and hands it to [`serve`]. Merge stalls with full paths rather than nesting
//! them: each nesting costs every request two more boxed services.
//!
//! What does not live here: business rules, SQL, anything of one stall.

mod answer;
mod closing;
mod edge;
mod envelope;
mod extract;
mod health_routes;
pub mod idempotency;
pub mod live;
pub mod openapi;
mod refused;
mod serve;
pub mod shell;
mod status;
mod telemetry;
pub mod text;

pub use answer::{Accepted, Created, Data, Listed, replayed, respond};
pub use closing::{Closing, Shutdown, shutdown};
pub use edge::{
    AccessLog, BypassRequest, DenyAll, Door, Edge, EdgeParts, EdgeSettings, IpRange, Limits, RateRule,
    RateRules, RequestFacts, RequestId, RouteSettings, STREAMS_PER_ADDRESS, TokenVerifier, bearer,
};
pub use envelope::{
    Envelope, EnvelopeFormat, ErrorBody, PROBLEM_TYPE, RefusalBody, SuccessTail, Wrapped, json_response,
    problem_body, success_body, success_bytes,
};
pub use extract::{
    Body, BodyAndBytes, Caller, Form, IdempotencyKey, MaybeCaller, Operator, OperatorToken, Path, Path2,
    PathText, Query, RawBody, parse_json,
};
pub use health_routes::{OperationsAccess, Probe, health_routes, operations_routes};
pub use refused::Refused;
pub use serve::{ConnectionLimits, Served, serve, serve_within};
pub use status::status_of;
pub use telemetry::Telemetry;

/// What the code of [`answers!`] names.
#[doc(hidden)]
pub mod __private {
    pub use axum::http::StatusCode;
    pub use axum::response::{IntoResponse, Response};
    pub use kernel::Paged;
    pub use serde::Serialize;
}
