//! The table of people who are known by their wallet: one row an address, made at the first log-in.

use kernel::{Timestamp, TypedId, UserId, WalletAddress};
use store::{Row, StoreError, Tx, params};

/// Somebody known by a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletUser {
    /// The id.
    pub id: UserId,
    /// The account.
    pub wallet: WalletAddress,
    /// When it was first seen.
    pub created_at: Timestamp,
}

/// The user of `wallet`; made with the id `fresh` if there is none yet.
pub fn enter(
    tx: &mut Tx<'_>,
    now: Timestamp,
    fresh: UserId,
    wallet: WalletAddress,
) -> Result<WalletUser, StoreError> {
    tx.execute(
        "INSERT INTO wallet_users (id, wallet, created_at) VALUES ($1, $2, $3) ON CONFLICT (wallet) DO NOTHING",
        params![fresh.as_i64(), wallet.lower(), now],
    )?;
    tx.query_one(
        "SELECT id, wallet, created_at FROM wallet_users WHERE wallet = $1",
        params![wallet.lower()],
        read,
    )
}

/// The user of this id.
pub fn find(tx: &mut Tx<'_>, id: UserId) -> Result<Option<WalletUser>, StoreError> {
    tx.query_opt("SELECT id, wallet, created_at FROM wallet_users WHERE id = $1", params![id.as_i64()], read)
}

/// The user of this wallet.
pub fn find_by_wallet(tx: &mut Tx<'_>, wallet: WalletAddress) -> Result<Option<WalletUser>, StoreError> {
    tx.query_opt(
        "SELECT id, wallet, created_at FROM wallet_users WHERE wallet = $1",
        params![wallet.lower()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<WalletUser, StoreError> {
    Ok(WalletUser {
        id: UserId(row.int(0)?),
        wallet: stored_address(&row.text(1)?)?,
        created_at: Timestamp::from_micros(row.int(2)?),
    })
}

/// An address as a table holds it.
pub(super) fn stored_address(text: &str) -> Result<WalletAddress, StoreError> {
    WalletAddress::parse_lower(text).ok_or_else(|| StoreError::Corrupt(format!("wallet {text}")))
}
