//! Looking at tickets: those of a booking, those that somebody passed on to the caller, one with its code.

use super::booking_lock;
use super::check_in::seat_code;
use crate::app::App;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::BookingId;
use crate::domain::role;
use crate::domain::ticket::{Ticket, TicketRefusal, tickets_of};
use crate::refusals::door::of_ticket;
use crate::store::{bookings, tickets};
use kernel::{Actor, Refusal};
use store::{StoreError, Tx};

/// Tickets of others' bookings that a list looks at.
const PASSED_ON_MAX: i64 = 1_000;

/// A ticket as one caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketView {
    /// The booking.
    pub booking: Booking,
    /// The ticket.
    pub ticket: Ticket,
    /// Its codes, where the caller holds it and it is good.
    pub codes: Option<Codes>,
}

/// What a holder shows at a door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// The text of the QR code.
    pub signed: String,
    /// The short form, to be typed.
    pub typed: String,
}

/// Every ticket of a booking, for its buyer and whoever administers its tenant; codes of those that the caller holds.
pub async fn of_booking(app: &App, actor: Actor, id: BookingId) -> Result<Vec<TicketView>, Refusal> {
    let found = app.store.read(move |tx| load(tx, id)).await?;
    let (booking, all) = booking_lock::found_with(found.filter(|(booking, _)| booking.is_visible_to(actor)))?;
    Ok(all.into_iter().map(|ticket| view(app, actor, booking.clone(), ticket)).collect())
}

/// One ticket, for whoever holds it. Errors: not theirs, or not good.
pub async fn get(app: &App, actor: Actor, id: BookingId, seat: i64) -> Result<TicketView, Refusal> {
    let found = app.store.read(move |tx| load(tx, id)).await?;
    let (booking, all) = found.ok_or_else(|| of_ticket(TicketRefusal::TicketNotFound))?;
    let ticket = all.into_iter().find(|ticket| ticket.seat == seat && ticket.held_by(&booking) == actor.user);
    let ticket = ticket.ok_or_else(|| of_ticket(TicketRefusal::TicketNotFound))?;
    if booking.status != BookingStatus::Confirmed {
        return Err(of_ticket(TicketRefusal::BookingIsNotConfirmed(booking.status)));
    }
    if ticket.is_returned {
        return Err(of_ticket(TicketRefusal::BookingIsNotConfirmed(BookingStatus::Refunded)));
    }
    Ok(view(app, actor, booking, ticket))
}

/// The tickets that others passed on to the caller, newest booking first.
pub async fn passed_on_to(app: &App, actor: Actor) -> Result<Vec<TicketView>, Refusal> {
    let read = app.store.read(move |tx| {
        let places = tickets::held_by(tx, actor.user, PASSED_ON_MAX)?;
        let mut found = Vec::with_capacity(places.len());
        for (id, seat) in places {
            let Some((booking, all)) = load(tx, id)? else { continue };
            found.extend(all.into_iter().filter(|t| t.seat == seat).map(|ticket| (booking.clone(), ticket)));
        }
        Ok::<_, StoreError>(found)
    });
    let found = read.await?;
    Ok(found.into_iter().map(|(booking, ticket)| view(app, actor, booking, ticket)).collect())
}

pub(super) fn load(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<(Booking, Vec<Ticket>)>, StoreError> {
    let Some(booking) = bookings::by_id(tx, id)? else { return Ok(None) };
    let all = tickets_of(&booking, tickets::of_booking(tx, id)?);
    Ok(Some((booking, all)))
}

/// The ticket as `actor` sees it: nobody but its holder is given its code, not even who administers the tenant.
pub(super) fn view(app: &App, actor: Actor, booking: Booking, ticket: Ticket) -> TicketView {
    let is_good = booking.status == BookingStatus::Confirmed && !ticket.is_returned;
    let holds = ticket.held_by(&booking) == actor.user && actor.role != role::SERVICE;
    let codes = (is_good && holds).then(|| {
        let (code, signer) =
            (seat_code(app, &booking, ticket.seat, ticket.generation), app.ticket_keys.signer());
        Codes { signed: code.signed(signer), typed: code.typed(signer) }
    });
    TicketView { booking, ticket, codes }
}
