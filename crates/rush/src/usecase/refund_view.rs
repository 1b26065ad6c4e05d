//! Looking at refunds: those of a booking, those of a tenant.

use super::booking_lock;
use crate::app::App;
use crate::domain::ids::{BookingId, RefundId};
use crate::domain::refund::{Refund, RefundRefusal};
use crate::domain::refund_list::RefundFilter;
use crate::domain::role;
use crate::refusals;
use crate::store::{bookings, refunds};
use kernel::{Actor, PageRequest, Paged, Refusal};
use store::StoreError;

/// The refunds of a booking, oldest first, for its buyer and for the administrators of its tenant.
pub async fn of_booking(app: &App, actor: Actor, id: BookingId) -> Result<Vec<Refund>, Refusal> {
    let found = app.store.read(move |tx| {
        let booking = bookings::by_id(tx, id)?;
        Ok::<_, StoreError>((booking, refunds::of_booking(tx, id)?))
    });
    let (booking, refunds) = found.await?;
    booking_lock::found(booking.filter(|booking| booking.is_visible_to(actor)))?;
    Ok(refunds)
}

/// One page of the refunds of the caller's tenant, newest first, for its administrators.
pub async fn list(
    app: &App,
    actor: Actor,
    filter: RefundFilter,
    page: PageRequest,
) -> Result<Paged<Refund>, Refusal> {
    let tenant = actor.tenant.filter(|_| role::may_administer(actor.role));
    let tenant = tenant.ok_or_else(|| refusals::of_refund(RefundRefusal::RoleDoesNotAllow))?;
    let window = (i64::try_from(page.offset).unwrap_or(i64::MAX), i64::from(page.limit));
    let (items, total) = app.store.read(move |tx| refunds::of_tenant(tx, tenant, filter, window)).await?;
    Ok(Paged { items, meta: page.meta(u64::try_from(total).unwrap_or_default()) })
}

/// One refund, for its buyer and for the administrators of its tenant.
pub async fn get(app: &App, actor: Actor, id: RefundId) -> Result<Refund, Refusal> {
    let found = app.store.read(move |tx| refunds::by_id(tx, id)).await?;
    let visible = |refund: &Refund| {
        let administers = role::may_administer(actor.role) && actor.tenant == Some(refund.tenant);
        refund.user == actor.user || administers
    };
    found.filter(visible).ok_or_else(|| refusals::of_refund(RefundRefusal::RefundNotFound))
}
