//! What became of the bets: sums, and their standard errors. Bets of one minute share its price path, so errors are those of
//! minutes and not of bets (cluster-robust: K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear
//! models", Biometrika 73, 1986).

use super::bets::{DecidedBet, PlacedBet};
use serde::Serialize;
use std::collections::HashMap;
use tap::app::App;
use tap::domain::bet::BetStatus;
use tap::domain::pricing::PPB;
use tap::store::bets;

/// Bets read at once.
const READ_MAX: usize = 1_000;

/// The bets with their outcomes, in the same order. Errors: the database, or a bet that has none.
pub(super) async fn decided(app: &App, placed: &[PlacedBet]) -> Result<Vec<DecidedBet>, String> {
    let mut all = Vec::with_capacity(placed.len());
    for chunk in placed.chunks(READ_MAX) {
        let ids: Vec<_> = chunk.iter().map(|placed| placed.id.0).collect();
        let found = app.store.read(move |tx| bets::by_ids(tx, &ids)).await;
        let found = found.map_err(|error| error.to_string())?;
        let found: HashMap<_, _> = found.iter().map(|bet| (bet.id.0, bet)).collect();
        for placed in chunk {
            let bet = found.get(&placed.id.0).ok_or("a bet that was taken is not on disk")?;
            let paid = bet.payout_amount.ok_or("a bet has no outcome")?;
            all.push(DecidedBet { placed: *placed, status: bet.status, paid });
        }
    }
    Ok(all)
}

/// A number and its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Measured {
    pub value: f64,
    pub error: f64,
}

/// What some bets came to. Shares are of one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Sums {
    /// How many were won or lost.
    pub bets: u64,
    pub won: u64,
    /// Cents.
    pub stakes: i64,
    /// Cents.
    pub payouts: i64,
    /// The mean probability they were priced with.
    pub quoted: f64,
    /// The mean of the plain model when it was quoted.
    pub at_quote: f64,
    /// The same when it was tapped: what should be touched in a world as the model has it.
    pub at_tap: f64,
    /// How often their bands were touched.
    pub touched: Measured,
    /// What the house kept of the stakes.
    pub margin: Measured,
    /// What it said it would keep, by stakes: the edge.
    pub edge: f64,
    /// What it would keep were the quoted probabilities true: the edge, and what rounding and limits of rates add.
    pub promised: f64,
}

impl Sums {
    /// Of those that were won or lost; `None` where there are none.
    pub fn of<'b>(bets: impl Iterator<Item = &'b DecidedBet>) -> Option<Self> {
        let bets: Vec<_> = bets.filter(|bet| bet.status != BetStatus::Void).collect();
        let stakes: i64 = bets.iter().map(|bet| bet.placed.amount).sum();
        if bets.is_empty() || stakes == 0 {
            return None;
        }
        let count = bets.len() as f64;
        let payouts: i64 = bets.iter().map(|bet| bet.paid).sum();
        let won = bets.iter().filter(|bet| bet.status == BetStatus::Won).count();
        let mean = |of: fn(&PlacedBet) -> f64| bets.iter().map(|bet| of(&bet.placed)).sum::<f64>() / count;
        let by_stake = |of: fn(&PlacedBet) -> f64| {
            bets.iter().map(|bet| of(&bet.placed) * bet.placed.amount as f64).sum::<f64>() / stakes as f64
        };
        let (touched, margin) = (won as f64 / count, 1.0 - payouts as f64 / stakes as f64);
        let is_won = |bet: &DecidedBet| f64::from(u8::from(bet.status == BetStatus::Won));
        let kept =
            |bet: &DecidedBet| (bet.placed.amount - bet.paid) as f64 - margin * bet.placed.amount as f64;
        Some(Self {
            bets: bets.len() as u64,
            won: won as u64,
            stakes,
            payouts,
            quoted: mean(|placed| share(placed.p_ppb)),
            at_quote: mean(|placed| share(placed.at_quote_ppb)),
            at_tap: mean(|placed| share(placed.at_tap_ppb)),
            touched: Measured { value: touched, error: spread(&bets, |bet| is_won(bet) - touched) / count },
            margin: Measured { value: margin, error: spread(&bets, kept) / stakes as f64 },
            edge: by_stake(|placed| placed.edge_bp as f64 / 10_000.0),
            promised: by_stake(|placed| 1.0 - share(placed.p_ppb) * f64::from(placed.rate) / 100.0),
        })
    }
}

fn share(ppb: i64) -> f64 {
    ppb as f64 / PPB as f64
}

/// The root of the sum of squares of the minutes' sums.
fn spread(bets: &[&DecidedBet], residual: impl Fn(&DecidedBet) -> f64) -> f64 {
    let mut minutes: HashMap<i64, f64> = HashMap::new();
    for bet in bets {
        *minutes.entry(bet.placed.minute).or_default() += residual(bet);
    }
    let mut squares: Vec<_> = minutes.values().map(|sum| sum * sum).collect();
    // In one order, or the same bets would give another last digit.
    squares.sort_by(f64::total_cmp);
    squares.iter().sum::<f64>().sqrt()
}
