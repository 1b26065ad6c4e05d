//! What every verb of the stall works with.

use crate::usecase::take_batch::TakeHandler;
use kernel::{Clock, IdSource};
use std::sync::Arc;
use store::{Batcher, Store};

/// The stall's parts.
pub struct App {
    /// Its database.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New numbers of rows.
    pub ids: Arc<IdSource>,
    /// The queue of visitors.
    pub take: Batcher<TakeHandler>,
    /// The number of this node.
    pub node: u8,
}
