//! Extractors. None of them ever answers in plain text: whatever a client sends wrongly becomes a `Refused`.

mod body;
mod caller;
mod form;
mod idempotency_key;
mod operator;
mod path;
mod query;

pub use body::{Body, BodyAndBytes, RawBody, parse_json};
pub use caller::{Caller, MaybeCaller};
pub use form::Form;
pub use idempotency_key::IdempotencyKey;
pub use operator::{Operator, OperatorToken};
pub use path::{Path, Path2, PathText};
pub use query::Query;
