//! Changes a trading: its name, its binding, its status, its info. Its history stays.

use super::trading::{TradingView, view};
use super::trading_create::name_is_taken;
use crate::app::App;
use crate::domain::ids::{ExchangeBindingId, TradingId};
use crate::domain::trading::TradingStatus;
use crate::refusals;
use crate::store::{bindings, tradings, users};
use kernel::{Refusal, UserId};
use store::Tx;

/// What is to change; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct TradingChange {
    /// The name.
    pub name: Option<String>,
    /// Where it trades.
    pub binding: Option<ExchangeBindingId>,
    /// Whether it trades.
    pub status: Option<TradingStatus>,
    /// A JSON object.
    pub info: Option<String>,
}

/// Changes it. Errors: 404, 409 `TRADING_NAME_EXISTS`.
pub async fn run(
    app: &App,
    user: UserId,
    id: TradingId,
    change: TradingChange,
) -> Result<TradingView, Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        if !users::lock_one(tx, user)? {
            return Err(refusals::user_is_not_active());
        }
        let found = tradings::find(tx, id)?.filter(|trading| trading.user == user);
        let mut trading = found.ok_or_else(refusals::trading_not_found)?;
        if let Some(binding) = change.binding {
            let found = bindings::find(tx, binding)?.filter(|found| found.is_usable_by(user));
            trading.binding = found.ok_or_else(refusals::binding_not_found)?.id;
        }
        trading.name = change.name.clone().unwrap_or(trading.name);
        trading.status = change.status.unwrap_or(trading.status);
        trading.info = change.info.clone().unwrap_or(trading.info);
        trading.updated_at = now;
        tradings::update(tx, &trading).map_err(name_is_taken)?;
        Ok(view(tx, trading)?)
    };
    app.store.write(work).await
}
