//! The HTTP edge: extractors, refusals and envelopes, limits, idempotency, live topics, OpenAPI, assets, the server loop.
//!
//! # How to add a route to a stall
//! 1. The handler, six to thirty lines: parse with this crate's extractors, call one use case, map.
//! 2. `Result<Data<T>, Refused>` (or `Created`, `Accepted`, `Listed`) as its answer; `?` turns a `kernel::Refusal` into `Refused`.
//! 3. Its state gives the edge to the extractors once per stall: `impl FromRef<RushState> for web::Edge`.
//!
//! What does not live here: business rules, SQL beyond the idempotency table, anything of one stall.

mod answer;
mod edge;
mod envelope;
mod extract;
mod refused;
pub mod shell;
pub mod text;

pub use answer::{Accepted, Created, Data, Listed};
pub use edge::{
    AccessLog, Edge, EdgeParts, EdgeSettings, IpRange, Limits, RateRule, RateRules, RequestFacts, RequestId,
};
pub use envelope::{Envelope, RefusalPage, json_response, success_bytes};
pub use extract::{
    Body, BodyAndBytes, Caller, IdempotencyKey, MaybeCaller, Path, Path2, PathText, Query, TokenVerifier,
    parse_json,
};
pub use refused::{Refused, status_of};
