//! Subscribers of the stall, a file each. None yet.

use crate::app::App;
use bus::Subscriber;
use std::sync::Arc;

/// Every subscriber.
#[must_use]
pub fn subscribers(_: &Arc<App>) -> Vec<Arc<dyn Subscriber>> {
    Vec::new()
}
