//! The list that a gate takes along: every ticket of the event, page by page, so that its length never lies in memory.

use super::door::DoorAccess;
use crate::app::App;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::BookingId;
use crate::domain::ticket::{Ticket, tickets_of};
use crate::store::{bookings, tickets};
use kernel::Refusal;
use std::collections::HashMap;
use store::StoreError;

/// Bookings that are read at a time.
const PAGE: i64 = 1_000;

/// One ticket of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its booking.
    pub booking: Booking,
    /// The ticket.
    pub ticket: Ticket,
}

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct ListPage {
    /// Its tickets; those of refunded bookings are not among them.
    pub tickets: Vec<Listed>,
    /// Where the next page begins; none: there is none.
    pub next: Option<BookingId>,
}

/// The tickets of the next thousand bookings after `after`.
pub async fn page(app: &App, access: &DoorAccess, after: Option<BookingId>) -> Result<ListPage, Refusal> {
    let (event, after) = (access.event.id, after.map_or(0, |booking| booking.0));
    let read = app.store.read(move |tx| {
        let found = bookings::paid_of_event(tx, event, after, PAGE)?;
        let ids: Vec<_> = found.iter().map(|booking| booking.id.0).collect();
        Ok::<_, StoreError>((found, tickets::of_bookings(tx, &ids)?))
    });
    let (found, stored) = read.await?;
    let next = found.last().map(|booking| booking.id).filter(|_| found.len() as i64 == PAGE);
    Ok(ListPage { tickets: listed(found, stored), next })
}

fn listed(found: Vec<Booking>, stored: Vec<(BookingId, Ticket)>) -> Vec<Listed> {
    let mut by_booking: HashMap<BookingId, Vec<Ticket>> = HashMap::new();
    for (booking, ticket) in stored {
        by_booking.entry(booking).or_default().push(ticket);
    }
    let good = found.into_iter().filter(|booking| booking.status == BookingStatus::Confirmed);
    let tickets = good.flat_map(|booking| {
        let stored = by_booking.remove(&booking.id).unwrap_or_default();
        tickets_of(&booking, stored)
            .into_iter()
            .filter(|ticket| !ticket.is_returned)
            .map(move |ticket| Listed { booking: booking.clone(), ticket })
    });
    tickets.collect()
}
