//! The bookings of an event with their buyers and tickets, page by page: what lists and files of attendees, orders and money are made of.

use super::event_read;
use crate::app::App;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::{BookingId, EventId};
use crate::domain::payment::Payment;
use crate::domain::payment_status::PaymentStatus;
use crate::domain::ticket::{Ticket, tickets_of};
use crate::store::{bookings, payments, tickets};
use identity::{User, users};
use kernel::{Actor, Refusal, TenantId, UserId};
use std::collections::HashMap;
use store::{StoreError, Tx, locator};

/// Bookings that are read at a time.
const PAGE: i64 = 500;
/// People whose address begins as searched that are looked at.
const PEOPLE_MAX: i64 = 20;
/// Bookings of one of them.
const OWN_MAX: i64 = 200;

/// A booking and what belongs to it.
#[derive(Debug, Clone)]
pub struct SalesRow {
    /// The booking, confirmed or refunded.
    pub booking: Booking,
    /// Who bought it; none: without an account.
    pub buyer: Option<User>,
    /// What was charged, minor units; 0 where nothing was.
    pub paid_minor: i64,
    /// What of it went back, minor units.
    pub given_back_minor: i64,
    /// Each of its tickets, with who holds it now.
    pub tickets: Vec<(Ticket, Option<User>)>,
}

impl SalesRow {
    /// Whether its tickets are good.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.booking.status == BookingStatus::Confirmed
    }
}

/// Some rows, and where the next begin.
#[derive(Debug, Clone, Default)]
pub struct SalesPage {
    /// In the order in which they were booked.
    pub rows: Vec<SalesRow>,
    /// After which booking the next page begins; none: there is none.
    pub next: Option<BookingId>,
}

/// Whether `actor` may look at them. Errors: they do not run the event.
pub fn may(app: &App, actor: Actor, event: EventId) -> Result<(), Refusal> {
    event_read::of_runner(app, actor, event).map(drop)
}

/// The next rows after `after`. `may` is asked before the first.
pub async fn page(app: &App, event: EventId, after: Option<BookingId>) -> Result<SalesPage, Refusal> {
    let after = after.map_or(0, |booking| booking.0);
    let read = app.store.read(move |tx| {
        let found = bookings::paid_of_event(tx, event, after, PAGE)?;
        let next = found.last().map(|booking| booking.id).filter(|_| found.len() as i64 == PAGE);
        Ok::<_, StoreError>(SalesPage { rows: rows(tx, found)?, next })
    });
    Ok(read.await?)
}

/// The rows of whoever's address begins with `search`, or of the booking with that code; newest first.
pub async fn search(app: &App, actor: Actor, event: EventId, search: &str) -> Result<Vec<SalesRow>, Refusal> {
    let tenant = event_read::of_runner(app, actor, event)?.tenant;
    let search = search.trim().to_owned();
    let read = app.store.read(move |tx| {
        let mut found = match code_of(&search) {
            Some(code) => bookings::by_code(tx, tenant, &code)?.into_iter().collect(),
            None => of_people(tx, tenant, &search)?,
        };
        let is_paid = |status| matches!(status, BookingStatus::Confirmed | BookingStatus::Refunded);
        found.retain(|booking| booking.event == event && is_paid(booking.status));
        rows(tx, found)
    });
    Ok(read.await?)
}

/// The booking's code in what was searched, with or without the seat and the letters after it.
fn code_of(search: &str) -> Option<String> {
    let upper = search.to_ascii_uppercase();
    upper.starts_with("BK-").then(|| upper.chars().take(18).collect())
}

fn of_people(tx: &mut Tx<'_>, tenant: TenantId, search: &str) -> Result<Vec<Booking>, StoreError> {
    let begins = identity::email::key(search);
    let mut people = users::of_tenant(tx, tenant, &begins, PEOPLE_MAX)?;
    if let Some(global) = users::by_email(tx, None, &begins)? {
        people.push(global);
    }
    let mut found = Vec::new();
    for user in people {
        let kind = crate::domain::seats::locator_kind::BOOKING_KEY;
        let ids = locator::newest(tx, user.id.0, kind, OWN_MAX)?;
        found.extend(bookings::by_ids(tx, &ids)?);
    }
    Ok(found)
}

fn rows(tx: &mut Tx<'_>, found: Vec<Booking>) -> Result<Vec<SalesRow>, StoreError> {
    let ids: Vec<_> = found.iter().map(|booking| booking.id.0).collect();
    let mut stored: HashMap<BookingId, Vec<Ticket>> = HashMap::new();
    for (booking, ticket) in tickets::of_bookings(tx, &ids)? {
        stored.entry(booking).or_default().push(ticket);
    }
    let holders = stored.values().flatten().filter_map(|ticket| ticket.holder);
    let people: Vec<UserId> = found.iter().map(|booking| booking.user).chain(holders).collect();
    let people = self::people(tx, people)?;
    let money: HashMap<i64, (i64, i64)> = payments::by_ids(tx, &ids)?.iter().map(money_of).collect();
    let row = |booking: Booking| {
        let (paid_minor, given_back_minor) = money.get(&booking.id.0).copied().unwrap_or_default();
        let tickets = tickets_of(&booking, stored.remove(&booking.id).unwrap_or_default());
        let held = |ticket: Ticket| {
            let holder = people.get(&ticket.held_by(&booking)).cloned();
            (ticket, holder)
        };
        SalesRow {
            paid_minor,
            given_back_minor,
            tickets: tickets.into_iter().map(held).collect(),
            buyer: people.get(&booking.user).cloned(),
            booking,
        }
    };
    Ok(found.into_iter().map(row).collect())
}

/// What was charged for a booking, and what of it went back.
fn money_of(payment: &Payment) -> (i64, (i64, i64)) {
    let charged = matches!(
        payment.status,
        PaymentStatus::Succeeded | PaymentStatus::RefundPending | PaymentStatus::Refunded
    );
    (payment.booking.0, (if charged { payment.amount_minor } else { 0 }, payment.refunded_minor))
}

/// Name and address of these people, where they have an account.
fn people(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, User>, StoreError> {
    let mut found = HashMap::new();
    for id in ids {
        if !found.contains_key(&id)
            && let Some(user) = users::by_id(tx, id)?
        {
            found.insert(id, user);
        }
    }
    Ok(found)
}
