//! Events in the outbox: each tells of something that is so.

use super::CheckFault;
use super::pending::Status;
use super::report::Claim;
use super::source::Source;
use super::transfers::Replayed;

/// Checks that every event about a booking has the booking, in a state that the event led to.
pub(super) fn claim(source: &mut Source, replayed: &mut Replayed) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every event in the outbox has its cause");
    source.each(
        "SELECT kind, key, event_id FROM outbox WHERE topic = 'booking-events' ORDER BY seq",
        |row| {
            let (kind, booking) = (row.text(0)?, row.int(1)?);
            let found = replayed.pendings.find(booking);
            let status = found.map_or(Status::NoBooking, |at| replayed.pendings.all[at].status);
            let event = row.int(2)?;
            claim.check(can_follow(kind, status), || {
                format!("event {event} says {kind} of booking {booking}, which is {status:?}")
            });
            Ok(())
        },
    )?;
    Ok(claim)
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
