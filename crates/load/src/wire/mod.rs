//! HTTP/1.1 as a very light client speaks it: one request in flight per connection, buffers kept, nothing parsed
//! that is not needed. What does not live here: what the requests mean.

mod connection;
mod json_scan;
mod request;
mod response;
pub mod uuid_serde;

pub use connection::{Connection, ExchangeError, Response};
pub use json_scan::{number_field, string_field, uuid_bytes, uuid_text};
pub use request::{IdempotencyKey, Method, RequestBuffer};
