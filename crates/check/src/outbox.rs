//! Events in the outbox: each tells of something that is so.

use super::CheckFault;
use super::pending::{Money, Pending, Status};
use super::report::Claim;
use super::source::Source;
use super::transfers::Replayed;
use std::collections::HashSet;

/// Topics about rows of one table, which its events name by their key.
const ROWS: &[(&str, &str)] =
    &[("ticket.events", "events"), ("ticket.inventory", "seat_zones"), ("auth.tenants", "tenants")];

/// Checks that every event is about something that is there, in a state that the event led to.
pub(super) fn claim(source: &mut Source, replayed: &mut Replayed) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every event in the outbox has its cause");
    let rows = rows(source)?;
    source.each("SELECT topic, kind, key, event_id FROM outbox ORDER BY seq", |row| {
        let (topic, kind, key, event) = (row.text(0)?, row.text(1)?, row.int(2)?, row.int(3)?);
        let found =
            |replayed: &mut Replayed| replayed.pendings.find(key).map(|at| replayed.pendings.all[at].clone());
        let caused = match topic {
            "booking-events" => found(replayed).is_some_and(|booking| can_follow(kind, booking.status)),
            "payment-events" => found(replayed).is_some_and(|booking| can_be_paid(kind, &booking)),
            other => match rows.iter().find(|(topic, _)| *topic == other) {
                Some((_, ids)) => ids.contains(&key),
                // Topics of a later version are not ours to judge.
                None => return Ok(()),
            },
        };
        claim.check(caused, || {
            let booking = found(replayed).map(|booking| (booking.status, booking.money));
            format!("event {event} says {kind} of {key}, which is {booking:?}")
        });
        Ok(())
    })?;
    Ok(claim)
}

/// The ids that events of each topic may name; all of these tables are small and keep what was deleted.
fn rows(source: &mut Source) -> Result<Vec<(&'static str, HashSet<i64>)>, CheckFault> {
    let mut rows = Vec::new();
    for (topic, table) in ROWS {
        let mut ids = HashSet::new();
        if source.has_table(table)? {
            source.each(&format!("SELECT id FROM {table}"), |row| {
                ids.insert(row.int(0)?);
                Ok(())
            })?;
        }
        rows.push((*topic, ids));
    }
    Ok(rows)
}

/// Whether a booking that had `kind` happen to it can be in `status` now or later.
fn can_follow(kind: &str, status: Status) -> bool {
    match (kind, status) {
        (_, Status::NoBooking) => false,
        ("booking.confirmed", _) => matches!(status, Status::Confirmed | Status::Refunded),
        // Late money can still confirm what was given back.
        ("booking.cancelled", _) => !matches!(status, Status::Reserved | Status::Expired),
        ("booking.expired", _) => !matches!(status, Status::Reserved | Status::Cancelled),
        ("booking.refunded", _) => status == Status::Refunded,
        _ => true,
    }
}

/// Whether the payment of a booking can stand where it does after `kind` happened to it.
fn can_be_paid(kind: &str, booking: &Pending) -> bool {
    match kind {
        "payment.success" => matches!(booking.money, Money::Taken | Money::GoingBack | Money::Back),
        "payment.refund_pending" => matches!(booking.money, Money::GoingBack | Money::Back),
        "payment.refunded" => booking.money == Money::Back,
        "payment.cancelled" => booking.money == Money::NeverAsked,
        _ => booking.money != Money::NoPayment,
    }
}
