//! Requests of ours to servers of others: one HTTP/1.1 exchange on a fresh connection, over TLS where the scheme says so.
//!
//! What never happens here: following a redirect (the answer is handed back as it is), waiting without an end, reading a
//! body without a limit, or telling a URL, a header or a body in an error or a `Debug` text: they carry secrets.

mod client;
mod connect;
mod fault;
mod request;
mod target;

pub use client::{BODY_BYTES_MAX, HttpClient, TIME_MAX};
pub use fault::OutboundFault;
pub use request::{Answer, Method, Request};
pub use target::Target;
