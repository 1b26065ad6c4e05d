//! What sales of events were summed up to, kept in memory: never the truth, and as old as it says.

use crate::domain::ids::EventId;
use crate::store::sales::SoldInMinute;
use kernel::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Sums that were made before.
#[derive(Debug, Default)]
pub struct SalesMemory {
    pub(super) sums: Mutex<HashMap<EventId, Sum>>,
}

#[derive(Debug, Clone)]
pub(super) struct Sum {
    pub(super) minutes: Arc<Vec<SoldInMinute>>,
    pub(super) as_of: Timestamp,
    pub(super) made: Instant,
    pub(super) took: Duration,
}
