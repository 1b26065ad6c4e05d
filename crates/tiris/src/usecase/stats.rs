//! How much a user has: tradings, sub-accounts, and what lies in them by asset.

use super::reader::Reader;
use crate::app::App;
use crate::domain::trading::TradingStatus;
use crate::store::{sub_accounts, tradings};
use kernel::{AssetCode, Refusal};
use std::collections::BTreeMap;
use store::{StoreError, Tx};

/// Counts and sums.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// Live tradings.
    pub tradings: usize,
    /// Those whose status is active.
    pub active: usize,
    /// Live sub-accounts.
    pub sub_accounts: usize,
    /// What lies in them, units, by asset.
    pub balances: BTreeMap<AssetCode, i64>,
}

/// The reader's own.
pub async fn own(app: &App, reader: Reader) -> Result<Stats, Refusal> {
    let user = reader.own()?;
    let work = move |tx: &mut Tx<'_>| {
        let rows = tradings::of_user(tx, user)?;
        let held = sub_accounts::of_user(tx, user)?;
        let mut balances: BTreeMap<AssetCode, i64> = BTreeMap::new();
        for one in &held {
            let sum = balances.entry(one.account.symbol).or_default();
            *sum = sum.saturating_add(one.holdings.balance());
        }
        let active = rows.iter().filter(|trading| trading.status == TradingStatus::Active).count();
        Ok::<_, StoreError>(Stats { tradings: rows.len(), active, sub_accounts: held.len(), balances })
    };
    Ok(app.store.read(work).await?)
}
