//! The grid as the players see it: followed by polling, because nobody bets on a quote of long ago.

use super::control::{GridData, TapControl};
use super::players::Player;
use parking_lot::RwLock;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Between two looks at the grid. The server quotes four times a second and a page is told at once; looking more often
/// stands in for that.
const POLL: Duration = Duration::from_millis(100);
/// Hundredths up to which cells are tapped: a rate moves the faster the higher it is, and by more than the server's
/// tolerance within a quote's life when it is very high. Bets refused for that would measure the price and not the server.
const RATE_MAX: u32 = 1_000;
/// How long a server may take to begin quoting: its warm-up, and a little.
const PATIENCE: Duration = Duration::from_secs(60);

/// A cell with its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Its place in the board's `ids`.
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
pub struct Board {
    /// What bets must name.
    pub domain: String,
    /// The same.
    pub chain_id: u64,
    /// The quote's number.
    pub quote_seq: u64,
    /// Column width.
    pub width_ms: i64,
    /// The ids of the offers.
    pub ids: Vec<String>,
    /// What is offered.
    pub offers: Vec<Offer>,
}

impl Board {
    /// What `grid` offers in columns that can be tapped for another while; none when nothing is.
    #[must_use]
    pub fn of(grid: GridData) -> Option<Self> {
        let quote_seq = grid.quote_seq.filter(|_| grid.betting == "open")?;
        let mut board = Self {
            domain: grid.domain,
            chain_id: grid.chain_id,
            quote_seq,
            width_ms: grid.width_ms,
            ..Self::default()
        };
        // The next column may close between looking and arriving.
        for cell in grid.cells.into_iter().filter(|cell| cell.column > grid.first_placeable) {
            let Some(rate) = cell.rate.filter(|rate| *rate <= RATE_MAX) else { continue };
            let at = u32::try_from(board.ids.len()).unwrap_or(u32::MAX);
            board.offers.push(Offer { at, column: cell.column, low: cell.low, rate });
            board.ids.push(cell.cell_id);
        }
        (!board.offers.is_empty()).then_some(board)
    }

    /// The offer of a cell, if it is still one.
    #[must_use]
    pub fn find(&self, column: i64, low: i64) -> Option<Offer> {
        self.offers.iter().find(|offer| offer.column == column && offer.low == low).copied()
    }
}

/// The newest board, shared by all connections.
#[derive(Debug, Default)]
pub struct Wall(RwLock<Arc<Board>>);

impl Wall {
    /// The newest board.
    #[must_use]
    pub fn look(&self) -> Arc<Board> {
        Arc::clone(&self.0.read())
    }

    /// Hangs up a newer one.
    pub fn set(&self, board: Board) {
        *self.0.write() = Arc::new(board);
    }
}

/// Follows the grid until it is aborted. Every look is another player's, whose limit it counts against.
pub async fn follow(wall: Arc<Wall>, crowd: Arc<Vec<Player>>, address: SocketAddr, host: String) {
    let mut control = TapControl::new(address, &host);
    let mut ticks = tokio::time::interval(POLL);
    for player in crowd.iter().cycle() {
        ticks.tick().await;
        if let Some(board) = control.grid(&player.session).await.ok().and_then(Board::of) {
            wall.set(board);
        }
    }
}

/// Waits until something is offered. False: nothing was in a minute.
pub async fn wait_for_offers(wall: &Wall) -> bool {
    let looks = PATIENCE.as_millis() / POLL.as_millis();
    for _ in 0..looks {
        if !wall.look().offers.is_empty() {
            return true;
        }
        tokio::time::sleep(POLL).await;
    }
    false
}
