//! Create: opens the payment of a booking, and charges it at once if asked to.

use super::payment_charge::{self, Keyed, Opened};
use super::payment_settle::{self, SettleContext};
use super::payment_view::{PaymentView, lock_own};
use crate::app::App;
use crate::domain::ids::BookingId;
use crate::domain::payment_process::{OpenRequest, open};
use crate::refusals;
use kernel::{Actor, Refusal};
use std::sync::Arc;
use store::keyed::Answer;

/// Opens the payment and charges nothing yet.
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
            let (booking, existing) = lock_own(tx, actor, booking)?;
            let payment =
                open(&booking, existing.as_ref(), &request, ctx.now).map_err(refusals::of_payment)?;
            payment_settle::save(tx, &ctx, &payment, None)?;
            Ok(PaymentView::new(booking, Some(payment), ctx.now))
        })
    });
    answer.await
}

/// Opens the payment and charges it.
pub async fn run_and_charge(
    app: &Arc<App>,
    actor: Actor,
    booking: BookingId,
    request: OpenRequest,
    keyed: Keyed,
) -> Result<Answer, Refusal> {
    let open = move |tx: &mut store::Tx<'_>, now| {
        let (booking, existing) = lock_own(tx, actor, booking)?;
        let payment = open(&booking, existing.as_ref(), &request, now).map_err(refusals::of_payment)?;
        Ok(Opened { booking, payment, card: None })
    };
    payment_charge::run(app, keyed, open).await
}
