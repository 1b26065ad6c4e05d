//! Being a known program that calls us back: a worker, whose every call carries an HMAC over what it asks.
//!
//! [`verify`] is pure; [`WorkerKeys`] are the configured secrets, two for each worker while one replaces the other. What does
//! not live here: counting failures and locking a worker out, which is the stall's.

mod fault;
mod keys;
mod signature;

pub use fault::CallbackFault;
pub use keys::{KEYS_PER_WORKER_MAX, WorkerKeys};
pub use signature::{CALLBACK_SKEW_MAX_S, SignedCall, sign, verify};
