//! Waiting rooms' settings in rows.

use crate::domain::ids::EventId;
use crate::domain::queue::QueueRoom;
use kernel::{TenantId, Timestamp};
use store::{Row, StoreError, Tx, params};
use waiting_room::{Mode, RoomSettings};

/// The columns that `read` reads, in its order.
macro_rules! columns {
    () => {
        "event_id, tenant_id, mode, threshold, batch, interval_ms, concurrent_max, pass_ttl_secs, size_max, per_address_max,
         work_bits, secret, crowded_at, updated_at"
    };
}

/// Every room.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<QueueRoom>, StoreError> {
    tx.query(concat!("SELECT ", columns!(), " FROM queue_rooms ORDER BY event_id"), &[], read)
}

/// The room of `event`, in the transaction that holds the event's lock.
pub fn find(tx: &mut Tx<'_>, tenant: TenantId, event: EventId) -> Result<Option<QueueRoom>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM queue_rooms WHERE event_id = $1 AND tenant_id = $2");
    tx.query_opt(sql, params![event.0, tenant.0], read)
}

/// Writes a room. The secret of one that exists is never written again.
pub fn save(tx: &mut Tx<'_>, room: &QueueRoom) -> Result<(), StoreError> {
    let settings = &room.settings;
    tx.execute(
        concat!(
            "INSERT INTO queue_rooms (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (event_id) DO UPDATE SET mode = excluded.mode, threshold = excluded.threshold, batch = excluded.batch,
               interval_ms = excluded.interval_ms, concurrent_max = excluded.concurrent_max,
               pass_ttl_secs = excluded.pass_ttl_secs, size_max = excluded.size_max,
               per_address_max = excluded.per_address_max, work_bits = excluded.work_bits,
               crowded_at = excluded.crowded_at, updated_at = excluded.updated_at"
        ),
        params![
            room.event.0,
            room.tenant.0,
            settings.mode.as_str(),
            settings.threshold,
            settings.batch,
            settings.interval_ms,
            settings.concurrent_max,
            settings.pass_ttl_secs,
            settings.size_max,
            settings.per_address_max,
            settings.work_bits,
            &room.secret[..],
            room.crowded_at,
            room.updated_at
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<QueueRoom, StoreError> {
    let mode = row.text(2)?;
    let mode = Mode::parse(&mode).ok_or_else(|| StoreError::Corrupt(format!("a room in mode {mode}")))?;
    let secret = row.blob(11)?;
    Ok(QueueRoom {
        event: EventId(row.int(0)?),
        tenant: TenantId(row.int(1)?),
        settings: RoomSettings {
            mode,
            threshold: row.int(3)?,
            batch: row.int(4)?,
            interval_ms: row.int(5)?,
            concurrent_max: row.int(6)?,
            pass_ttl_secs: row.int(7)?,
            size_max: row.int(8)?,
            per_address_max: row.int(9)?,
            work_bits: row.int(10)?,
        },
        secret: secret.try_into().map_err(|_| StoreError::Corrupt("a secret of another length".into()))?,
        crowded_at: row.opt_int(12)?.map(Timestamp::from_micros),
        updated_at: Timestamp::from_micros(row.int(13)?),
    })
}
