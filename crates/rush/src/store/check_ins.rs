//! Admissions in rows, the conflicts of gates that had no network, and how many are inside.

use crate::domain::check_in::{CheckIn, CheckInRequest, DoorStaff};
use crate::domain::ids::{BookingId, CheckInId, EventId, GateId, ShowId, ZoneId};
use kernel::{TenantId, Timestamp, UserId};
use std::collections::BTreeMap;
use store::{BulkSql, Column, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "id, tenant_id, event_id, show_id, zone_id, booking_id, seat, generation, gate, gate_id, user_id, scan_key, scanned_at, at,
         undone_at"
    };
}

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO check_ins (id, tenant_id, event_id, show_id, zone_id, booking_id, seat, generation, gate, gate_id, user_id,
               scan_key, scanned_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    postgres: "INSERT INTO check_ins (id, tenant_id, event_id, show_id, zone_id, booking_id, seat, generation, gate, gate_id, user_id,
                 scan_key, scanned_at, at)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                 $8::bigint[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[])",
};

const COUNT: BulkSql = BulkSql {
    sqlite: "INSERT INTO door_counts (zone_id, event_id, inside) VALUES ($1, $2, $3)
             ON CONFLICT (zone_id) DO UPDATE SET inside = door_counts.inside + excluded.inside",
    postgres: "INSERT INTO door_counts (zone_id, event_id, inside) SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[])
               ON CONFLICT (zone_id) DO UPDATE SET inside = door_counts.inside + excluded.inside",
};

const UNDONE_SCANS: BulkSql = BulkSql {
    sqlite: "SELECT booking_id, scan_key FROM check_ins WHERE booking_id = $1 AND undone_at IS NOT NULL",
    postgres: "SELECT u.at, c.booking_id, c.scan_key FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT booking_id, scan_key FROM check_ins
                 WHERE booking_id = u.id AND undone_at IS NOT NULL OFFSET 0) c",
};

/// What a gate without a network admitted although somebody was inside by the same ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The booking.
    pub booking: BookingId,
    /// Which ticket of it.
    pub seat: i64,
    /// What the gate is called.
    pub gate: String,
    /// When it admitted.
    pub scanned_at: Timestamp,
    /// The admission that stood.
    pub check_in: CheckInId,
}

/// The scans of these bookings whose admission was undone, each with its booking.
pub fn undone_scans(tx: &mut Tx<'_>, bookings: &[i64]) -> Result<Vec<(BookingId, i64)>, StoreError> {
    let mut found = Vec::new();
    tx.bulk_query(UNDONE_SCANS, &[Column::Int(bookings)], |_, row, first| {
        found.push((BookingId(row.int(first)?), row.int(first + 1)?));
        Ok(())
    })?;
    Ok(found)
}

/// Inserts admissions in the order of their numbers, and counts them by zone.
pub fn insert(tx: &mut Tx<'_>, made: &[CheckIn]) -> Result<(), StoreError> {
    let column = |of: fn(&CheckIn) -> i64| made.iter().map(of).collect::<Vec<_>>();
    let optional = |of: fn(&CheckIn) -> Option<i64>| made.iter().map(of).collect::<Vec<_>>();
    let gates: Vec<_> = made.iter().map(|check_in| check_in.gate.as_str()).collect();
    tx.bulk_execute(
        INSERT,
        &[
            Column::Int(&column(|c| c.id.0)),
            Column::Int(&column(|c| c.tenant.0)),
            Column::Int(&column(|c| c.event.0)),
            Column::Int(&column(|c| c.show.0)),
            Column::Int(&column(|c| c.zone.0)),
            Column::Int(&column(|c| c.booking.0)),
            Column::Int(&column(|c| c.seat)),
            Column::Int(&column(|c| c.generation)),
            Column::Text(&gates),
            Column::OptInt(&optional(|c| staff_columns(&c.staff).0)),
            Column::OptInt(&optional(|c| staff_columns(&c.staff).1)),
            Column::Int(&column(|c| c.scan_key)),
            Column::Int(&column(|c| c.scanned_at.as_micros())),
            Column::Int(&column(|c| c.at.as_micros())),
        ],
    )?;
    let mut inside = BTreeMap::new();
    for check_in in made {
        *inside.entry((check_in.zone.0, check_in.event.0)).or_insert(0) += 1;
    }
    count(tx, &inside)
}

/// Changes how many are inside: by (zone, event).
fn count(tx: &mut Tx<'_>, by: &BTreeMap<(i64, i64), i64>) -> Result<(), StoreError> {
    let (zones, events): (Vec<_>, Vec<_>) = by.keys().copied().unzip();
    let inside: Vec<_> = by.values().copied().collect();
    tx.bulk_execute(COUNT, &[Column::Int(&zones), Column::Int(&events), Column::Int(&inside)])?;
    Ok(())
}

/// Records what a gate without a network admitted twice; a repeated merge records it once.
pub fn insert_conflict(
    tx: &mut Tx<'_>,
    request: &CheckInRequest,
    before: &CheckIn,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO check_in_conflicts (booking_id, seat, scan_key, tenant_id, event_id, gate, scanned_at, at, check_in_id)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (booking_id, seat, scan_key) DO NOTHING";
    let row = params![
        before.booking.0,
        before.seat,
        request.scan_key,
        before.tenant.0,
        before.event.0,
        &request.gate,
        request.scanned_at.unwrap_or(now),
        now,
        before.id.0
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Marks an admission undone by `who` (`user:5`), and counts one less inside.
pub fn undo(tx: &mut Tx<'_>, check_in: &CheckIn, who: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE check_ins SET undone_at = $2, undone_by = $3 WHERE id = $1 AND undone_at IS NULL";
    if tx.execute(sql, params![check_in.id.0, now, who])? != 1 {
        return Err(StoreError::Corrupt(format!("check-in {} was undone before", check_in.id.0)));
    }
    // An upsert with -1 would be refused on its way in, so this is an update.
    let sql = "UPDATE door_counts SET inside = inside - 1 WHERE zone_id = $1";
    tx.execute(sql, params![check_in.zone.0])?;
    Ok(())
}

/// The admission with this number.
pub fn by_id(tx: &mut Tx<'_>, id: CheckInId) -> Result<Option<CheckIn>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM check_ins WHERE id = $1");
    tx.query_opt(sql, params![id.0], |row| read(row, 0))
}

/// The newest admissions of an event with smaller numbers than `before`, at most `limit`.
pub fn of_event(
    tx: &mut Tx<'_>,
    event: EventId,
    before: i64,
    limit: i64,
) -> Result<Vec<CheckIn>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM check_ins WHERE event_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    tx.query(sql, params![event.0, before, limit], |row| read(row, 0))
}

/// The newest conflicts of an event, at most `limit`.
pub fn conflicts(tx: &mut Tx<'_>, event: EventId, limit: i64) -> Result<Vec<Conflict>, StoreError> {
    let sql =
        "SELECT booking_id, seat, gate, scanned_at, check_in_id FROM check_in_conflicts WHERE event_id = $1
               ORDER BY at DESC LIMIT $2";
    tx.query(sql, params![event.0, limit], |row| {
        Ok(Conflict {
            booking: BookingId(row.int(0)?),
            seat: row.int(1)?,
            gate: row.text(2)?,
            scanned_at: Timestamp::from_micros(row.int(3)?),
            check_in: CheckInId(row.int(4)?),
        })
    })
}

/// How many are inside, of these zones.
pub fn inside(tx: &mut Tx<'_>, zones: &[ZoneId]) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT inside FROM door_counts WHERE zone_id = $1";
    let one = |zone: &ZoneId| Ok(tx.query_opt(sql, params![zone.0], |row| row.int(0))?.unwrap_or(0));
    zones.iter().map(one).collect()
}

/// The staff as (gate, user).
const fn staff_columns(staff: &DoorStaff) -> (Option<i64>, Option<i64>) {
    match staff {
        DoorStaff::Gate(gate) => (Some(gate.0), None),
        DoorStaff::Person(user) => (None, Some(user.0)),
    }
}

/// The admission whose columns start at `first`, where a join found one.
pub(super) fn read_optional(row: &Row<'_>, first: usize) -> Result<Option<CheckIn>, StoreError> {
    if row.opt_int(first)?.is_none() { Ok(None) } else { read(row, first).map(Some) }
}

fn read(row: &Row<'_>, first: usize) -> Result<CheckIn, StoreError> {
    let gate = row.opt_int(first + 9)?.map(|gate| DoorStaff::Gate(GateId(gate)));
    let staff = match gate {
        Some(gate) => gate,
        None => DoorStaff::Person(UserId(row.opt_int(first + 10)?.unwrap_or_default())),
    };
    Ok(CheckIn {
        id: CheckInId(row.int(first)?),
        tenant: TenantId(row.int(first + 1)?),
        event: EventId(row.int(first + 2)?),
        show: ShowId(row.int(first + 3)?),
        zone: ZoneId(row.int(first + 4)?),
        booking: BookingId(row.int(first + 5)?),
        seat: row.int(first + 6)?,
        generation: row.int(first + 7)?,
        gate: row.text(first + 8)?,
        staff,
        scan_key: row.int(first + 11)?,
        scanned_at: Timestamp::from_micros(row.int(first + 12)?),
        at: Timestamp::from_micros(row.int(first + 13)?),
        undone_at: row.opt_int(first + 14)?.map(Timestamp::from_micros),
    })
}
