//! What the price engine remembers across a restart, as JSON under a name.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// What was saved under `name`, and when.
pub fn load(tx: &mut Tx<'_>, name: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
    tx.query_opt("SELECT body, saved_at FROM price_state WHERE name = $1", params![name], |row| {
        Ok((row.text(0)?, Timestamp::from_micros(row.int(1)?)))
    })
}

/// Saves `body` under `name`.
pub fn save(tx: &mut Tx<'_>, name: &str, body: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO price_state (name, body, saved_at) VALUES ($1, $2, $3)
               ON CONFLICT (name) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at";
    tx.execute(sql, params![name, body, now])?;
    Ok(())
}
