//! Looking at payments: one, a booking's, a user's. Every booking has one; until it is touched it is derived.

use crate::app::App;
use crate::domain::booking::Booking;
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment::{Payment, PaymentMethod, PaymentRefusal};
use crate::domain::role;
use crate::domain::seats::locator_kind;
use crate::refusals;
use crate::store::{bookings, payments};
use kernel::{Actor, PageRequest, Paged, Refusal, Timestamp, UserId};
use std::collections::HashMap;
use store::{StoreError, Tx, locator};

/// Payments of one user that a list looks at; a buyer within caps never comes near it.
const OWN_PAYMENTS_MAX: i64 = 10_000;

/// A payment and what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentView {
    /// The payment as its buyer is shown it.
    pub payment: Payment,
    /// The booking.
    pub booking: Booking,
}

impl PaymentView {
    /// `stored` as seen at `now`; the derived one without it.
    #[must_use]
    pub fn new(booking: Booking, stored: Option<Payment>, now: Timestamp) -> Self {
        let payment = stored.unwrap_or_else(|| derived(&booking));
        Self { payment: payment.as_seen(&booking, now), booking }
    }
}

/// The payment that a booking has before anybody touched it.
pub(super) fn derived(booking: &Booking) -> Payment {
    Payment::pending(booking, PaymentMethod::CreditCard, booking.reserved_at)
}

/// The payment, if its booking is the caller's or of the tenant that the caller administers. Anything else is not found.
pub async fn get(app: &App, actor: Actor, id: PaymentId) -> Result<PaymentView, Refusal> {
    of_booking(app, actor, BookingId(id.0)).await
}

/// The payment of a booking, by the same rule.
pub async fn of_booking(app: &App, actor: Actor, id: BookingId) -> Result<PaymentView, Refusal> {
    let found = app.store.read(move |tx| {
        let stored = payments::by_id(tx, PaymentId(id.0))?;
        Ok::<_, StoreError>(bookings::by_id(tx, id)?.map(|booking| (booking, stored)))
    });
    let (booking, stored) = found
        .await?
        .filter(|(booking, _)| booking.is_visible_to(actor))
        .ok_or_else(|| refusals::of_payment(PaymentRefusal::PaymentNotFound))?;
    Ok(PaymentView::new(booking, stored, app.clock.now()))
}

/// The payments of `user`, newest first: all of them for the user, those of the own tenant for its administrator.
pub async fn of_user(
    app: &App,
    actor: Actor,
    user: UserId,
    page: PageRequest,
) -> Result<Paged<PaymentView>, Refusal> {
    if actor.user != user && !(role::may_administer(actor.role) && actor.tenant.is_some()) {
        return Err(Refusal::not_found("user"));
    }
    let mut all = app.store.read(move |tx| of_one_user(tx, user)).await?;
    all.retain(|(booking, _)| booking.is_visible_to(actor));
    let meta = page.meta(all.len() as u64);
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let now = app.clock.now();
    let items = all.into_iter().skip(skip).take(page.limit as usize);
    Ok(Paged { items: items.map(|(booking, stored)| PaymentView::new(booking, stored, now)).collect(), meta })
}

fn of_one_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<(Booking, Option<Payment>)>, StoreError> {
    let ids = locator::newest(tx, user.0, locator_kind::BOOKING_KEY, OWN_PAYMENTS_MAX)?;
    let stored = payments::by_ids(tx, &ids)?;
    let mut stored: HashMap<_, _> = stored.into_iter().map(|payment| (payment.booking, payment)).collect();
    let bookings = bookings::by_ids(tx, &ids)?;
    Ok(bookings.into_iter().map(|booking| (booking.clone(), stored.remove(&booking.id))).collect())
}

/// Locks a booking for its buyer's payment. Whoever may look but not pay is told so; to others it is not there.
pub(super) fn lock_own(
    tx: &mut Tx<'_>,
    actor: Actor,
    id: BookingId,
) -> Result<(Booking, Option<Payment>), Refusal> {
    let refuse = |refusal| Err(refusals::of_payment(refusal));
    match bookings::lock(tx, id)? {
        Some(booking) if booking.belongs_to(actor) => {
            let stored = payments::by_id(tx, PaymentId(id.0))?;
            Ok((booking, stored))
        }
        Some(booking) if booking.is_visible_to(actor) => refuse(PaymentRefusal::NotTheBuyer),
        Some(_) | None => refuse(PaymentRefusal::PaymentNotFound),
    }
}
