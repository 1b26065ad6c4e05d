//! Gates in rows.

use crate::domain::ids::{EventId, GateId};
use kernel::{TenantId, Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// A device at a door of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its number.
    pub id: GateId,
    /// Whose event.
    pub tenant: TenantId,
    /// The event.
    pub event: EventId,
    /// What people call it.
    pub name: String,
    /// Who made it.
    pub made_by: UserId,
    /// When.
    pub made_at: Timestamp,
    /// When its key stopped working.
    pub ended_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, tenant_id, event_id, name, made_by, made_at, ended_at"
    };
}

/// Inserts a gate with the hash of its key.
pub fn insert(tx: &mut Tx<'_>, gate: &Gate, key_hash: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO gates (id, tenant_id, event_id, name, key_hash, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (id, tenant, event) = (gate.id.0, gate.tenant.0, gate.event.0);
    tx.execute(sql, params![id, tenant, event, &gate.name, key_hash, gate.made_by.0, gate.made_at])?;
    Ok(())
}

/// The gate whose key has this hash, ended ones too.
pub fn by_key(tx: &mut Tx<'_>, key_hash: &[u8]) -> Result<Option<Gate>, StoreError> {
    tx.query_opt(concat!("SELECT ", columns!(), " FROM gates WHERE key_hash = $1"), params![key_hash], read)
}

/// The gates of an event in the order they were made, at most `limit`.
pub fn of_event(tx: &mut Tx<'_>, event: EventId, limit: i64) -> Result<Vec<Gate>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM gates WHERE event_id = $1 ORDER BY id LIMIT $2");
    tx.query(sql, params![event.0, limit], read)
}

/// Ends the key of a gate of an event; how many were ended.
pub fn end(tx: &mut Tx<'_>, event: EventId, id: GateId, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "UPDATE gates SET ended_at = $3 WHERE id = $1 AND event_id = $2 AND ended_at IS NULL";
    tx.execute(sql, params![id.0, event.0, now])
}

fn read(row: &Row<'_>) -> Result<Gate, StoreError> {
    Ok(Gate {
        id: GateId(row.int(0)?),
        tenant: TenantId(row.int(1)?),
        event: EventId(row.int(2)?),
        name: row.text(3)?,
        made_by: UserId(row.int(4)?),
        made_at: Timestamp::from_micros(row.int(5)?),
        ended_at: row.opt_int(6)?.map(Timestamp::from_micros),
    })
}
