//! Runs that give back what was paid for a cancelled event or show, in rows: how far each has come.

use crate::domain::ids::{EventId, ShowId};
use kernel::{TenantId, Timestamp, UserId};
use store::{Row, StoreError, Tx, params};

/// A run as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationRun {
    /// The number of the cancelled event, or of the show where that alone was cancelled.
    pub id: i64,
    /// Whose it is.
    pub tenant: TenantId,
    /// The event.
    pub event: EventId,
    /// The show, where that alone was cancelled.
    pub show: Option<ShowId>,
    /// Whether every booking was looked at often enough.
    pub is_done: bool,
    /// Times that every booking was looked at.
    pub passes: i64,
    /// Bookings up to this number were looked at in the current pass.
    pub cursor: i64,
    /// When to go on.
    pub next_at: Timestamp,
    /// Who cancelled.
    pub started_by: UserId,
    /// When.
    pub started_at: Timestamp,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "id, tenant_id, event_id, show_id, status, passes, cursor, next_at, started_by, started_at, finished_at"
    };
}

/// Writes a run as it is now, new or changed.
pub fn save(tx: &mut Tx<'_>, run: &CancellationRun) -> Result<(), StoreError> {
    tx.execute(
        concat!(
            "INSERT INTO cancellation_runs (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (id) DO UPDATE SET status = excluded.status, passes = excluded.passes, cursor = excluded.cursor,
               next_at = excluded.next_at, finished_at = excluded.finished_at"
        ),
        params![
            run.id,
            run.tenant.0,
            run.event.0,
            run.show.map(|show| show.0),
            if run.is_done { "done" } else { "running" },
            run.passes,
            run.cursor,
            run.next_at,
            run.started_by.0,
            run.started_at,
            run.finished_at
        ],
    )?;
    Ok(())
}

/// The run of this number, locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Option<CancellationRun>, StoreError> {
    let sql = tx.pick(
        concat!("SELECT ", columns!(), " FROM cancellation_runs WHERE id = $1"),
        concat!("SELECT ", columns!(), " FROM cancellation_runs WHERE id = $1 FOR UPDATE"),
    );
    tx.query_opt(sql, params![id], read)
}

/// The run of this number.
pub fn by_id(tx: &mut Tx<'_>, id: i64) -> Result<Option<CancellationRun>, StoreError> {
    tx.query_opt(concat!("SELECT ", columns!(), " FROM cancellation_runs WHERE id = $1"), params![id], read)
}

/// The runs that have something to do now, at most ten, those that wait longest first.
pub fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<CancellationRun>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM cancellation_runs WHERE status = 'running' AND next_at <= $1 ORDER BY next_at, id LIMIT 10"
    );
    tx.query(sql, params![now], read)
}

fn read(row: &Row<'_>) -> Result<CancellationRun, StoreError> {
    Ok(CancellationRun {
        id: row.int(0)?,
        tenant: TenantId(row.int(1)?),
        event: EventId(row.int(2)?),
        show: row.opt_int(3)?.map(ShowId),
        is_done: row.text(4)? == "done",
        passes: row.int(5)?,
        cursor: row.int(6)?,
        next_at: Timestamp::from_micros(row.int(7)?),
        started_by: UserId(row.int(8)?),
        started_at: Timestamp::from_micros(row.int(9)?),
        finished_at: row.opt_int(10)?.map(Timestamp::from_micros),
    })
}
