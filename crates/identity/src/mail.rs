//! Mails that were written. Sending them is another's work; the demo shows them on its outbox page.

use kernel::{TenantId, Timestamp, TypedId};
use store::{Row, StoreError, Tx, params};

/// Days a mail is kept.
const KEEP_DAYS: i64 = 90;

/// One mail, as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number.
    pub id: i64,
    /// On whose behalf; none for the platform's own.
    pub tenant: Option<TenantId>,
    /// The address it goes to.
    pub recipient: String,
    /// The subject, one line.
    pub subject: String,
    /// The text. It may hold a secret (a reset link): never log it.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Characters of a name in a mail at most.
const ADDRESSEE_CHARS_MAX: usize = 40;

/// How a mail calls somebody of this `name`: shortened, on one line, and never anything that a mail program makes a link of.
/// A name may be older than the rules for names.
#[must_use]
pub fn addressee(name: &str) -> String {
    let name = name.trim();
    if kernel::check_name(name).is_err() || crate::profile::looks_like_a_link(name) {
        return "there".to_owned();
    }
    let short: String = name.chars().take(ADDRESSEE_CHARS_MAX).collect();
    if short.len() < name.len() { format!("{}…", short.trim_end()) } else { short }
}

/// Adds a mail to the transaction that is its cause.
pub fn append(tx: &mut Tx<'_>, mail: &Mail) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mails (id, tenant_id, recipient, subject, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            mail.id,
            mail.tenant.map(TypedId::as_i64),
            mail.recipient.as_str(),
            mail.subject.as_str(),
            mail.body.as_str(),
            mail.created_at
        ],
    )?;
    Ok(())
}

/// The newest mails, newest first, at most `limit`.
pub fn newest(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Mail>, StoreError> {
    tx.query(
        "SELECT id, tenant_id, recipient, subject, body, created_at FROM mails ORDER BY id DESC LIMIT $1",
        params![limit],
        read,
    )
}

/// Deletes mails older than ninety days, at most `limit`; how many.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
        params![now.plus_secs(-KEEP_DAYS * 24 * 3600), limit],
    )
}

fn read(row: &Row<'_>) -> Result<Mail, StoreError> {
    Ok(Mail {
        id: row.int(0)?,
        tenant: row.opt_int(1)?.map(TenantId),
        recipient: row.text(2)?,
        subject: row.text(3)?,
        body: row.text(4)?,
        created_at: Timestamp::from_micros(row.int(5)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_speaks_through_our_mails() {
        assert_eq!(addressee(" Ann "), "Ann");
        assert_eq!(addressee(&"x".repeat(100)), format!("{}…", "x".repeat(40)));
        for bad in ["Buy at https://evil.example", "evil.com", "Ann\u{202e}", "Ann\nBcc: x", "\u{3164}"] {
            assert_eq!(addressee(bad), "there", "{bad:?}");
        }
    }
}
