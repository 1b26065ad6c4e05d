//! Adding a mail to a transaction, and sending one again.

use crate::ids::MailId;
use crate::kind::Kind;
use crate::unsubscribe;
use kernel::{TenantId, Timestamp, TypedId, UserId};
use serde_json::{Map, Value};
use store::{StoreError, Tx, params};

/// A mail to send.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Its number, of the stall's own source of ids.
    pub id: i64,
    /// What kind.
    pub kind: &'static Kind,
    /// On whose behalf; none for the platform's own.
    pub tenant: Option<TenantId>,
    /// Whose account it is for.
    pub user: Option<UserId>,
    /// What it is about, such as `booking:17`: a second mail of this kind about it is not written. None: every one is.
    pub about: Option<String>,
    /// The address it goes to.
    pub recipient: String,
    /// The language, `en` or `th`.
    pub locale: String,
    /// The values of its text, by the names of the kind's variables.
    pub data: Map<String, Value>,
    /// When it is written.
    pub now: Timestamp,
    /// When it may be sent; `now` for at once.
    pub due_at: Timestamp,
}

/// What became of a mail that was to be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// It will be sent.
    New,
    /// There is one of this kind about this already; nothing was written.
    Known,
    /// The recipient wants no mails of this list; nothing was written.
    Unsubscribed,
}

/// Adds a mail to the transaction that is its cause.
pub fn queue(tx: &mut Tx<'_>, mail: &NewMail) -> Result<Queued, StoreError> {
    if let Some(list) = mail.kind.list
        && unsubscribe::has(tx, mail.tenant, list, &mail.recipient)?
    {
        return Ok(Queued::Unsubscribed);
    }
    let erase_at = mail.kind.secret_for_s.map(|seconds| mail.now.plus_secs(seconds));
    let inserted = tx.execute(
        "INSERT INTO mail_messages (id, tenant_id, user_id, kind, about, recipient, locale, data, state, is_bulk, due_at,
           created_at, erase_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11, $12)
         ON CONFLICT DO NOTHING",
        params![
            mail.id,
            mail.tenant.map(TypedId::as_i64),
            mail.user.map(TypedId::as_i64),
            mail.kind.name,
            mail.about.as_deref(),
            mail.recipient.as_str(),
            mail.locale.as_str(),
            Value::Object(mail.data.clone()).to_string(),
            mail.kind.is_bulk,
            mail.due_at,
            mail.now,
            erase_at
        ],
    )?;
    Ok(if inserted == 1 { Queued::New } else { Queued::Known })
}

/// Sends a mail again, whatever became of it, under a new Message-ID; its earlier tries stay on record. False: there is none, it
/// waits already, or its values were erased.
pub fn resend(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE mail_messages SET state = 'queued', due_at = $2, is_paced = FALSE, resends = resends + 1, attempts_before = attempts
         WHERE id = $1 AND state <> 'queued' AND data <> '{}'",
        params![id.0, now],
    )?;
    Ok(changed == 1)
}
