//! Reads sub-accounts with what lies in them: one, a user's, a trading's, those of one asset.

use super::reader::Reader;
use crate::app::App;
use crate::domain::ids::{SubAccountId, TradingId};
use crate::refusals;
pub use crate::store::sub_accounts::Held;
use crate::store::{sub_accounts, tradings};
use kernel::{AssetCode, Refusal};
use store::Tx;

/// One sub-account.
pub async fn one(app: &App, reader: Reader, id: SubAccountId) -> Result<Held, Refusal> {
    let found = app.store.read(move |tx| sub_accounts::find(tx, id)).await?;
    let seen = found.filter(|found| reader.may_read(found.account.user));
    seen.ok_or_else(refusals::sub_account_not_found)
}

/// The reader's own, or those of one trading, newest first.
pub async fn list(app: &App, reader: Reader, trading: Option<TradingId>) -> Result<Vec<Held>, Refusal> {
    let work = move |tx: &mut Tx<'_>| match trading {
        None => Ok(sub_accounts::of_user(tx, reader.own()?)?),
        Some(id) => {
            let found = tradings::find(tx, id)?.filter(|trading| reader.may_see(trading));
            found.ok_or_else(refusals::trading_not_found)?;
            Ok(sub_accounts::of_trading(tx, id)?)
        }
    };
    app.store.read(work).await
}

/// The reader's own that hold one asset, newest first.
pub async fn of_symbol(app: &App, reader: Reader, symbol: AssetCode) -> Result<Vec<Held>, Refusal> {
    let user = reader.own()?;
    Ok(app.store.read(move |tx| sub_accounts::of_symbol(tx, user, symbol)).await?)
}
