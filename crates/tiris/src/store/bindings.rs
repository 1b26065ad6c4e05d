//! Exchange bindings in rows: what everybody may see of them, and what their owners do. Their keys are in `binding_keys`.

use crate::domain::binding::{Binding, BindingStatus};
use crate::domain::ids::{ExchangeBindingId, TradingId};
use kernel::{Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// A binding without its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingView {
    /// The number.
    pub id: ExchangeBindingId,
    /// Whose; none: everybody's.
    pub user: Option<UserId>,
    /// The name.
    pub name: String,
    /// Which exchange.
    pub exchange: String,
    /// `private` or `public`.
    pub kind: String,
    /// The first and the last four characters of the key.
    pub mask: Option<String>,
    /// `active`, `inactive` or `error`.
    pub status: String,
}

impl BindingView {
    /// Whether `user` may trade on it.
    #[must_use]
    pub fn is_usable_by(&self, user: UserId) -> bool {
        self.user.is_none_or(|owner| owner == user)
    }
}

macro_rules! columns {
    () => {
        "id, user_id, name, exchange, type, api_key_mask, status"
    };
}

macro_rules! all_columns {
    () => {
        "id, user_id, name, exchange, status, api_key_mask, failure_count, last_failure_at, last_used_at, validated_at,
         failures_cleared_at, info, created_at, updated_at"
    };
}

/// Inserts a binding without keys. Errors: `Unique` where its owner has a live one of this name.
pub fn insert(tx: &mut Tx<'_>, binding: &Binding) -> Result<(), StoreError> {
    let sql = "INSERT INTO exchange_bindings (id, user_id, name, exchange, type, status, failure_count, info, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $8)";
    let row = params![
        binding.id.0,
        binding.user.map(|user| user.0),
        &binding.name,
        &binding.exchange,
        binding.kind(),
        binding.status.as_str(),
        &binding.info,
        binding.created_at,
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Writes what its owner may change. Errors: `Unique` where the name is another's.
pub fn update(tx: &mut Tx<'_>, binding: &Binding) -> Result<(), StoreError> {
    let sql =
        "UPDATE exchange_bindings SET name = $2, status = $3, info = $4, updated_at = $5, failure_count = $6,
                 failures_cleared_at = $7, validated_at = $8 WHERE id = $1";
    let row = params![
        binding.id.0,
        &binding.name,
        binding.status.as_str(),
        &binding.info,
        binding.updated_at,
        binding.failure_count,
        binding.failures_cleared_at,
        binding.validated_at,
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// The live binding of this number, whole but for its keys.
pub fn whole(tx: &mut Tx<'_>, id: ExchangeBindingId) -> Result<Option<Binding>, StoreError> {
    let sql =
        concat!("SELECT ", all_columns!(), " FROM exchange_bindings WHERE id = $1 AND deleted_at IS NULL");
    tx.query_opt(sql, params![id.0], read_whole)
}

/// A page of a user's live bindings, newest first, and how many there are.
pub fn page_of(
    tx: &mut Tx<'_>,
    user: UserId,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Binding>, i64), StoreError> {
    let sql = concat!(
        "SELECT ",
        all_columns!(),
        " FROM exchange_bindings WHERE user_id = $1 AND deleted_at IS NULL ORDER BY id DESC LIMIT $2 OFFSET $3"
    );
    let rows = tx.query(sql, params![user.0, limit, offset], read_whole)?;
    let count = "SELECT COUNT(*) FROM exchange_bindings WHERE user_id = $1 AND deleted_at IS NULL";
    Ok((rows, tx.query_one(count, params![user.0], |row| row.int(0))?))
}

/// The live public bindings that are active, the oldest first.
pub fn public(tx: &mut Tx<'_>) -> Result<Vec<Binding>, StoreError> {
    let sql = concat!(
        "SELECT ",
        all_columns!(),
        " FROM exchange_bindings WHERE user_id IS NULL AND deleted_at IS NULL AND status = 'active' ORDER BY id"
    );
    tx.query(sql, &[], read_whole)
}

/// Whether another live binding of this owner has the name.
pub fn name_is_taken(
    tx: &mut Tx<'_>,
    owner: Option<UserId>,
    name: &str,
    but: ExchangeBindingId,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM exchange_bindings WHERE COALESCE(user_id, 0) = $1 AND name = $2 AND id <> $3
                 AND deleted_at IS NULL";
    let row = params![owner.map_or(0, |user| user.0), name, but.0];
    Ok(tx.query_opt(sql, row, |_| Ok(()))?.is_some())
}

/// A live trading that trades on it.
pub fn used_by(tx: &mut Tx<'_>, id: ExchangeBindingId) -> Result<Option<TradingId>, StoreError> {
    let sql = "SELECT id FROM tradings WHERE exchange_binding_id = $1 AND deleted_at IS NULL LIMIT 1";
    tx.query_opt(sql, params![id.0], |row| Ok(TradingId(row.int(0)?)))
}

/// Marks it as deleted and forgets its keys: its name and keys are free again.
pub fn delete(tx: &mut Tx<'_>, id: ExchangeBindingId, now: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE exchange_bindings SET deleted_at = $2, updated_at = $2, data_key = NULL, key_version = NULL,
                 api_key = NULL, api_secret = NULL, passphrase = NULL, api_key_fingerprint = NULL,
                 api_secret_fingerprint = NULL WHERE id = $1";
    tx.execute(sql, params![id.0, now])?;
    Ok(())
}

/// Its keys are used now.
pub fn set_used(tx: &mut Tx<'_>, id: ExchangeBindingId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE exchange_bindings SET last_used_at = $2 WHERE id = $1", params![id.0, now])?;
    Ok(())
}

/// Its exchange refused it: how many refusals count now, and whether it is given up.
pub fn set_failed(
    tx: &mut Tx<'_>,
    id: ExchangeBindingId,
    (failures, is_given_up): (i64, bool),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE exchange_bindings SET failure_count = $2, last_failure_at = $3, updated_at = $3,
                 status = CASE WHEN $4 THEN 'error' ELSE status END WHERE id = $1";
    tx.execute(sql, params![id.0, failures, now, is_given_up])?;
    Ok(())
}

/// The private live bindings whose wallet was last asked for before `before`, at most `limit`; those that were never
/// validated are left out.
pub fn due_for_reconciliation(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(ExchangeBindingId, UserId)>, StoreError> {
    let sql = "SELECT b.id, b.user_id FROM exchange_bindings b WHERE b.user_id IS NOT NULL AND b.deleted_at IS NULL
                 AND b.status = 'active' AND b.validated_at IS NOT NULL AND b.last_used_at < $1 ORDER BY b.last_used_at LIMIT $2";
    tx.query(sql, params![before, limit], |row| Ok((ExchangeBindingId(row.int(0)?), UserId(row.int(1)?))))
}

/// The live binding of this number.
pub fn find(tx: &mut Tx<'_>, id: ExchangeBindingId) -> Result<Option<BindingView>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM exchange_bindings WHERE id = $1 AND deleted_at IS NULL");
    tx.query_opt(sql, params![id.0], read)
}

/// Those that `user` may see, deleted ones too: tradings of the past name them.
pub fn seen_by(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<BindingView>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM exchange_bindings WHERE user_id IS NULL OR user_id = $1");
    tx.query(sql, params![user.0], read)
}

/// The first public one.
pub fn first_public(tx: &mut Tx<'_>) -> Result<Option<ExchangeBindingId>, StoreError> {
    let sql =
        "SELECT id FROM exchange_bindings WHERE user_id IS NULL AND deleted_at IS NULL ORDER BY id LIMIT 1";
    tx.query_opt(sql, &[], |row| Ok(ExchangeBindingId(row.int(0)?)))
}

/// Whichever has this number, deleted or not.
pub fn any(tx: &mut Tx<'_>, id: ExchangeBindingId) -> Result<Option<BindingView>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM exchange_bindings WHERE id = $1");
    tx.query_opt(sql, params![id.0], read)
}

fn read(row: &Row<'_>) -> Result<BindingView, StoreError> {
    Ok(BindingView {
        id: ExchangeBindingId(row.int(0)?),
        user: row.opt_int(1)?.map(UserId),
        name: row.text(2)?,
        exchange: row.text(3)?,
        kind: row.text(4)?,
        mask: row.opt_text(5)?,
        status: row.text(6)?,
    })
}

fn read_whole(row: &Row<'_>) -> Result<Binding, StoreError> {
    let moment = |at| Ok::<_, StoreError>(row.opt_int(at)?.map(Timestamp::from_micros));
    let status = row.text(4)?;
    Ok(Binding {
        id: ExchangeBindingId(row.int(0)?),
        user: row.opt_int(1)?.map(UserId),
        name: row.text(2)?,
        exchange: row.text(3)?,
        status: BindingStatus::parse(&status)
            .ok_or_else(|| StoreError::Corrupt(format!("exchange_bindings.status '{status}'")))?,
        mask: row.opt_text(5)?,
        failure_count: row.int(6)?,
        last_failure_at: moment(7)?,
        last_used_at: moment(8)?,
        validated_at: moment(9)?,
        failures_cleared_at: moment(10)?,
        info: row.text(11)?,
        created_at: Timestamp::from_micros(row.int(12)?),
        updated_at: Timestamp::from_micros(row.int(13)?),
    })
}
