//! Stray money: a charge that a gateway told of and that no payment can take, because it has another one or was given up.
//! It goes back, and the payment stays what it is.

use super::payment_follow::REFUND_TRIES_MAX;
use crate::app::App;
use crate::domain::gateway_answer::RefundAnswer;
use crate::domain::ids::PaymentId;
use crate::store::payments;
use rand::random_range;
use serde::Deserialize;
use std::time::Duration;
use store::StoreError;
use store::jobs::{self, ClaimedJob};

#[derive(Deserialize)]
struct Stray {
    payment: i64,
    charge: String,
}

/// Sends the charge back. Silence is retried with a back-off, and given up for an operator to see after many tries.
pub(super) async fn run(app: &App, job: &ClaimedJob) -> Result<(), StoreError> {
    let stray: Stray = serde_json::from_str(&job.payload)
        .map_err(|error| StoreError::Corrupt(format!("job {}: {error}", job.id)))?;
    let (id, tries, now) = (job.id, job.attempts, app.clock.now());
    let payment = app.store.read(move |tx| payments::by_id(tx, PaymentId(stray.payment))).await?;
    let Some(payment) = payment else { return app.store.write(move |tx| jobs::done(tx, id)).await };
    let mut request = payment.charge_request(app.public.encode(payment.id));
    request.key = format!("{}:stray", payment.id.0);
    let answer = app.payments.refund(request, Some(stray.charge)).await;
    tracing::warn!(payment = payment.id.0, ?answer, "money that no payment can take was sent back");
    let wait = Duration::from_secs_f64(jobs::backoff_secs(
        u32::try_from(tries).unwrap_or(u32::MAX),
        random_range(-1.0..=1.0),
    ));
    let recorded = app.store.write(move |tx| match answer {
        RefundAnswer::Refunded | RefundAnswer::NothingWasTaken => jobs::done(tx, id),
        RefundAnswer::NoAnswer if tries >= REFUND_TRIES_MAX => jobs::give_up(tx, id, "no answer"),
        RefundAnswer::NoAnswer => jobs::retry(tx, id, now.plus(wait), "no answer"),
    });
    recorded.await
}
