//! The first of two persons' words, in rows.

use kernel::{Timestamp, UserId};
use store::{StoreError, Tx, params};

/// What a first person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// What exactly, JSON.
    pub request: String,
    /// Who.
    pub first: UserId,
}

/// The first word for an act, if there is one.
pub fn find(tx: &mut Tx<'_>, action: &str, target: &str) -> Result<Option<Approval>, StoreError> {
    let sql = tx.pick(
        "SELECT request, first_user FROM approvals WHERE action = $1 AND target = $2",
        "SELECT request, first_user FROM approvals WHERE action = $1 AND target = $2 FOR UPDATE",
    );
    tx.query_opt(sql, params![action, target], |row| {
        Ok(Approval { request: row.text(0)?, first: UserId(row.int(1)?) })
    })
}

/// Keeps a first word, in the place of another one.
pub fn put(
    tx: &mut Tx<'_>,
    (action, target): (&str, &str),
    approval: &Approval,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO approvals (action, target, request, first_user, at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (action, target) DO UPDATE SET request = excluded.request,
                 first_user = excluded.first_user, at = excluded.at";
    tx.execute(sql, params![action, target, &approval.request, approval.first.0, now])?;
    Ok(())
}

/// Forgets it: it was carried out.
pub fn remove(tx: &mut Tx<'_>, action: &str, target: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM approvals WHERE action = $1 AND target = $2", params![action, target])?;
    Ok(())
}
