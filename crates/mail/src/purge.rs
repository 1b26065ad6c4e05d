//! What is forgotten: mails after ninety days with their tries, and values that hold a secret when the secret is over.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// Days a mail is kept after it was written.
const KEEP_DAYS: i64 = 90;

/// Removes what is over at `now`, at most `limit` rows of each; how many. Mails that wait are never removed.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    let erased = tx.execute(
        "UPDATE mail_messages SET data = '{}', erase_at = NULL,
           state = CASE state WHEN 'queued' THEN 'failed' ELSE state END,
           answer = CASE state WHEN 'queued' THEN 'its secret was over before it could be sent' ELSE answer END
         WHERE id IN (SELECT id FROM mail_messages WHERE erase_at <= $1 ORDER BY erase_at LIMIT $2)",
        params![now, limit],
    )?;
    let over = now.plus_secs(-KEEP_DAYS * 24 * 3600);
    tx.execute(
        "DELETE FROM mail_attempts WHERE message_id IN (SELECT id FROM mail_messages
           WHERE created_at < $1 AND state <> 'queued' ORDER BY created_at, id LIMIT $2)",
        params![over, limit],
    )?;
    let deleted = tx.execute(
        "DELETE FROM mail_messages WHERE id IN (SELECT id FROM mail_messages
           WHERE created_at < $1 AND state <> 'queued' ORDER BY created_at, id LIMIT $2)",
        params![over, limit],
    )?;
    Ok(erased + deleted)
}
