//! Looking at withdrawals: a player's own, and those that wait for an operator.

use crate::app::App;
use crate::domain::withdrawal::Withdrawal;
use crate::store::withdrawals::from_row;
use kernel::{Refusal, UserId};
use ledger::cash::withdrawals;
use store::StoreError;

/// A player's with smaller numbers than `before`, newest first.
pub async fn of_user(app: &App, user: UserId, before: i64, limit: i64) -> Result<Vec<Withdrawal>, Refusal> {
    read(app.store.read(move |tx| withdrawals::of_user(tx, user.0, before, limit)).await?)
}

/// Those that wait for a decision, oldest first.
pub async fn pending(app: &App, limit: i64) -> Result<Vec<Withdrawal>, Refusal> {
    read(app.store.read(move |tx| withdrawals::pending(tx, limit)).await?)
}

fn read(rows: Vec<ledger::cash::Withdrawal>) -> Result<Vec<Withdrawal>, Refusal> {
    Ok(rows.into_iter().map(from_row).collect::<Result<_, StoreError>>()?)
}
