//! What inviting brought: who came, and what each bonus was.

use crate::app::App;
use crate::store::referrals;
pub use crate::store::referrals::{Invitee, Payout};
use kernel::{Refusal, UserId};
use store::StoreError;

/// Invitees that a summary lists.
const LISTED_MAX: i64 = 100;

/// What a user sees of their inviting.
#[derive(Debug, Clone)]
pub struct Summary {
    /// With what they invite.
    pub code: String,
    /// How many came.
    pub invited: i64,
    /// What all of them earned.
    pub earnings: i64,
    /// The newest of them.
    pub invitees: Vec<Invitee>,
}

/// The summary. Errors: 404, the user is gone.
pub async fn summary(app: &App, user: UserId) -> Result<Summary, Refusal> {
    let found: Result<_, StoreError> = app
        .store
        .read(move |tx| {
            let referral = referrals::by_user(tx, user)?;
            Ok((referral, referrals::totals(tx, user)?, referrals::invitees(tx, user, LISTED_MAX)?))
        })
        .await;
    let (referral, (invited, earnings), invitees) = found?;
    let referral = referral.ok_or_else(|| Refusal::not_found("user"))?;
    Ok(Summary { code: referral.code, invited, earnings, invitees })
}

/// Bonuses with smaller numbers than `before`, newest first; reversed ones too.
pub async fn payouts(app: &App, user: UserId, before: i64, limit: i64) -> Result<Vec<Payout>, Refusal> {
    Ok(app.store.read(move |tx| referrals::payouts(tx, user, before, limit)).await?)
}
