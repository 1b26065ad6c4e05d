//! Sealing: what was transferred is put into blocks, each with a Merkle root over its transfers and the hash of the block before
//! it. Whoever noted one hash finds any transfer that was changed, removed, added or put elsewhere before it.
//!
//! [`Book::save`](crate::Book::save) queues the ids of a commit; a job puts what is queued into a block, beside the hot path. Order is that of
//! sealing, ids ascend inside a block, and every transfer is in exactly one.

mod block;
pub mod hash;
pub mod json;
pub mod merkle;
mod proof;
mod queue;
mod verify;

pub use block::{Block, blocks, first_after, head, seal};
pub use hash::Hash;
pub use proof::{Inclusion, inclusion, sealed};
pub use queue::BLOCK_TRANSFERS;
pub(crate) use queue::enqueue;
pub use verify::{SealFault, verify};
