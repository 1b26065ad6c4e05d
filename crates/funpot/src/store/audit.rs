//! The audit log, in rows. A row is written in the transaction of the act; the database refuses to change one.

use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub id: i64,
    /// Who: `user:NUMBER`, `worker:NAME` or `system`.
    pub actor: String,
    /// What: `config.set`.
    pub action: String,
    /// What it was done to.
    pub target: String,
    /// How that stood before, JSON.
    pub before: Option<String>,
    /// And after.
    pub after: Option<String>,
    /// From where.
    pub ip: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Appends one act.
pub fn append(tx: &mut Tx<'_>, row: &AuditRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit_log (id, actor, action, target, state_before, state_after, ip, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = params![
        row.id,
        &row.actor,
        &row.action,
        &row.target,
        row.before.clone(),
        row.after.clone(),
        row.ip.clone(),
        row.at
    ];
    tx.execute(sql, values)?;
    Ok(())
}

/// The acts with smaller numbers than `before`, newest first.
pub fn newest(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    let sql = "SELECT id, actor, action, target, state_before, state_after, ip, at FROM audit_log
               WHERE id < $1 ORDER BY id DESC LIMIT $2";
    tx.query(sql, params![before, limit], read)
}

fn read(row: &Row<'_>) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.int(0)?,
        actor: row.text(1)?,
        action: row.text(2)?,
        target: row.text(3)?,
        before: row.opt_text(4)?,
        after: row.opt_text(5)?,
        ip: row.opt_text(6)?,
        at: Timestamp::from_micros(row.int(7)?),
    })
}
