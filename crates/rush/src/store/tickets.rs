//! Tickets in rows, where there is anything to say of them.

use super::check_ins::read_optional;
use crate::domain::booking::Booking;
use crate::domain::check_in::CheckIn;
use crate::domain::ids::{BookingId, CheckInId};
use crate::domain::ticket::Ticket;
use kernel::UserId;
use store::{BulkSql, Column, Row, StoreError, Tx, params};

macro_rules! columns {
    () => {
        "t.booking_id, t.seat, t.generation, t.holder_id, t.name, c.id, c.tenant_id, c.event_id, c.show_id, c.zone_id, c.booking_id,
         c.seat, c.generation, c.gate, c.gate_id, c.user_id, c.scan_key, c.scanned_at, c.at, c.undone_at"
    };
}

const OF_BOOKINGS: BulkSql = BulkSql {
    sqlite: concat!(
        "SELECT ",
        columns!(),
        " FROM tickets t LEFT JOIN check_ins c ON c.id = t.check_in_id WHERE t.booking_id = $1"
    ),
    postgres: concat!(
        "SELECT u.at, ",
        columns!(),
        " FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
          CROSS JOIN LATERAL (SELECT * FROM tickets WHERE booking_id = u.id OFFSET 0) t
          LEFT JOIN LATERAL (SELECT * FROM check_ins WHERE id = t.check_in_id OFFSET 0) c ON TRUE"
    ),
};

const ENTER: BulkSql = BulkSql {
    sqlite: "INSERT INTO tickets (booking_id, seat, tenant_id, event_id, show_id, zone_id, generation, check_in_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (booking_id, seat) DO UPDATE SET check_in_id = excluded.check_in_id
             WHERE tickets.check_in_id IS NULL AND tickets.generation = excluded.generation",
    postgres: "INSERT INTO tickets (booking_id, seat, tenant_id, event_id, show_id, zone_id, generation, check_in_id)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                 $8::bigint[])
               ON CONFLICT (booking_id, seat) DO UPDATE SET check_in_id = excluded.check_in_id
               WHERE tickets.check_in_id IS NULL AND tickets.generation = excluded.generation",
};

/// What is stored of the tickets of these bookings, each with its booking.
pub fn of_bookings(tx: &mut Tx<'_>, bookings: &[i64]) -> Result<Vec<(BookingId, Ticket)>, StoreError> {
    let mut found = Vec::new();
    tx.bulk_query(OF_BOOKINGS, &[Column::Int(bookings)], |_, row, first| {
        found.push((BookingId(row.int(first)?), read(row, first)?));
        Ok(())
    })?;
    Ok(found)
}

/// What is stored of the tickets of one booking.
pub fn of_booking(tx: &mut Tx<'_>, booking: BookingId) -> Result<Vec<Ticket>, StoreError> {
    Ok(of_bookings(tx, &[booking.0])?.into_iter().map(|(_, ticket)| ticket).collect())
}

/// Where `user` holds a ticket that somebody passed on to them, newest booking first, at most `limit`.
pub fn held_by(tx: &mut Tx<'_>, user: UserId, limit: i64) -> Result<Vec<(BookingId, i64)>, StoreError> {
    let sql =
        "SELECT booking_id, seat FROM tickets WHERE holder_id = $1 ORDER BY booking_id DESC, seat LIMIT $2";
    tx.query(sql, params![user.0, limit], |row| Ok((BookingId(row.int(0)?), row.int(1)?)))
}

/// Enters admissions on their tickets. Errors: one of them is inside already or of another generation, and nothing shall be kept.
pub fn enter(tx: &mut Tx<'_>, made: &[CheckIn]) -> Result<(), StoreError> {
    let column = |of: fn(&CheckIn) -> i64| made.iter().map(of).collect::<Vec<_>>();
    let changed = tx.bulk_execute(
        ENTER,
        &[
            Column::Int(&column(|c| c.booking.0)),
            Column::Int(&column(|c| c.seat)),
            Column::Int(&column(|c| c.tenant.0)),
            Column::Int(&column(|c| c.event.0)),
            Column::Int(&column(|c| c.show.0)),
            Column::Int(&column(|c| c.zone.0)),
            Column::Int(&column(|c| c.generation)),
            Column::Int(&column(|c| c.id.0)),
        ],
    )?;
    if changed == made.len() as u64 {
        return Ok(());
    }
    Err(StoreError::Corrupt(format!("{changed} of {} tickets could be entered", made.len())))
}

/// Takes an admission off its ticket. Errors: the ticket is not inside by it.
pub fn leave(tx: &mut Tx<'_>, booking: BookingId, seat: i64, id: CheckInId) -> Result<(), StoreError> {
    let sql =
        "UPDATE tickets SET check_in_id = NULL WHERE booking_id = $1 AND seat = $2 AND check_in_id = $3";
    match tx.execute(sql, params![booking.0, seat, id.0])? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("ticket {seat} of {} is not inside by {}", booking.0, id.0))),
    }
}

/// Writes name, holder and generation of a ticket; whether it is inside is not touched.
pub fn save(tx: &mut Tx<'_>, booking: &Booking, ticket: &Ticket) -> Result<(), StoreError> {
    let sql = "INSERT INTO tickets (booking_id, seat, tenant_id, event_id, show_id, zone_id, generation, holder_id, name)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (booking_id, seat)
               DO UPDATE SET generation = excluded.generation, holder_id = excluded.holder_id, name = excluded.name";
    let row = params![
        booking.id.0,
        ticket.seat,
        booking.tenant.0,
        booking.event.0,
        booking.show.0,
        booking.zone.0,
        ticket.generation,
        ticket.holder.map(|user| user.0),
        ticket.name.as_deref()
    ];
    tx.execute(sql, row)?;
    Ok(())
}

fn read(row: &Row<'_>, first: usize) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        seat: row.int(first + 1)?,
        generation: row.int(first + 2)?,
        holder: row.opt_int(first + 3)?.map(UserId),
        name: row.opt_text(first + 4)?,
        check_in: read_optional(row, first + 5)?,
        is_returned: false,
    })
}
