//! An administrator gives a purchase back: Telegram first, then our books. Telegram's own report of it finds it done.

use super::audit_record::{Act, Acting, append};
use super::payment_reverse;
use crate::app::App;
use crate::domain::ids::PaymentId;
use crate::domain::payment::{Charge, Payment, PaymentStatus};
use crate::refusals;
use crate::store::{charges, payments};
use kernel::Refusal;
use serde_json::json;
use std::sync::Arc;
use store::StoreError;

/// The refunded invoice. Errors: 404; 409, it was never paid; 502, Telegram does not do it, and nothing changed.
pub async fn run(app: &App, acting: Acting, id: PaymentId) -> Result<Payment, Refusal> {
    let found: Result<_, StoreError> =
        app.store.read(move |tx| Ok((payments::by_id(tx, id)?, charges::of_payment(tx, id)?))).await;
    let (payment, charge) = found?;
    let payment = payment.ok_or_else(|| Refusal::not_found("invoice"))?;
    let charge = charge.ok_or_else(refusals::nothing_was_paid)?;
    if payment.status == PaymentStatus::Refunded {
        return Ok(payment);
    }
    app.bot.refund(charge.tg_user_id, &charge.id).await.map_err(refusals::of_bot)?;
    reverse(app, acting, charge).await?;
    Ok(Payment { status: PaymentStatus::Refunded, ..payment })
}

async fn reverse(app: &App, acting: Acting, charge: Charge) -> Result<(), StoreError> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            payment_reverse::run(tx, &ids, &charge.id, now)?;
            let act = Act {
                action: "payment.refund",
                target: format!("charge:{}", charge.id),
                before: Some(json!({ "stars": charge.stars, "amount": charge.amount })),
                after: Some(json!({ "refunded": true })),
            };
            append(tx, &acting, act, now)
        })
        .await
}
