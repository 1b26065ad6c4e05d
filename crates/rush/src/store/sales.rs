//! What was sold of an event, read along the table of bookings: numbers grow with time, so what is older than the event is not looked at.

use crate::domain::ids::{EventId, ZoneId};
use store::{StoreError, Tx, params};

/// What one zone sold in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldInMinute {
    /// The zone.
    pub zone: ZoneId,
    /// Minutes since 1970.
    pub minute: i64,
    /// Seats that are paid and not given back.
    pub seats: i64,
    /// What was paid and not given back, minor units.
    pub money_minor: i64,
}

/// What is paid and not given back, by zone and minute of payment.
pub fn by_minute(tx: &mut Tx<'_>, event: EventId) -> Result<Vec<SoldInMinute>, StoreError> {
    let sql = "SELECT b.zone_id, b.confirmed_at / 60000000,
                 CAST(SUM(CASE b.status WHEN 'confirmed' THEN b.quantity - b.returned_quantity ELSE 0 END) AS BIGINT),
                 CAST(SUM(b.total - COALESCE(p.refunded_minor, 0)) AS BIGINT)
               FROM bookings b LEFT JOIN payments p ON p.id = b.id
               WHERE b.id > $1 AND b.event_id = $1 AND b.status IN ('confirmed', 'refunded') GROUP BY 1, 2 ORDER BY 2, 1";
    tx.query(sql, params![event.0], |row| {
        Ok(SoldInMinute {
            zone: ZoneId(row.int(0)?),
            minute: row.int(1)?,
            seats: row.int(2)?,
            money_minor: row.int(3)?,
        })
    })
}
