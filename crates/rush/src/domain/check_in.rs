//! Letting people in: whether the ticket that a door was shown admits somebody now.
//!
//! Two gates that show the same ticket at once are decided one after the other on the writer, the second against what the first has
//! done: one is admitted, the other hears when and where.

use super::booking::{Booking, BookingStatus};
use super::ids::{BookingId, CheckInId, EventId, GateId, ShowId, ZoneId};
use super::ticket::{Ticket, tickets_of};
use kernel::{TenantId, Timestamp, UserId};

/// Seconds that a device's clock may be ahead of ours.
const AHEAD_SECS_MAX: i64 = 300;
/// Seconds after which a scan without a network is not merged any more: a week.
const AGE_SECS_MAX: i64 = 7 * 24 * 3600;

/// Who stands at a door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoorStaff {
    /// Somebody with an account who runs the event.
    Person(UserId),
    /// A device with a gate's key.
    Gate(GateId),
}

impl DoorStaff {
    /// As the record names them: `user:5`, `gate:7`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Person(user) => format!("user:{}", user.0),
            Self::Gate(gate) => format!("gate:{}", gate.0),
        }
    }
}

/// A ticket that a door was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInRequest {
    /// Whose event.
    pub tenant: TenantId,
    /// Which event the door is of.
    pub event: EventId,
    /// Which show, where the door is of one alone.
    pub show: Option<ShowId>,
    /// The booking.
    pub booking: BookingId,
    /// Which ticket of it; none: the next one that nobody has used or passed on.
    pub seat: Option<i64>,
    /// The generation that the code is of.
    pub generation: i64,
    /// What the door is called.
    pub gate: String,
    /// Who stands there.
    pub staff: DoorStaff,
    /// When it was scanned, where that was without a network.
    pub scanned_at: Option<Timestamp>,
    /// Hash of who scanned and of the scan's key: the same scan gets the same answer.
    pub scan_key: i64,
}

/// An admission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// Its number.
    pub id: CheckInId,
    /// Whose event.
    pub tenant: TenantId,
    /// The event.
    pub event: EventId,
    /// The show.
    pub show: ShowId,
    /// The zone.
    pub zone: ZoneId,
    /// The booking.
    pub booking: BookingId,
    /// Which ticket of it.
    pub seat: i64,
    /// The generation that was shown.
    pub generation: i64,
    /// What the door is called.
    pub gate: String,
    /// Who stood there.
    pub staff: DoorStaff,
    /// Which scan it was.
    pub scan_key: i64,
    /// When it was scanned, by the device where it had no network.
    pub scanned_at: Timestamp,
    /// When we recorded it.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

/// Why nobody is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoorRefusal {
    /// The code is none of ours.
    NotATicket,
    /// It is for another event.
    OtherEvent,
    /// It is for another show of this event.
    OtherShow {
        /// Which.
        show: ShowId,
    },
    /// It was never paid, or not yet.
    NotPaid,
    /// Its booking was cancelled.
    Cancelled,
    /// It was refunded.
    Refunded,
    /// It was passed on; its new holder has another code.
    PassedOn,
    /// Somebody came in with it already.
    AlreadyEntered(Box<CheckIn>),
    /// What this very scan had done was undone; who comes in now is scanned again.
    WasUndone,
    /// A scan from the future, or from weeks ago.
    ClockIsOff,
}

/// Everything that is known of a booking at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorBooking {
    /// The booking.
    pub booking: Booking,
    /// Every ticket of it, by seat.
    pub tickets: Vec<Ticket>,
    /// The scans of it whose admission was undone.
    pub undone_scans: Vec<i64>,
}

/// Somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// What is recorded of it.
    pub check_in: CheckIn,
    /// The name on the ticket.
    pub name: Option<String>,
    /// Whether this very scan was answered before.
    pub replayed: bool,
}

impl DoorBooking {
    /// `booking` with what is stored of its tickets.
    #[must_use]
    pub fn new(booking: Booking, stored: Vec<Ticket>) -> Self {
        let tickets = tickets_of(&booking, stored);
        Self { booking, tickets, undone_scans: Vec::new() }
    }

    /// Lets somebody in, or says why not. An admission is entered here, so that the next request of the same batch meets it.
    pub fn check_in(
        &mut self,
        request: &CheckInRequest,
        id: CheckInId,
        now: Timestamp,
    ) -> Result<Admission, DoorRefusal> {
        let at = self.place(request, now)?;
        if self.undone_scans.contains(&request.scan_key) {
            return Err(DoorRefusal::WasUndone);
        }
        let ticket = &mut self.tickets[at];
        let name = ticket.name.clone();
        match &ticket.check_in {
            Some(before) if before.scan_key == request.scan_key => {
                return Ok(Admission { check_in: before.clone(), name, replayed: true });
            }
            Some(before) => return Err(DoorRefusal::AlreadyEntered(Box::new(before.clone()))),
            None => {}
        }
        let check_in = admission(&self.booking, ticket, request, id, now);
        ticket.check_in = Some(check_in.clone());
        Ok(Admission { check_in, name, replayed: false })
    }

    /// Which ticket is meant; the guards in their order.
    fn place(&self, request: &CheckInRequest, now: Timestamp) -> Result<usize, DoorRefusal> {
        let booking = &self.booking;
        if booking.tenant != request.tenant || booking.event != request.event {
            return Err(DoorRefusal::OtherEvent);
        }
        if request.show.is_some_and(|show| show != booking.show) {
            return Err(DoorRefusal::OtherShow { show: booking.show });
        }
        is_paid(booking.status)?;
        if let Some(at) = request.scanned_at {
            let ago = at.secs_until(now);
            let ahead = now.secs_until(at);
            if ahead > AHEAD_SECS_MAX || ago > AGE_SECS_MAX {
                return Err(DoorRefusal::ClockIsOff);
            }
        }
        match request.seat {
            Some(seat) => self.of_seat(seat, request.generation),
            None => self.next(request),
        }
    }

    fn of_seat(&self, seat: i64, generation: i64) -> Result<usize, DoorRefusal> {
        let at = self.tickets.iter().position(|ticket| ticket.seat == seat);
        let at = at.ok_or(DoorRefusal::NotATicket)?;
        if self.tickets[at].is_returned {
            return Err(DoorRefusal::Refunded);
        }
        if self.tickets[at].generation == generation { Ok(at) } else { Err(DoorRefusal::PassedOn) }
    }

    /// The ticket that a booking's own code stands for: that of the same scan, else the next unused one, else the last used one.
    fn next(&self, request: &CheckInRequest) -> Result<usize, DoorRefusal> {
        let own = || {
            self.tickets
                .iter()
                .enumerate()
                .filter(|(_, ticket)| ticket.generation == 0 && !ticket.is_returned)
        };
        let is_same = |ticket: &Ticket| {
            ticket.check_in.as_ref().is_some_and(|before| before.scan_key == request.scan_key)
        };
        let same = own().find(|(_, ticket)| is_same(ticket));
        let unused = || own().find(|(_, ticket)| ticket.check_in.is_none());
        let found = same.or_else(unused).or_else(|| own().next_back());
        found.map(|(at, _)| at).ok_or(DoorRefusal::PassedOn)
    }
}

fn is_paid(status: BookingStatus) -> Result<(), DoorRefusal> {
    match status {
        BookingStatus::Confirmed => Ok(()),
        BookingStatus::Reserved | BookingStatus::Expired => Err(DoorRefusal::NotPaid),
        BookingStatus::Cancelled => Err(DoorRefusal::Cancelled),
        BookingStatus::Refunded => Err(DoorRefusal::Refunded),
    }
}

fn admission(
    booking: &Booking,
    ticket: &Ticket,
    request: &CheckInRequest,
    id: CheckInId,
    now: Timestamp,
) -> CheckIn {
    CheckIn {
        id,
        tenant: booking.tenant,
        event: booking.event,
        show: booking.show,
        zone: booking.zone,
        booking: booking.id,
        seat: ticket.seat,
        generation: ticket.generation,
        gate: request.gate.clone(),
        staff: request.staff.clone(),
        scan_key: request.scan_key,
        scanned_at: request.scanned_at.unwrap_or(now),
        at: now,
        undone_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);

    fn at_the_door(quantity: i64) -> DoorBooking {
        let booking = Booking { status: BookingStatus::Confirmed, quantity, ..Booking::sample(NOW, 1) };
        DoorBooking::new(booking, Vec::new())
    }

    fn shown(door: &DoorBooking, seat: Option<i64>, scan_key: i64) -> CheckInRequest {
        CheckInRequest {
            tenant: door.booking.tenant,
            event: door.booking.event,
            show: None,
            booking: door.booking.id,
            seat,
            generation: 0,
            gate: "North".into(),
            staff: DoorStaff::Person(UserId(9)),
            scanned_at: None,
            scan_key,
        }
    }

    fn refusal(door: &mut DoorBooking, request: &CheckInRequest) -> DoorRefusal {
        door.check_in(request, CheckInId(99), NOW).expect_err("nobody is let in")
    }

    #[test]
    fn a_ticket_admits_once_and_the_same_scan_is_answered_as_before() {
        let mut door = at_the_door(2);
        let request = shown(&door, Some(2), 7);
        let first = door.check_in(&request, CheckInId(1), NOW).expect("admitted");
        assert!(!first.replayed);
        let again = Admission { replayed: true, ..first.clone() };
        assert_eq!(door.check_in(&request, CheckInId(2), NOW), Ok(again));
        let other = shown(&door, Some(2), 8);
        assert_eq!(refusal(&mut door, &other), DoorRefusal::AlreadyEntered(Box::new(first.check_in)));
        let beside = shown(&door, Some(1), 8);
        assert!(door.check_in(&beside, CheckInId(3), NOW).is_ok());
    }

    #[test]
    fn a_scan_that_was_undone_lets_nobody_in_again_and_another_does() {
        let mut door = DoorBooking { undone_scans: vec![7], ..at_the_door(1) };
        let (undone, other) = (shown(&door, Some(1), 7), shown(&door, Some(1), 8));
        assert_eq!(refusal(&mut door, &undone), DoorRefusal::WasUndone);
        assert!(door.check_in(&other, CheckInId(1), NOW).is_ok());
    }

    #[test]
    fn a_bookings_code_admits_one_after_the_other_and_none_that_was_passed_on() {
        let mut door = at_the_door(3);
        door.tickets[1].generation = 1;
        for (scan, expected) in [(1, 1), (2, 3), (1, 1)] {
            let request = shown(&door, None, scan);
            let admitted = door.check_in(&request, CheckInId(scan), NOW).expect("admitted");
            assert_eq!(admitted.check_in.seat, expected);
        }
        let request = shown(&door, None, 9);
        assert!(
            matches!(refusal(&mut door, &request), DoorRefusal::AlreadyEntered(before) if before.seat == 3)
        );
    }

    #[test]
    fn every_guard_has_its_reason() {
        let good = at_the_door(1);
        let with =
            |status| DoorBooking { booking: Booking { status, ..good.booking.clone() }, ..good.clone() };
        let request = shown(&good, Some(1), 7);
        for (status, expected) in [
            (BookingStatus::Refunded, DoorRefusal::Refunded),
            (BookingStatus::Cancelled, DoorRefusal::Cancelled),
            (BookingStatus::Reserved, DoorRefusal::NotPaid),
            (BookingStatus::Expired, DoorRefusal::NotPaid),
        ] {
            assert_eq!(refusal(&mut with(status), &request), expected);
        }
        let show = good.booking.show;
        for (request, expected) in [
            (CheckInRequest { event: EventId(1), ..request.clone() }, DoorRefusal::OtherEvent),
            (CheckInRequest { tenant: TenantId(1), ..request.clone() }, DoorRefusal::OtherEvent),
            (CheckInRequest { show: Some(ShowId(1)), ..request.clone() }, DoorRefusal::OtherShow { show }),
            (CheckInRequest { generation: 1, ..request.clone() }, DoorRefusal::PassedOn),
            (CheckInRequest { seat: Some(2), ..request.clone() }, DoorRefusal::NotATicket),
            (
                CheckInRequest { scanned_at: Some(NOW.plus_secs(301)), ..request.clone() },
                DoorRefusal::ClockIsOff,
            ),
            (
                CheckInRequest { scanned_at: Some(NOW.plus_secs(-604_801)), ..request },
                DoorRefusal::ClockIsOff,
            ),
        ] {
            assert_eq!(refusal(&mut good.clone(), &request), expected);
        }
    }
}
