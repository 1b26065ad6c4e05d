//! Everything the stall knows of a user, for that user.

use super::profile::{self, Profile};
use super::referral_view::{self, Payout};
use super::wallet_view::{self, Entry};
use super::{event_view, withdrawal_view};
use crate::app::App;
use crate::domain::event::PotEvent;
use crate::domain::vote::Vote;
use crate::domain::withdrawal::Withdrawal;
use kernel::{Refusal, UserId};

/// Rows of each kind in one export, newest first; the paged lists have the rest.
pub const ROWS_MAX: i64 = 10_000;

/// What is known of a user.
#[derive(Debug, Clone)]
pub struct Export {
    /// Who.
    pub profile: Profile,
    /// Every movement of the wallet.
    pub movements: Vec<Entry>,
    /// Every vote with its event.
    pub votes: Vec<(Vote, PotEvent)>,
    /// Every request for money.
    pub withdrawals: Vec<Withdrawal>,
    /// Every bonus for inviting.
    pub bonuses: Vec<Payout>,
}

/// The export. Errors: 404.
pub async fn run(app: &App, user: UserId) -> Result<Export, Refusal> {
    Ok(Export {
        profile: profile::view(app, user).await?,
        movements: wallet_view::run(app, user, i64::MAX, ROWS_MAX).await?.history,
        votes: event_view::votes_of(app, user, i64::MAX, ROWS_MAX).await?,
        withdrawals: withdrawal_view::of_user(app, user, i64::MAX, ROWS_MAX).await?,
        bonuses: referral_view::payouts(app, user, i64::MAX, ROWS_MAX).await?,
    })
}
