//! Approve, reject, try again: what the administrators of a tenant decide about refunds.

use super::audit_record::{self, Acting, Done};
use super::refund_context::RefundContext;
use super::refund_move;
use crate::app::App;
use crate::availability::Seats;
use crate::domain::booking::Booking;
use crate::domain::ids::RefundId;
use crate::domain::refund::{Refund, RefundRefusal};
use crate::domain::refund_event;
use crate::domain::refund_status::RefundStatus;
use crate::domain::role;
use crate::refusals;
use crate::store::{bookings, refunds};
use kernel::{Actor, Refusal};
use serde_json::json;
use store::{Tx, outbox};

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundDecision {
    /// The money goes back.
    Approve,
    /// It does not.
    Reject,
    /// The gateway is asked again for money that it did not send.
    Retry,
}

impl RefundDecision {
    const fn action(self) -> &'static str {
        match self {
            Self::Approve => "refund.approve",
            Self::Reject => "refund.reject",
            Self::Retry => "refund.retry",
        }
    }
}

/// Decides about a refund of the caller's tenant; the refund as it is afterwards. Deciding the same twice is refused by the
/// state table.
pub async fn run(
    app: &App,
    actor: Actor,
    id: RefundId,
    decision: RefundDecision,
    note: Option<String>,
) -> Result<Refund, Refusal> {
    if !role::may_administer(actor.role) {
        return Err(refusals::of_refund(RefundRefusal::RoleDoesNotAllow));
    }
    let (ctx, acting) = (RefundContext::of(app), Acting::caller(actor));
    let decided = app.store.write(move |tx| {
        let (mut booking, mut refund) = lock(tx, actor, id)?;
        if note.is_some() {
            refund.decision_note.clone_from(&note);
        }
        let before = refund.status;
        let seats = decide(tx, &ctx, actor, decision, (&mut booking, &mut refund))?;
        let details = json!({ "before": before.as_str(), "after": refund.status.as_str(), "note": note,
            "booking": refund.booking.0, "quantity": refund.quantity, "amount": refund.amount_minor });
        let done = Done { action: decision.action(), noun: "refund", id: id.0, details };
        audit_record::append(tx, &acting, Some(refund.tenant), done, ctx.now)?;
        Ok::<_, Refusal>((refund, seats))
    });
    let (refund, seats) = decided.await?;
    app.availability.publish(seats);
    Ok(refund)
}

/// The booking, locked, and its refund, read under that lock.
fn lock(tx: &mut Tx<'_>, actor: Actor, id: RefundId) -> Result<(Booking, Refund), Refusal> {
    let not_found = || refusals::of_refund(RefundRefusal::RefundNotFound);
    let found = refunds::by_id(tx, id)?.filter(|refund| actor.tenant == Some(refund.tenant));
    let booking = bookings::lock(tx, found.ok_or_else(not_found)?.booking)?.ok_or_else(not_found)?;
    let refund = refunds::by_id(tx, id)?.ok_or_else(not_found)?;
    Ok((booking, refund))
}

fn decide(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    actor: Actor,
    decision: RefundDecision,
    (booking, refund): (&mut Booking, &mut Refund),
) -> Result<Option<Seats>, Refusal> {
    match decision {
        RefundDecision::Approve => {
            must_be(refund, RefundStatus::Requested, RefundStatus::Approved)?;
            let moved = refund_move::approve(tx, ctx, booking, refund, Some(actor.user))?;
            moved.map_err(refusals::of_refund)
        }
        RefundDecision::Reject => {
            refund.go(RefundStatus::Rejected).map_err(refusals::of_refund)?;
            (refund.decided_by, refund.decided_at) = (Some(actor.user), Some(ctx.now));
            refunds::save(tx, refund)?;
            let event = refund_event::of(ctx.next(), refund_event::REJECTED, refund, ctx.now);
            outbox::append(tx, &[event])?;
            Ok(None)
        }
        RefundDecision::Retry => {
            must_be(refund, RefundStatus::Failed, RefundStatus::Approved)?;
            refund.go(RefundStatus::Approved).map_err(refusals::of_refund)?;
            refund_move::follow(tx, ctx, refund)?;
            refunds::save(tx, refund)?;
            Ok(None)
        }
    }
}

/// Both steps to approved are in the table; which one is meant depends on the verb, and only one of them moves anything.
fn must_be(refund: &Refund, from: RefundStatus, to: RefundStatus) -> Result<(), Refusal> {
    if refund.status == from {
        return Ok(());
    }
    Err(refusals::of_refund(RefundRefusal::CannotGo { from: refund.status, to }))
}
