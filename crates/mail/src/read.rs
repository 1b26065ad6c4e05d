//! Reading mails: one, a page of them, the newest.

use crate::ids::MailId;
use crate::message::{Message, State, columns, read};
use kernel::{TenantId, TypedId, UserId};
use store::{StoreError, Tx, params};

/// Which mails a page holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those on behalf of this tenant; none: of all.
    pub tenant: Option<TenantId>,
    /// Those in this state.
    pub state: Option<State>,
    /// Those of this kind.
    pub kind: Option<String>,
    /// Those older than this one.
    pub before: Option<MailId>,
}

/// The mail of this number.
pub fn by_id(tx: &mut Tx<'_>, id: MailId) -> Result<Option<Message>, StoreError> {
    tx.query_opt(concat!("SELECT ", columns!(), " FROM mail_messages WHERE id = $1"), params![id.0], read)
}

/// Mails that pass the filter, newest first, at most `limit`.
pub fn page(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<Message>, StoreError> {
    let of_tenant = concat!(
        "SELECT ",
        columns!(),
        " FROM mail_messages WHERE tenant_id = $1 AND id < $2 AND ($3 = '' OR state = $3) AND ($4 = '' OR kind = $4)
          ORDER BY id DESC LIMIT $5"
    );
    let of_all = concat!(
        "SELECT ",
        columns!(),
        " FROM mail_messages WHERE $1 = 0 AND id < $2 AND ($3 = '' OR state = $3) AND ($4 = '' OR kind = $4)
          ORDER BY id DESC LIMIT $5"
    );
    let sql = if filter.tenant.is_some() { of_tenant } else { of_all };
    let state = filter.state.map_or("", State::as_str);
    let before = filter.before.map_or(i64::MAX, |id| id.0);
    let kind = filter.kind.as_deref().unwrap_or_default();
    tx.query(sql, params![filter.tenant.map_or(0, TypedId::as_i64), before, state, kind, limit], read)
}

/// A user's mails older than `before`, newest first, at most `limit`.
pub fn of_user(
    tx: &mut Tx<'_>,
    user: UserId,
    before: Option<MailId>,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM mail_messages WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    tx.query(sql, params![user.as_i64(), before.map_or(i64::MAX, |id| id.0), limit], read)
}

/// The newest mails of all, newest first, at most `limit`.
pub fn newest(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Message>, StoreError> {
    page(tx, &Filter::default(), limit)
}
