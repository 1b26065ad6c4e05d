//! What is removed of a user who is forgotten, beside the user's own row.

use kernel::UserId;
use store::{StoreError, Tx, params};

/// Removes sessions, the code that invites, Telegram's number on charges that went back, and calls of the Bot API that were made.
pub fn forget(tx: &mut Tx<'_>, id: UserId, tg_user_id: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sessions WHERE user_id = $1", params![id.0])?;
    let code = format!("erased-{}", id.0);
    tx.execute("UPDATE referrals SET code = $2 WHERE user_id = $1", params![id.0, code])?;
    let sql = "UPDATE star_charges SET tg_user_id = 0 WHERE user_id = $1 AND refunded_at IS NOT NULL";
    tx.execute(sql, params![id.0])?;
    let sql = "DELETE FROM bot_calls WHERE done_at IS NOT NULL AND body LIKE $1";
    tx.execute(sql, params![format!("%{tg_user_id}%")])?;
    Ok(())
}
