//! Exchange bindings in rows: what everybody may see of them. Their keys are read elsewhere.

use crate::domain::ids::ExchangeBindingId;
use kernel::UserId;
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
