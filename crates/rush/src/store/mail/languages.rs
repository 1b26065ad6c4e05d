//! In which language somebody wants their mails.

use kernel::UserId;
use store::{StoreError, Tx, params};

/// The language that `user` has chosen.
pub fn of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>, StoreError> {
    tx.query_opt("SELECT locale FROM user_languages WHERE user_id = $1", params![user.0], |row| row.text(0))
}

/// Writes it.
pub fn set(tx: &mut Tx<'_>, user: UserId, locale: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO user_languages (user_id, locale) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET locale = excluded.locale",
        params![user.0, locale],
    )?;
    Ok(())
}
