//! Write a name on a ticket, or take it off.

use super::ticket::{self, TicketView};
use crate::app::App;
use crate::domain::booking::Booking;
use crate::domain::ids::BookingId;
use crate::domain::ticket::{Ticket, TicketRefusal, may_change, named, tickets_of};
use crate::refusals::door::of_ticket;
use crate::store::{bookings, tickets};
use kernel::{Actor, Refusal};
use store::Tx;

/// The ticket with its name. Errors: not the caller's, not good, used; a name that cannot be taken.
pub async fn run(
    app: &App,
    actor: Actor,
    (id, seat): (BookingId, i64),
    name: String,
) -> Result<TicketView, Refusal> {
    let written = app.store.write(move |tx| {
        let (booking, ticket) = lock(tx, actor, id, seat)?;
        let ticket = named(ticket, &name).map_err(of_ticket)?;
        tickets::save(tx, &booking, &ticket)?;
        Ok::<_, Refusal>((booking, ticket))
    });
    let (booking, ticket) = written.await?;
    Ok(ticket::view(app, actor, booking, ticket))
}

/// The ticket of a verb that changes it: its booking locked, and the caller's to change.
pub(super) fn lock(
    tx: &mut Tx<'_>,
    actor: Actor,
    id: BookingId,
    seat: i64,
) -> Result<(Booking, Ticket), Refusal> {
    let not_found = || of_ticket(TicketRefusal::TicketNotFound);
    let booking = bookings::lock(tx, id)?.ok_or_else(not_found)?;
    let all = tickets_of(&booking, tickets::of_booking(tx, id)?);
    let ticket = all.into_iter().find(|ticket| ticket.seat == seat).ok_or_else(not_found)?;
    may_change(&booking, &ticket, actor.user).map_err(of_ticket)?;
    Ok((booking, ticket))
}
