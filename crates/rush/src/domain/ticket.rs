//! One ticket of a booking: whose it is, what it is called, whether it is still good.

use super::booking::{Booking, BookingStatus};
use super::check_in::CheckIn;
use super::field;
use kernel::UserId;

/// Characters of the longest name on a ticket.
const NAME_CHARS_MAX: usize = 100;

/// What is stored of one ticket; a ticket of which nothing is stored is [`Ticket::fresh`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Which ticket of the booking, from 1.
    pub seat: i64,
    /// How often it was passed on; a code of another generation is dead.
    pub generation: i64,
    /// Who holds it now; none: who bought it.
    pub holder: Option<UserId>,
    /// Whom it is for, where somebody said.
    pub name: Option<String>,
    /// The admission that stands.
    pub check_in: Option<CheckIn>,
    /// Whether its seat was given back.
    pub is_returned: bool,
}

/// Why a ticket was not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketRefusal {
    /// There is no such ticket, or it is not the caller's.
    TicketNotFound,
    /// The booking is not paid, or was given back.
    BookingIsNotConfirmed(BookingStatus),
    /// It was used.
    AlreadyUsed,
    /// The receiver has it already.
    ReceiverHasIt,
    /// Nobody here has an account with this address.
    ReceiverUnknown,
    /// The name cannot be taken.
    BadName(String),
}

impl Ticket {
    /// A ticket of which nothing is stored.
    #[must_use]
    pub const fn fresh(seat: i64) -> Self {
        Self { seat, generation: 0, holder: None, name: None, check_in: None, is_returned: false }
    }

    /// Who holds it.
    #[must_use]
    pub fn held_by(&self, booking: &Booking) -> UserId {
        self.holder.unwrap_or(booking.user)
    }
}

/// Every ticket of a booking in order, `stored` over fresh ones.
#[must_use]
pub fn tickets_of(booking: &Booking, stored: Vec<Ticket>) -> Vec<Ticket> {
    let mut all: Vec<_> = (1..=booking.quantity).map(Ticket::fresh).collect();
    for ticket in stored {
        if let Some(place) = all.iter_mut().find(|fresh| fresh.seat == ticket.seat) {
            *place = ticket;
        }
    }
    mark_returned(&mut all, booking.returned_quantity);
    all
}

/// Marks the tickets of `count` seats that were given back: those that nobody used or was passed, the highest first, and only then others.
fn mark_returned(all: &mut [Ticket], count: i64) {
    let mut order: Vec<_> = (0..all.len()).collect();
    let rank = |ticket: &Ticket| (ticket.check_in.is_some(), ticket.generation > 0, -ticket.seat);
    order.sort_by_key(|at| rank(&all[*at]));
    for at in order.into_iter().take(usize::try_from(count).unwrap_or(0)) {
        all[at].is_returned = true;
    }
}

/// Whether `user` may change this ticket: they hold it, and it is good and unused.
pub fn may_change(booking: &Booking, ticket: &Ticket, user: UserId) -> Result<(), TicketRefusal> {
    if ticket.held_by(booking) != user {
        return Err(TicketRefusal::TicketNotFound);
    }
    if booking.status != BookingStatus::Confirmed {
        return Err(TicketRefusal::BookingIsNotConfirmed(booking.status));
    }
    if ticket.is_returned {
        return Err(TicketRefusal::BookingIsNotConfirmed(BookingStatus::Refunded));
    }
    if ticket.check_in.is_some() { Err(TicketRefusal::AlreadyUsed) } else { Ok(()) }
}

/// The ticket with another name; an empty one takes the name away.
pub fn named(ticket: Ticket, name: &str) -> Result<Ticket, TicketRefusal> {
    if name.trim().is_empty() {
        return Ok(Ticket { name: None, ..ticket });
    }
    let name = field::name(NAME_CHARS_MAX)(name.to_owned()).map_err(TicketRefusal::BadName)?;
    Ok(Ticket { name: Some(name), ..ticket })
}

/// The ticket in the hands of `receiver`: its old code is dead, and its name goes.
pub fn passed_on(booking: &Booking, ticket: Ticket, receiver: UserId) -> Result<Ticket, TicketRefusal> {
    if ticket.held_by(booking) == receiver {
        return Err(TicketRefusal::ReceiverHasIt);
    }
    let generation = ticket.generation + 1;
    Ok(Ticket { generation, holder: Some(receiver), name: None, ..ticket })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Timestamp;

    fn paid() -> Booking {
        let now = Timestamp::from_secs(1_795_000_000);
        Booking { status: BookingStatus::Confirmed, ..Booking::sample(now, 1) }
    }

    #[test]
    fn a_ticket_goes_from_hand_to_hand_and_each_time_its_code_dies() {
        let (booking, buyer) = (paid(), paid().user);
        let ticket = named(Ticket::fresh(1), " Mali ").expect("a name");
        assert_eq!(may_change(&booking, &ticket, buyer), Ok(()));
        let passed = passed_on(&booking, ticket, UserId(77)).expect("to somebody else");
        assert_eq!((passed.generation, passed.holder, &passed.name), (1, Some(UserId(77)), &None));
        assert_eq!(may_change(&booking, &passed, buyer), Err(TicketRefusal::TicketNotFound));
        assert_eq!(passed_on(&booking, passed.clone(), UserId(77)), Err(TicketRefusal::ReceiverHasIt));
        let back = passed_on(&booking, passed, buyer).expect("back again");
        assert_eq!((back.generation, back.held_by(&booking)), (2, buyer));
    }

    #[test]
    fn of_a_booking_that_was_partly_given_back_the_last_own_tickets_are_dead() {
        let booking = Booking { quantity: 4, returned_quantity: 2, ..paid() };
        let passed = Ticket { generation: 1, holder: Some(UserId(77)), ..Ticket::fresh(4) };
        let all = tickets_of(&booking, vec![passed]);
        let dead: Vec<_> = all.iter().filter(|ticket| ticket.is_returned).map(|ticket| ticket.seat).collect();
        assert_eq!(dead, [2, 3], "the one that was passed on is somebody else's");
        let refused = may_change(&booking, &all[2], booking.user);
        assert_eq!(refused, Err(TicketRefusal::BookingIsNotConfirmed(BookingStatus::Refunded)));
    }

    #[test]
    fn what_is_not_paid_is_no_ticket() {
        let booking = Booking { status: BookingStatus::Refunded, ..paid() };
        let refused = may_change(&booking, &Ticket::fresh(1), booking.user);
        assert_eq!(refused, Err(TicketRefusal::BookingIsNotConfirmed(BookingStatus::Refunded)));
        assert!(named(Ticket::fresh(1), &"x".repeat(101)).is_err());
    }
}
