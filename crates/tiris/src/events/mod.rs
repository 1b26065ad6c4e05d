//! Subscribers of the stall, a file each: none yet. And the way in for events of bots.

pub mod bot_events;

use crate::app::App;
use bus::Subscriber;
use std::sync::Arc;

/// Every subscriber.
#[must_use]
pub fn subscribers(_: &Arc<App>) -> Vec<Arc<dyn Subscriber>> {
    Vec::new()
}
