//! Changes a sub-account: its name, its info, and its symbol while nothing was posted to it; deletes an empty one.

use super::sub_account::Held;
use super::sub_account_create::name_is_taken;
use crate::app::App;
use crate::domain::ids::SubAccountId;
use crate::domain::sub_account::{Holdings, SubAccount};
use crate::refusals;
use crate::store::{sub_accounts, users};
use kernel::{AssetCode, Refusal, UserId};
use store::Tx;

/// What is to change; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct SubAccountChange {
    /// The name.
    pub name: Option<String>,
    /// What it will hold.
    pub symbol: Option<AssetCode>,
    /// A JSON object.
    pub info: Option<String>,
}

/// Changes it. Errors: 404, 409 `SUBACCOUNT_NAME_EXISTS`, 409 `SYMBOL_IS_FROZEN`.
pub async fn run(
    app: &App,
    user: UserId,
    id: SubAccountId,
    change: SubAccountChange,
) -> Result<Held, Refusal> {
    let now = app.clock.now();
    let fresh_outside = app.ids.next(now);
    let work = move |tx: &mut Tx<'_>| {
        let Held { mut account, holdings } = locked(tx, user, id)?;
        if let Some(symbol) = change.symbol.filter(|symbol| *symbol != account.symbol) {
            if sub_accounts::has_history(tx, id)? {
                return Err(refusals::symbol_is_frozen());
            }
            account.symbol = symbol;
            let outside = sub_accounts::outside_account(tx, user, symbol)?;
            account.outside_account = outside.unwrap_or(fresh_outside);
        }
        account.name = change.name.clone().unwrap_or(account.name);
        account.info = change.info.clone().unwrap_or(account.info);
        account.updated_at = now;
        sub_accounts::update(tx, &account).map_err(name_is_taken)?;
        Ok(Held { account, holdings })
    };
    app.store.write(work).await
}

/// Deletes it. Errors: 404, 409 `SUBACCOUNT_HAS_BALANCE`.
pub async fn delete(app: &App, user: UserId, id: SubAccountId) -> Result<(), Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        let Held { account, holdings } = locked(tx, user, id)?;
        if holdings != Holdings::default() {
            return Err(refusals::sub_account_has_balance(holdings));
        }
        let account = SubAccount { deleted_at: Some(now), updated_at: now, ..account };
        Ok::<_, Refusal>(sub_accounts::update(tx, &account)?)
    };
    app.store.write(work).await
}

/// The caller's sub-account, with the caller's row locked.
fn locked(tx: &mut Tx<'_>, user: UserId, id: SubAccountId) -> Result<Held, Refusal> {
    if !users::lock_one(tx, user)? {
        return Err(refusals::user_is_not_active());
    }
    let found = sub_accounts::find(tx, id)?.filter(|found| found.account.user == user);
    found.ok_or_else(refusals::sub_account_not_found)
}
