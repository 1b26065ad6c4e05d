//! Makes a trading on a binding that is public or the caller's own.

use super::trading::{TradingView, view};
use crate::app::App;
use crate::domain::ids::{ExchangeBindingId, TradingId};
use crate::domain::trading::{Trading, TradingStatus, TradingType};
use crate::refusals;
use crate::store::{bindings, tradings, users};
use kernel::{Refusal, UserId};
use store::{StoreError, Tx};

/// What somebody wants to trade.
#[derive(Debug, Clone)]
pub struct TradingInput {
    /// The name.
    pub name: String,
    /// What kind.
    pub kind: TradingType,
    /// Where.
    pub binding: ExchangeBindingId,
    /// A JSON object.
    pub info: String,
}

/// Makes it. Errors: 404 `EXCHANGE_BINDING_NOT_FOUND`, 409 `TRADING_NAME_EXISTS`.
pub async fn run(app: &App, user: UserId, input: TradingInput) -> Result<TradingView, Refusal> {
    let now = app.clock.now();
    let trading = Trading {
        id: TradingId(app.ids.next(now)),
        user,
        binding: input.binding,
        name: input.name,
        kind: input.kind,
        status: TradingStatus::Active,
        info: input.info,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    let work = move |tx: &mut Tx<'_>| {
        if !users::lock_one(tx, user)? {
            return Err(refusals::user_is_not_active());
        }
        let binding = bindings::find(tx, trading.binding)?.filter(|found| found.is_usable_by(user));
        binding.ok_or_else(refusals::binding_not_found)?;
        tradings::insert(tx, &trading).map_err(name_is_taken)?;
        Ok(view(tx, trading.clone())?)
    };
    app.store.write(work).await
}

/// A name that another live trading of the user's has.
pub(super) fn name_is_taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Unique(_) => refusals::trading_name_exists(),
        other => other.into(),
    }
}
