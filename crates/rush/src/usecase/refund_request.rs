//! Request: the buyer asks for money back. Nothing moves before somebody approves.

use super::audit_record::{self, Acting, Done};
use super::booking_lock;
use super::refund_context::RefundContext;
use super::refund_quote::terms;
use crate::app::App;
use crate::domain::ids::{BookingId, RefundId};
use crate::domain::refund::{self, Refund, RefundRefusal, RefundRequest};
use crate::domain::refund_event;
use crate::domain::refund_status::RefundStatus;
use crate::refusals;
use crate::store::refunds;
use kernel::{Actor, Refusal};
use serde_json::json;
use std::sync::Arc;
use store::keyed::{self, Answer, Attempt};
use store::{Tx, outbox};

/// How a refund is written for the caller: the status and the body that are recorded with it.
pub type RefundRender = Arc<dyn Fn(&Refund) -> Result<(u16, Vec<u8>), Refusal> + Send + Sync>;

/// Asks for a refund of the caller's own booking, once per attempt.
pub async fn run(
    app: &App,
    actor: Actor,
    booking: BookingId,
    request: RefundRequest,
    (attempt, render): (Attempt, RefundRender),
) -> Result<Answer, Refusal> {
    let (ctx, acting) = (RefundContext::of(app), Acting::caller(actor));
    let answer = app.store.write(move |tx| {
        keyed::answer(tx, &attempt, ctx.now, |tx| {
            let refund = ask(tx, &ctx, actor, booking, &request)?;
            let details = json!({ "booking": refund.booking.0, "quantity": refund.quantity,
                "amount": refund.amount_minor, "percent": refund.percent });
            let done = Done { action: "refund.request", noun: "refund", id: refund.id.0, details };
            audit_record::append(tx, &acting, Some(refund.tenant), done, ctx.now)?;
            render(&refund)
        })
    });
    answer.await
}

fn ask(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    actor: Actor,
    booking: BookingId,
    request: &RefundRequest,
) -> Result<Refund, Refusal> {
    let booking = booking_lock::booking(tx, booking, |booking| booking.belongs_to(actor))?;
    let terms = terms(&*ctx.catalogue.fresh(tx)?, &booking)?;
    let id = RefundId(ctx.next());
    let refund = refund::request(id, &booking, &terms, request, ctx.now).map_err(refusals::of_refund)?;
    let before = refunds::of_booking(tx, booking.id)?;
    if before.iter().any(|refund| refund.status == RefundStatus::Requested) {
        return Err(refusals::of_refund(RefundRefusal::RequestIsOpen));
    }
    refunds::save(tx, &refund)?;
    outbox::append(tx, &[refund_event::of(ctx.next(), refund_event::REQUESTED, &refund, ctx.now)])?;
    Ok(refund)
}
