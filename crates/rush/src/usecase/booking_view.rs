//! Looking at bookings: one, the own ones, the pending ones, how many are left for an event.

use super::booking_lock;
use crate::app::App;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::{BookingId, EventId};
use crate::domain::place::cap_of;
use crate::domain::seats::locator_kind;
use crate::store::bookings;
use kernel::{Actor, PageRequest, Paged, Refusal, UserId};
use ledger::Book;
use store::{StoreError, Tx, locator};

/// Bookings of one user that a list looks at; a buyer within caps never comes near it.
const OWN_BOOKINGS_MAX: i64 = 10_000;

/// The booking, if it is the caller's or of the tenant that the caller administers. Anything else is not found.
pub async fn get(app: &App, actor: Actor, id: BookingId) -> Result<Booking, Refusal> {
    let found = app.store.read(move |tx| bookings::by_id(tx, id)).await?;
    booking_lock::found(found.filter(|booking| booking.is_visible_to(actor)))
}

/// The caller's bookings, newest first, of one status or all.
pub async fn list(
    app: &App,
    actor: Actor,
    status: Option<BookingStatus>,
    page: PageRequest,
) -> Result<Paged<Booking>, Refusal> {
    let mut own = app.store.read(move |tx| own(tx, actor.user)).await?;
    own.retain(|booking| status.is_none_or(|status| booking.status == status));
    let meta = page.meta(own.len() as u64);
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let items = own.into_iter().skip(skip).take(page.limit as usize).collect();
    Ok(Paged { items, meta })
}

/// The caller's live holds, soonest to expire first, at most `limit` (1..=1000).
pub async fn pending(app: &App, actor: Actor, limit: usize) -> Result<Vec<Booking>, Refusal> {
    let now = app.clock.now();
    let mut own = app.store.read(move |tx| own(tx, actor.user)).await?;
    own.retain(|booking| booking.status == BookingStatus::Reserved && booking.expires_at > now);
    own.sort_by_key(|booking| booking.expires_at);
    own.truncate(limit.clamp(1, 1000));
    Ok(own)
}

/// How many tickets a buyer has at an event, held and owned, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Held and owned.
    pub booked: i64,
    /// The cap.
    pub max: i64,
}

/// The caller's tickets at `event`. The count is the balance of the buyer's account: the same figure that decides.
pub async fn summary(app: &App, actor: Actor, event: EventId) -> Result<Summary, Refusal> {
    let foreign = |tenant| actor.tenant.is_some_and(|own| own != tenant);
    let (tenant, max) = cap_of(&app.catalogue.current(), event).ok_or_else(|| Refusal::not_found("event"))?;
    if foreign(tenant) {
        return Err(Refusal::not_found("event"));
    }
    let booked = app.store.read(move |tx| tickets_of(tx, actor.user, event)).await?;
    Ok(Summary { booked, max })
}

fn own(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Booking>, StoreError> {
    let ids = locator::newest(tx, user.0, locator_kind::BOOKING_KEY, OWN_BOOKINGS_MAX)?;
    bookings::by_ids(tx, &ids)
}

fn tickets_of(tx: &mut Tx<'_>, user: UserId, event: EventId) -> Result<i64, StoreError> {
    let Some(account) = locator::find(tx, user.0, locator_kind::BUYER_ACCOUNT, event.0)? else {
        return Ok(0);
    };
    Ok(Book::peek(tx, account)?.map_or(0, |account| account.balances.committed()))
}
