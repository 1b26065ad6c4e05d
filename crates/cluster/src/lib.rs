//! What nodes share: rate limits, single-use nonces, claims and sorted queues, here in their in-process form.
//!
//! All are traits of synchronous functions of `now`: nothing here reads a clock, waits or does I/O, so an edge may ask
//! on every request. A form shared between nodes answers from what its node holds (tokens leased ahead) behind the same traits.
//! To add a shared thing: one file with its trait, its in-process form beside it, a fact-named test in `tests/`.

mod claim;
mod local_claims;
mod local_limiter;
mod local_nonces;
mod local_sorted_queue;
mod nonce;
mod rate;
mod sorted_queue;

pub use claim::{Claim, Claims, TooManyClaims};
pub use local_claims::LocalClaims;
pub use local_limiter::LocalLimiter;
pub use local_nonces::LocalNonces;
pub use local_sorted_queue::LocalSortedQueue;
pub use nonce::{NonceUse, Nonces, TooManyNonces};
pub use rate::{RateClass, RateDecision, RateLimiter, SubjectKeys};
pub use sorted_queue::SortedQueue;
