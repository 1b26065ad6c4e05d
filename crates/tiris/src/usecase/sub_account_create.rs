//! Makes a sub-account, empty. Money comes to it by logs alone.

use super::sub_account::Held;
use crate::app::App;
use crate::domain::ids::{SubAccountId, TradingId};
use crate::domain::sub_account::{Holdings, SubAccount};
use crate::refusals;
use crate::store::{sub_accounts, tradings, users};
use kernel::{AssetCode, Refusal, UserId};
use store::{StoreError, Tx};

/// A slice that somebody wants.
#[derive(Debug, Clone)]
pub struct SubAccountInput {
    /// Of which trading.
    pub trading: TradingId,
    /// The name.
    pub name: String,
    /// What it will hold.
    pub symbol: AssetCode,
    /// A JSON object.
    pub info: String,
}

/// Makes it. Errors: 404 `TRADING_NOT_FOUND`, 409 `SUBACCOUNT_NAME_EXISTS`.
pub async fn run(app: &App, user: UserId, input: SubAccountInput) -> Result<Held, Refusal> {
    let now = app.clock.now();
    let [id, locked_account, fresh_outside] = std::array::from_fn(|_| app.ids.next(now));
    let work = move |tx: &mut Tx<'_>| {
        if !users::lock_one(tx, user)? {
            return Err(refusals::user_is_not_active());
        }
        let found = tradings::find(tx, input.trading)?.filter(|trading| trading.user == user);
        found.ok_or_else(refusals::trading_not_found)?;
        let outside = sub_accounts::outside_account(tx, user, input.symbol)?;
        let account = SubAccount {
            id: SubAccountId(id),
            user,
            trading: input.trading,
            name: input.name.clone(),
            symbol: input.symbol,
            locked_account,
            outside_account: outside.unwrap_or(fresh_outside),
            info: input.info.clone(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        sub_accounts::insert(tx, &account).map_err(name_is_taken)?;
        Ok(Held { account, holdings: Holdings::default() })
    };
    app.store.write(work).await
}

/// A name that another live sub-account of the trading has.
pub(super) fn name_is_taken(error: StoreError) -> Refusal {
    match error {
        StoreError::Unique(_) => refusals::sub_account_name_exists(),
        other => other.into(),
    }
}
