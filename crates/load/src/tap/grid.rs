//! The grid as the players see it: followed by polling, because nobody bets on a quote of long ago.

use super::control::{GridResponse, TapControl};
use super::players::Player;
use parking_lot::RwLock;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Between two polls of the grid: the server quotes as often, and a page is told at once.
const POLL: Duration = Duration::from_millis(100);
/// Hundredths up to which cells are tapped: a rate moves the faster the higher it is, and by more than players accept within a
/// quote's life when it is very high. Bets refused for that would measure the price and not the server.
const RATE_MAX: u32 = 1_000;
/// How long a server may take to begin quoting: its warm-up, and a little.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A cell with its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Its place in the grid's `ids`.
    pub at: u32,
    /// Its column.
    pub column: i64,
    /// Its lower bound, cents.
    pub low: i64,
    /// Hundredths.
    pub rate: u32,
}

/// One quote.
#[derive(Debug, Default)]
pub struct GridSnapshot {
    /// What bets must name.
    pub domain: String,
    /// The same.
    pub chain_id: u64,
    /// The quote's number.
    pub quote_seq: u64,
    /// Column width.
    pub width_ms: i64,
    /// By how much less than a rate its bet may be booked, percent.
    pub tolerance_percent: u32,
    /// The ids of the offers.
    pub ids: Vec<String>,
    /// What is offered.
    pub offers: Vec<Offer>,
}

impl GridSnapshot {
    /// What `response` offers in columns that can be tapped for another while; none when nothing is.
    #[must_use]
    pub fn of(response: GridResponse) -> Option<Self> {
        let quote_seq = response.quote_seq.filter(|_| response.betting == "open")?;
        let mut grid = Self {
            domain: response.domain,
            chain_id: response.chain_id,
            quote_seq,
            width_ms: response.width_ms,
            tolerance_percent: response.tolerance_percent.min(100),
            ..Self::default()
        };
        // The next column may close between reading and arriving.
        for cell in response.cells.into_iter().filter(|cell| cell.column > response.first_placeable) {
            let Some(rate) = cell.rate.filter(|rate| *rate <= RATE_MAX) else { continue };
            let at = u32::try_from(grid.ids.len()).unwrap_or(u32::MAX);
            grid.offers.push(Offer { at, column: cell.column, low: cell.low, rate });
            grid.ids.push(cell.cell_id);
        }
        (!grid.offers.is_empty()).then_some(grid)
    }

    /// The least acceptable rate of somebody who sees `rate`: the page's default.
    #[must_use]
    pub fn least_rate(&self, rate: u32) -> u32 {
        (rate * (100 - self.tolerance_percent)).div_ceil(100)
    }

    /// The offer of a cell, if it is still one.
    #[must_use]
    pub fn find(&self, column: i64, low: i64) -> Option<Offer> {
        self.offers.iter().find(|offer| offer.column == column && offer.low == low).copied()
    }
}

/// The newest grid, shared by all connections.
#[derive(Debug, Default)]
pub struct LiveGrid(RwLock<Arc<GridSnapshot>>);

impl LiveGrid {
    /// The newest grid.
    #[must_use]
    pub fn latest(&self) -> Arc<GridSnapshot> {
        Arc::clone(&self.0.read())
    }

    /// Replaces it by a newer one.
    pub fn replace(&self, newer: GridSnapshot) {
        *self.0.write() = Arc::new(newer);
    }
}

/// Polls the grid until it is aborted. Every request is another player's, whose limit it counts against.
pub async fn poll(grid: Arc<LiveGrid>, players: Arc<Vec<Player>>, address: SocketAddr, host: String) {
    let mut control = TapControl::new(address, &host);
    let mut ticks = tokio::time::interval(POLL);
    for player in players.iter().cycle() {
        ticks.tick().await;
        if let Some(newer) = control.grid(&player.session).await.ok().and_then(GridSnapshot::of) {
            grid.replace(newer);
        }
    }
}

/// Waits until something is offered. False: nothing was in a minute.
pub async fn wait_for_offers(grid: &LiveGrid) -> bool {
    let polls = TIMEOUT.as_millis() / POLL.as_millis();
    for _ in 0..polls {
        if !grid.latest().offers.is_empty() {
            return true;
        }
        tokio::time::sleep(POLL).await;
    }
    false
}
