//! The players of the demo: each taps a cell near the price now and then. They use the same verb as everybody, with quotes
//! like everybody's, and are refused like everybody; only their signatures are made up, because they have no browser.

use crate::app::App;
use crate::domain::cell::CellId;
use crate::domain::grid::PRESETS;
use crate::domain::quote::{Snapshot, TOLERANCE_DEFAULT_PERCENT};
use crate::usecase::bot_place::BotTap;
use crate::usecase::{bot_place, faucet};
use kernel::UserId;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};

/// Seconds between two taps of one player, at least and at most.
const BETWEEN_TAPS_S: std::ops::Range<f64> = 1.5..12.0;
/// Players have numbers of their own, above every number that is made.
const FIRST_PLAYER: i64 = 1 << 60;

/// Lets `count` players in. Aborting the handle sends them home.
pub fn start(app: &Arc<App>, count: u32) -> JoinHandle<()> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let mut crowd = JoinSet::new();
        for number in 0..count {
            crowd.spawn(play(Arc::clone(&app), number));
        }
        while crowd.join_next().await.is_some() {}
    })
}

async fn play(app: Arc<App>, number: u32) {
    let user = UserId(FIRST_PLAYER + i64::from(number));
    let mut chance = SmallRng::seed_from_u64(u64::from(number));
    loop {
        tokio::time::sleep(Duration::from_secs_f64(chance.random_range(BETWEEN_TAPS_S))).await;
        // A player who has lost everything asks again tomorrow.
        let Ok(purse) = faucet::run(&app, user).await else { continue };
        let stake = PRESETS[chance.random_range(0..4)];
        let chosen = app.market_state.view().snapshots.last().cloned().and_then(|quote| {
            let cell = choose(&quote, &mut chance)?;
            Some((quote, cell))
        });
        if let (Some((quote, cell)), true) = (chosen, purse.balance >= stake) {
            // Too late, moved, taken: told like everybody, and forgotten.
            let tolerance_percent = Some(TOLERANCE_DEFAULT_PERCENT);
            let tap = BotTap { user, quote, cell, amount: stake, tolerance_percent };
            let _ = bot_place::run(&app, &tap).await;
        }
    }
}

/// A cell that is offered, near the price and soon more often than far and late.
fn choose(quote: &Snapshot, chance: &mut SmallRng) -> Option<CellId> {
    let part = quote.parts.first()?;
    let offered: Vec<_> = (0..part.cells.len()).filter(|at| part.cells[*at].rate.is_some()).collect();
    let width = part.columns.len().max(1);
    let near = |at: &&usize| **at % width < 6;
    let soon: Vec<_> = offered.iter().filter(near).copied().collect();
    let from = if !soon.is_empty() && chance.random_bool(0.8) { &soon } else { &offered };
    let at = *from.get(chance.random_range(0..from.len().max(1)))?;
    let row = i64::try_from(at / width).ok()?;
    part.geometry
        .cell(part.first_column + i64::try_from(at % width).ok()?, part.geometry.row_of(part.low) + row)
}
