//! Intent: what a browser that talks to the gateway by itself needs; the payment, opened if nobody has, and its secret.

use super::payment_charge::{Keyed, own};
use super::payment_settle::{self, SettleContext};
use super::payment_view::PaymentView;
use crate::app::App;
use crate::domain::ids::BookingId;
use crate::domain::payment_process::{OpenRequest, must_be_payable, terms_must_match};
use crate::domain::payment_status::PaymentStatus;
use crate::refusals;
use kernel::{Actor, Refusal};
use store::keyed::Answer;

/// Opens the caller's payment, or finds the one that is open. Nothing is charged.
pub async fn run(
    app: &App,
    actor: Actor,
    booking: BookingId,
    request: OpenRequest,
    keyed: Keyed,
) -> Result<Answer, Refusal> {
    let ctx = SettleContext::of(app);
    let answer = app.store.write(move |tx| {
        keyed.answer(tx, ctx.now, |tx| {
            let (booking, mut payment) = own(tx, actor, booking)?;
            must_be_payable(&booking, ctx.now).map_err(refusals::of_payment)?;
            terms_must_match(&booking, &request).map_err(refusals::of_payment)?;
            if payment.status == PaymentStatus::Pending {
                payment.method = request.method;
                payment_settle::save(tx, &ctx, &payment, None)?;
            }
            Ok(PaymentView::new(booking, Some(payment), ctx.now))
        })
    });
    answer.await
}
