//! Facts of this stall and their subscribers. Everything here may run twice for one event.

use crate::app::App;
use std::sync::Arc;

/// Every subscriber of the stall.
#[must_use]
pub fn subscribers(_app: &Arc<App>) -> Vec<Arc<dyn bus::Subscriber>> {
    Vec::new()
}
