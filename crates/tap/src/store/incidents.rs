//! Transitions of the breaker, and what operators did to it, in rows.

use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// From which state.
    pub from: String,
    /// To which.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Age of the newest input, ms.
    pub age_ms: i64,
    /// Live sources.
    pub sources: i64,
    /// `engine`, or the operator.
    pub actor: String,
}

/// Records it.
pub fn record(tx: &mut Tx<'_>, row: &IncidentRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO incidents (id, at, from_state, to_state, reason, age_ms, sources, actor)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (from, to, reason, actor) =
        (row.from.as_str(), row.to.as_str(), row.reason.as_str(), row.actor.as_str());
    tx.execute(sql, params![row.id, row.at, from, to, reason, row.age_ms, row.sources, actor])?;
    Ok(())
}

/// The newest of `from <= at < to`, newest first, at most `limit`.
pub fn between(
    tx: &mut Tx<'_>,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> Result<Vec<IncidentRow>, StoreError> {
    let sql = "SELECT id, at, from_state, to_state, reason, age_ms, sources, actor FROM incidents
               WHERE at >= $1 AND at < $2 ORDER BY id DESC LIMIT $3";
    tx.query(sql, params![from, to, limit], |row| {
        Ok(IncidentRow {
            id: row.int(0)?,
            at: Timestamp::from_micros(row.int(1)?),
            from: row.text(2)?,
            to: row.text(3)?,
            reason: row.text(4)?,
            age_ms: row.int(5)?,
            sources: row.int(6)?,
            actor: row.text(7)?,
        })
    })
}
