//! Looking at bets: one's own list, one bet, and how it is found by its nonce.

use super::bet_batch::nonce_hash;
use crate::app::App;
use crate::domain::bet::Bet;
use crate::domain::cell::CellId;
use crate::domain::column::ColumnRow;
use crate::domain::ids::BetId;
use crate::domain::money::locator_kind;
use crate::store::bets;
pub use crate::store::bets::BetFilter;
use crate::store::columns;
use kernel::{Refusal, UserId};
use store::{StoreError, Tx, locator};

/// A bet with its column, where it has one: a bet without money may be on a column that nobody else bet on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The bet.
    pub bet: Bet,
    /// Its column.
    pub column: Option<ColumnRow>,
}

impl Shown {
    /// The cell, where the column is known.
    #[must_use]
    pub fn cell(&self) -> Option<CellId> {
        let column = self.column.as_ref()?;
        CellId::new(column.epoch, column.col, self.bet.low, self.bet.high)
    }
}

/// A user's bets, newest first.
pub async fn list(app: &App, user: UserId, filter: BetFilter) -> Result<Vec<Shown>, Refusal> {
    let found = app.store.read(move |tx| {
        let all = bets::of_user(tx, user, &filter)?;
        all.into_iter().map(|bet| shown(tx, bet)).collect::<Result<Vec<_>, StoreError>>()
    });
    Ok(found.await?)
}

/// One bet. Errors: 404 where there is none, or it is another's and `user` is given.
pub async fn one(app: &App, id: BetId, user: Option<UserId>) -> Result<Shown, Refusal> {
    let found = app.store.read(move |tx| {
        let bet = bets::by_id(tx, id)?.filter(|bet| user.is_none_or(|user| bet.user == user));
        bet.map(|bet| shown(tx, bet)).transpose()
    });
    let found: Option<Shown> = found.await?;
    found.ok_or_else(|| Refusal::not_found("bet"))
}

fn shown(tx: &mut Tx<'_>, bet: Bet) -> Result<Shown, StoreError> {
    let column = columns::by_id(tx, bet.column)?;
    Ok(Shown { bet, column })
}

/// The bet that `user` made with `nonce`, and its cell.
pub(super) fn by_nonce(
    tx: &mut Tx<'_>,
    user: UserId,
    nonce: &str,
) -> Result<Option<(Bet, CellId)>, StoreError> {
    let Some(id) = locator::find(tx, user.0, locator_kind::NONCE, nonce_hash(nonce))? else {
        return Ok(None);
    };
    let found = bets::by_id(tx, BetId(id))?.filter(|bet| bet.signed.nonce == nonce);
    let Some(bet) = found else { return Ok(None) };
    let shown = shown(tx, bet)?;
    Ok(shown.cell().map(|cell| (shown.bet, cell)))
}
