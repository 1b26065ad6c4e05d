//! The stalls that are open in this process, with the clock they share.

use super::rush_stall::open_rush;
use super::tap_stall::open_tap;
use crate::config::Config;
use kernel::{Clock, ManualClock, SystemClock, Timestamp};
use std::sync::Arc;
use store::Store;

/// What is open.
#[derive(Clone)]
pub struct Stalls {
    /// The present, the same for all.
    pub clock: Arc<dyn Clock>,
    /// Tickets.
    pub rush: Option<Arc<rush::app::App>>,
    /// The grid.
    pub tap: Option<Arc<tap::app::App>>,
}

impl Stalls {
    /// Opens the stalls that are configured. Errors: a sentence for the operator.
    pub async fn open(config: &Config) -> Result<Self, String> {
        let clock = clock(config);
        let rush = match config.has_stall("rush") {
            true => Some(open_rush(config, Arc::clone(&clock)).await?),
            false => None,
        };
        let tap = match config.has_stall("tap") {
            true => Some(open_tap(config, Arc::clone(&clock)).await?),
            false => None,
        };
        Ok(Self { clock, rush, tap })
    }

    /// Every store.
    pub fn stores(&self) -> impl Iterator<Item = Store> {
        let rush = self.rush.iter().map(|app| app.store.clone());
        rush.chain(self.tap.iter().map(|app| app.store.clone())).collect::<Vec<_>>().into_iter()
    }
}

/// The machine's clock, or one that stands at the machine's present until it is moved.
fn clock(config: &Config) -> Arc<dyn Clock> {
    if config.text("clock") == "manual" {
        let now = SystemClock.now();
        return Arc::new(ManualClock::new(Timestamp::from_secs(now.as_secs())));
    }
    Arc::new(SystemClock)
}
