//! Looking at withdrawals: a player's own, and those that wait for an operator.

use crate::app::App;
use crate::domain::withdrawal::Withdrawal;
use crate::store::withdrawals;
use kernel::{Refusal, UserId};

/// A player's with smaller numbers than `before`, newest first.
pub async fn of_user(app: &App, user: UserId, before: i64, limit: i64) -> Result<Vec<Withdrawal>, Refusal> {
    Ok(app.store.read(move |tx| withdrawals::of_user(tx, user, before, limit)).await?)
}

/// Those that wait for a decision, oldest first.
pub async fn pending(app: &App, limit: i64) -> Result<Vec<Withdrawal>, Refusal> {
    Ok(app.store.read(move |tx| withdrawals::pending(tx, limit)).await?)
}
