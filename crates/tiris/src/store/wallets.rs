//! Wallets at exchanges as they were last asked for, what is declared outside of the slices, and what the slices hold.

use crate::domain::ids::{ExchangeBindingId, SubAccountId};
use crate::domain::reconcile::AssetState;
use kernel::{AssetCode, Timestamp};
use std::collections::BTreeMap;
use store::{StoreError, Tx, params};

/// What lies in a wallet in one asset, units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletBalance {
    /// Of what.
    pub asset: AssetCode,
    /// May leave.
    pub free: i64,
    /// In open orders.
    pub locked: i64,
}

impl WalletBalance {
    /// All of it.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.free.saturating_add(self.locked)
    }
}

/// Keeps a whole wallet in place of what was known of it.
pub fn replace(
    tx: &mut Tx<'_>,
    binding: ExchangeBindingId,
    wallet: &[WalletBalance],
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM wallet_balances WHERE binding_id = $1", params![binding.0])?;
    let sql = "INSERT INTO wallet_balances (binding_id, asset, free, locked, fetched_at) VALUES ($1, $2, $3, $4, $5)";
    // An empty wallet is known, too.
    if wallet.is_empty() {
        tx.execute(sql, params![binding.0, "USDT", 0, 0, now])?;
    }
    for one in wallet {
        tx.execute(sql, params![binding.0, one.asset.as_str(), one.free, one.locked, now])?;
    }
    Ok(())
}

/// What is known of a wallet, in the order of assets, and when it was asked for; none: never, or it is empty.
pub fn of_binding(
    tx: &mut Tx<'_>,
    binding: ExchangeBindingId,
) -> Result<(Vec<WalletBalance>, Option<Timestamp>), StoreError> {
    let sql =
        "SELECT asset, free, locked, fetched_at FROM wallet_balances WHERE binding_id = $1 ORDER BY asset";
    let rows = tx.query(sql, params![binding.0], |row| {
        let balance = WalletBalance { asset: asset(&row.text(0)?)?, free: row.int(1)?, locked: row.int(2)? };
        Ok((balance, Timestamp::from_micros(row.int(3)?)))
    })?;
    let at = rows.iter().map(|(_, at)| *at).max();
    Ok((rows.into_iter().map(|(balance, _)| balance).collect(), at))
}

/// Whether the wallet was ever asked for.
pub fn is_known(tx: &mut Tx<'_>, binding: ExchangeBindingId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM wallet_balances WHERE binding_id = $1 LIMIT 1";
    Ok(tx.query_opt(sql, params![binding.0], |_| Ok(()))?.is_some())
}

/// Declares how much of an asset is nobody's slice.
pub fn declare(
    tx: &mut Tx<'_>,
    binding: ExchangeBindingId,
    (asset, amount): (AssetCode, i64),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO declared_outside (binding_id, asset, amount, updated_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (binding_id, asset) DO UPDATE SET amount = excluded.amount, updated_at = excluded.updated_at";
    tx.execute(sql, params![binding.0, asset.as_str(), amount, now])?;
    Ok(())
}

/// What is declared, in the order of assets.
pub fn declared(tx: &mut Tx<'_>, binding: ExchangeBindingId) -> Result<Vec<(AssetCode, i64)>, StoreError> {
    let sql = "SELECT asset, amount FROM declared_outside WHERE binding_id = $1 ORDER BY asset";
    tx.query(sql, params![binding.0], |row| Ok((asset(&row.text(0)?)?, row.int(1)?)))
}

/// A slice of a binding's wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Which.
    pub account: SubAccountId,
    /// Of what.
    pub asset: AssetCode,
    /// Units, locked ones too.
    pub held: i64,
    /// Whether any trade was made in it.
    pub is_traded: bool,
}

/// The slices of a binding: live sub-accounts of its live real tradings.
pub fn slices(tx: &mut Tx<'_>, binding: ExchangeBindingId) -> Result<Vec<Slice>, StoreError> {
    let sql = "SELECT s.id, s.symbol,
                 COALESCE(f.credits_posted - f.debits_posted, 0) + COALESCE(l.credits_posted - l.debits_posted, 0),
                 EXISTS (SELECT 1 FROM transactions x WHERE x.sub_account_id = s.id AND x.reason IN ('long', 'short', 'stop_loss'))
               FROM tradings t JOIN sub_accounts s ON s.trading_id = t.id AND s.deleted_at IS NULL
               LEFT JOIN accounts f ON f.id = s.id LEFT JOIN accounts l ON l.id = s.locked_id
               WHERE t.exchange_binding_id = $1 AND t.type = 'real' AND t.deleted_at IS NULL ORDER BY s.id";
    tx.query(sql, params![binding.0], |row| {
        Ok(Slice {
            account: SubAccountId(row.int(0)?),
            asset: asset(&row.text(1)?)?,
            held: row.int(2)?,
            is_traded: row.bool(3)?,
        })
    })
}

/// What is known of each asset of a binding, but for events.
pub fn states(tx: &mut Tx<'_>, id: ExchangeBindingId) -> Result<BTreeMap<AssetCode, AssetState>, StoreError> {
    let mut assets: BTreeMap<AssetCode, AssetState> = BTreeMap::new();
    for balance in of_binding(tx, id)?.0 {
        assets.entry(balance.asset).or_default().wallet = balance.total();
    }
    for slice in slices(tx, id)? {
        let state = assets.entry(slice.asset).or_default();
        state.slices.push((slice.account, slice.held));
        state.is_traded |= slice.is_traded;
    }
    for (asset, amount) in declared(tx, id)? {
        assets.entry(asset).or_default().outside = Some(amount);
    }
    Ok(assets)
}

fn asset(text: &str) -> Result<AssetCode, StoreError> {
    AssetCode::new(text).ok_or_else(|| StoreError::Corrupt(format!("asset '{text}'")))
}
