//! Events in the outbox: each is about something that is so.

use super::replayed::{BookingState, PaymentState, Replayed, Status};
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::ledger::Ledger;
use crate::source::Source;
use std::collections::HashSet;

/// Topics about rows of one table, which its events name by their key.
const ROWS: &[(&str, &str)] =
    &[("ticket.events", "events"), ("ticket.inventory", "seat_zones"), ("auth.tenants", "tenants")];

/// Checks that every event is about something that is there, in a state that the event led to.
pub(super) fn claim(source: &mut Source, ledger: &Ledger, replayed: &Replayed) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every event in the outbox has its cause");
    let rows = rows(source)?;
    let find = |key| ledger.pendings.find(key).map(|index| replayed.bookings[index]);
    source.for_each("SELECT topic, kind, key, event_id FROM outbox ORDER BY seq", |row| {
        let (topic, kind, key, event) = (row.text(0)?, row.text(1)?, row.int(2)?, row.int(3)?);
        let is_caused = match topic {
            "booking-events" => find(key).is_some_and(|booking| can_follow(kind, booking.status)),
            "payment-events" => find(key).is_some_and(|booking| can_be_paid(kind, booking)),
            // A refund is of a booking that was paid.
            "refund-events" => {
                find(key).is_some_and(|booking| can_follow("booking.confirmed", booking.status))
            }
            other => match rows.iter().find(|(topic, _)| *topic == other) {
                Some((_, ids)) => ids.contains(&key),
                // Topics of a later version are not ours to check.
                None => return Ok(()),
            },
        };
        claim.check(is_caused, || {
            let booking = find(key).map(|booking| (booking.status, booking.payment));
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
            source.for_each(&format!("SELECT id FROM {table}"), |row| {
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
fn can_be_paid(kind: &str, booking: BookingState) -> bool {
    use PaymentState::{NeverRequested, NoPayment, RefundPending, Refunded, Taken};
    match kind {
        "payment.success" => matches!(booking.payment, Taken | RefundPending | Refunded),
        "payment.refund_pending" => matches!(booking.payment, RefundPending | Refunded),
        "payment.refunded" => booking.payment == Refunded,
        "payment.cancelled" => booking.payment == NeverRequested,
        _ => booking.payment != NoPayment,
    }
}
