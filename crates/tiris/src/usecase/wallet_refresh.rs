//! Asks an exchange for the wallet before money of it is promised, unless it was asked a moment ago.

use super::auth_session::From;
use super::binding_use::{KeyUse, Purpose};
use super::binding_validate;
use crate::app::App;
use crate::domain::binding::BindingStatus;
use crate::domain::ids::{ExchangeBindingId, TradingId};
use crate::store::{bindings, tradings, wallets};
use kernel::{Refusal, Timestamp, UserId};
use store::{StoreError, Tx};

/// Seconds for which a wallet is believed.
const FRESH_S: i64 = 60;

/// Asks, where the trading is a real one on a binding with keys. Where the exchange says nothing, what it said last counts; where
/// it never said anything, nothing is promised of it. Errors: those of a use of keys.
pub async fn run(app: &App, user: UserId, trading: TradingId) -> Result<(), Refusal> {
    let found = app.store.read(move |tx: &mut Tx<'_>| wallet_of(tx, user, trading)).await?;
    let Some((binding, asked_at)) = found else { return Ok(()) };
    let now = app.clock.now();
    if asked_at.is_some_and(|at| at.plus_secs(FRESH_S) > now) {
        return Ok(());
    }
    let wanted = KeyUse { user, binding, purpose: Purpose::Allocate, from: From::default() };
    match binding_validate::wallet(app, wanted).await {
        Ok(_) => Ok(()),
        // Nobody taught us to ask: this exchange's wallets bound nothing.
        Err(refusal) if refusal.code == "EXCHANGE_NOT_SUPPORTED" => Ok(()),
        Err(_) if asked_at.is_some() => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

type Wallet = (ExchangeBindingId, Option<Timestamp>);

/// The active binding with keys of a real trading of the user's, and when its wallet was asked for.
fn wallet_of(tx: &mut Tx<'_>, user: UserId, trading: TradingId) -> Result<Option<Wallet>, StoreError> {
    let real = tradings::find(tx, trading)?.filter(|one| one.user == user && !one.kind.is_simulated());
    let Some(real) = real else { return Ok(None) };
    let binding = bindings::whole(tx, real.binding)?;
    let binding = binding.filter(|one| one.user.is_some() && one.status == BindingStatus::Active);
    let Some(binding) = binding else { return Ok(None) };
    Ok(Some((binding.id, wallets::of_binding(tx, binding.id)?.1)))
}
