//! The stall's part of the demonstration: simulated players, at a simulated market.

mod players;

use crate::app::App;
use futures_util::FutureExt as _;
use std::sync::Arc;

/// Simulated players who tap.
const PLAYERS: u32 = 40;

/// Players over an open stall; there is nothing to plant.
#[must_use]
pub fn demo(app: &Arc<App>) -> stall::Demo {
    let app = Arc::clone(app);
    stall::Demo {
        seed: Box::new(|| async { Ok(()) }.boxed()),
        crowd: Box::new(move || vec![players::start(&app, PLAYERS)]),
        welcome: format!(
            "{PLAYERS} simulated players are tapping; betting opens within a few seconds. Sign in with the demo wallet."
        ),
    }
}
