//! Cancel: the buyer lets go of a payment before any charge, and with it of the seats.

use super::payment_charge::{Keyed, own};
use super::payment_settle::{self, SettleContext};
use super::payment_view::PaymentView;
use crate::app::App;
use crate::domain::ids::{BookingId, PaymentId};
use crate::refusals;
use kernel::{Actor, Refusal};
use store::keyed::Answer;

/// Cancels the caller's pending payment and gives the seats back.
pub async fn run(app: &App, actor: Actor, id: PaymentId, keyed: Keyed) -> Result<Answer, Refusal> {
    let ctx = SettleContext::of(app);
    let done = app.store.write(move |tx| {
        let mut freed = Vec::new();
        let answer = keyed.answer(tx, ctx.now, |tx| {
            let (mut booking, mut payment) = own(tx, actor, BookingId(id.0))?;
            let cancelled = payment_settle::cancelled(tx, &ctx, &mut booking, &mut payment)?;
            freed = cancelled.map_err(refusals::of_payment)?;
            Ok(PaymentView::new(booking, Some(payment), ctx.now))
        })?;
        Ok::<_, Refusal>((answer, freed))
    });
    let (answer, freed) = done.await?;
    app.availability.publish(freed);
    Ok(answer)
}
