//! Taking mails that are due: those whose limit or rate is used up are given a later moment, the others are noted as tried and
//! are this run's alone until the claim is over.

use crate::attempts;
use crate::ids::MailId;
use crate::message::{Message, columns, read};
use crate::pace::Paces;
use crate::recipient_limit::recipient_free_at;
use crate::settings::Limits;
use kernel::{Timestamp, TypedId};
use std::collections::HashMap;
use store::{StoreError, Tx, params};

/// Mails that one run looks at.
pub(crate) const RUN_MAX: i64 = 32;
/// Seconds for which a claimed mail is nobody else's: longer than a run can take. After a crash it waits for this long.
const CLAIM_S: i64 = 120;

/// What a run has taken.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    /// To be sent.
    pub messages: Vec<Message>,
    /// How many were given a later moment.
    pub delayed: usize,
    /// The rates after it.
    pub paces: Paces,
}

/// Whether any mail is due; cheap, for a reader to ask before a writer is troubled.
pub(crate) fn any_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM mail_messages WHERE state = 'queued' AND is_bulk IN (FALSE, TRUE) AND due_at <= $1 LIMIT 1";
    Ok(tx.query_opt(sql, params![now], |_| Ok(()))?.is_some())
}

/// Takes what is due at `now`, other mails before those of many.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    paces: &Paces,
    now: Timestamp,
    limits: &Limits,
) -> Result<Claimed, StoreError> {
    let mut claimed = Claimed { paces: paces.clone(), ..Claimed::default() };
    let mut taken: HashMap<String, usize> = HashMap::new();
    for (message, is_paced) in due(tx, now)? {
        let to_recipient = taken.entry(message.recipient.clone()).or_default();
        let free = recipient_free_at(tx, (&message.recipient, *to_recipient), now, limits)?;
        let tenant = message.tenant.map_or(0, TypedId::as_i64);
        let rates = (limits.per_second, limits.per_tenant_second);
        let turn = match free {
            Some(free) => free,
            None if is_paced => now,
            None => claimed.paces.take(tenant, now, rates),
        };
        if turn > now {
            delay(tx, message.id, turn, free.is_none())?;
            claimed.delayed += 1;
        } else {
            *to_recipient += 1;
            claimed.messages.push(take(tx, message, now)?);
        }
    }
    claimed.paces.forget_idle(now);
    Ok(claimed)
}

fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(Message, bool)>, StoreError> {
    let sqlite = concat!(
        "SELECT ",
        columns!(),
        ", is_paced FROM mail_messages WHERE state = 'queued' AND is_bulk IN (FALSE, TRUE) AND due_at <= $1
          ORDER BY is_bulk, due_at LIMIT $2"
    );
    let postgres = concat!(
        "SELECT ",
        columns!(),
        ", is_paced FROM mail_messages WHERE state = 'queued' AND due_at <= $1
          ORDER BY is_bulk, due_at LIMIT $2 FOR UPDATE SKIP LOCKED"
    );
    let sql = tx.pick(sqlite, postgres);
    tx.query(sql, params![now, RUN_MAX], |row| Ok((read(row)?, row.bool(18)?)))
}

fn delay(tx: &mut Tx<'_>, id: MailId, until: Timestamp, is_paced: bool) -> Result<(), StoreError> {
    let sql = "UPDATE mail_messages SET due_at = $2, is_paced = $3 WHERE id = $1";
    tx.execute(sql, params![id.0, until, is_paced])?;
    Ok(())
}

fn take(tx: &mut Tx<'_>, mut message: Message, now: Timestamp) -> Result<Message, StoreError> {
    message.attempts += 1;
    tx.execute(
        "UPDATE mail_messages SET attempts = $2, due_at = $3, is_paced = FALSE WHERE id = $1",
        params![message.id.0, message.attempts, now.plus_secs(CLAIM_S)],
    )?;
    attempts::begin(tx, message.id, message.attempts, now)?;
    Ok(message)
}
