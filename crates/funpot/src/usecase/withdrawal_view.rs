//! Looking at requests for money: a user's own, and those that wait for an operator.

use crate::app::App;
use crate::domain::withdrawal::{Withdrawal, WithdrawalStatus};
use crate::store::withdrawals;
use kernel::{Refusal, UserId};

/// A user's with smaller numbers than `before`, newest first.
pub async fn of_user(app: &App, user: UserId, before: i64, limit: i64) -> Result<Vec<Withdrawal>, Refusal> {
    Ok(app.store.read(move |tx| withdrawals::of_user(tx, user, before, limit)).await?)
}

/// Those of this status with smaller numbers than `before`, newest first.
pub async fn of_status(
    app: &App,
    status: WithdrawalStatus,
    before: i64,
    limit: i64,
) -> Result<Vec<Withdrawal>, Refusal> {
    Ok(app.store.read(move |tx| withdrawals::of_status(tx, status, before, limit)).await?)
}
