//! Follow: looks after payments whose charge has no answer yet, whose card is charged again, whose money goes back.
//!
//! One job follows one payment; what it does depends on where the payment stands, so running it twice is harmless:
//! processing (its caller crashed) and timed out: ask the gateway by the charge's key, three times, then take the charge
//! back; retrying: charge again while the hold lives; refund pending: send the money back.

use super::payment_charge::{count, settle, start};
use super::payment_settle::{self, FOLLOW, STRAY, SettleContext};
use super::payment_stray;
use crate::app::App;
use crate::domain::booking::Booking;
use crate::domain::gateway_answer::{ChargeAnswer, ChargeRequest, RefundAnswer};
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment::{ASKS_MAX, Payment};
use crate::domain::payment_process::hold_lives;
use crate::domain::payment_settle::give_up_retry;
use crate::domain::payment_status::PaymentStatus;
use crate::store::{bookings, payments};
use futures_util::future::join_all;
use kernel::Timestamp;
use store::jobs::{self, ClaimedJob};
use store::{StoreError, Tx};

/// Payments followed at once; each may wait for the gateway.
const AT_ONCE_MAX: i64 = 32;
/// Seconds after which another node may take over; longer than two answers of a gateway may take.
const LEASE_S: i64 = 60;
/// Tries to take money back before an operator must look: about eight hours.
pub(super) const REFUND_TRIES_MAX: i64 = 1_000;

/// Follows what is due now; how many payments.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let due = app.store.read(move |tx| any_due(tx, now)).await?;
    if !due {
        return Ok(0);
    }
    let claimed = app.store.write(move |tx| claim(tx, now)).await?;
    let steps = claimed.iter().map(|job| async move {
        let done = if job.kind == STRAY { payment_stray::run(app, job).await } else { step(app, job).await };
        if let Err(error) = done {
            // Its lease runs out, and it is tried again.
            tracing::error!(job = job.id, %error, "a payment could not be followed");
        }
    });
    join_all(steps).await;
    Ok(claimed.len())
}

fn any_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, StoreError> {
    Ok(jobs::any_due(tx, FOLLOW, now)? || jobs::any_due(tx, STRAY, now)?)
}

fn claim(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<ClaimedJob>, StoreError> {
    let until = now.plus_secs(LEASE_S);
    let mut claimed = jobs::claim(tx, FOLLOW, now, until, AT_ONCE_MAX)?;
    claimed.extend(jobs::claim(tx, STRAY, now, until, AT_ONCE_MAX)?);
    Ok(claimed)
}

async fn step(app: &App, job: &ClaimedJob) -> Result<(), StoreError> {
    let id = job.payload.parse::<i64>();
    let id = id.map_err(|_| StoreError::Corrupt(format!("job {} names no payment", job.id)))?;
    let found = app.store.read(move |tx| payments::by_id(tx, PaymentId(id))).await?;
    let followed = found.filter(|payment| payment.job == Some(job.id));
    let Some(payment) = followed else { return finish(app, job.id).await };
    match payment.status {
        PaymentStatus::TimedOut if payment.asks >= ASKS_MAX => take_back(app, &payment, job).await,
        PaymentStatus::Processing | PaymentStatus::TimedOut => query_charge(app, &payment).await,
        PaymentStatus::Retrying => charge_again(app, &payment).await,
        PaymentStatus::RefundPending => take_back(app, &payment, job).await,
        PaymentStatus::Pending
        | PaymentStatus::Succeeded
        | PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Refunded => finish(app, job.id).await,
    }
}

async fn finish(app: &App, job: i64) -> Result<(), StoreError> {
    app.store.write(move |tx| jobs::done(tx, job)).await
}

fn request_of(app: &App, payment: &Payment) -> ChargeRequest {
    payment.charge_request(app.public.encode(payment.id))
}

async fn query_charge(app: &App, payment: &Payment) -> Result<(), StoreError> {
    let answer = app.payments.find(request_of(app, payment)).await;
    apply(app, payment.booking, payment.attempt, answer).await
}

/// Applies an answer, unless another charge of the payment has begun since it was asked for.
async fn apply(app: &App, booking: BookingId, attempt: i64, answer: ChargeAnswer) -> Result<(), StoreError> {
    let ctx = SettleContext::of(app);
    let settled = app.store.write(move |tx| {
        let known = bookings::lock(tx, booking)?.is_some();
        let current = payments::by_id(tx, PaymentId(booking.0))?;
        if !known || current.is_none_or(|payment| payment.attempt != attempt) {
            return Ok(None);
        }
        Ok::<_, StoreError>(Some(settle(tx, &ctx, booking, &answer)?))
    });
    if let Some((seen, seats)) = settled.await? {
        count(app, seen.payment.status);
        app.availability.publish(seats);
    }
    Ok(())
}

async fn charge_again(app: &App, payment: &Payment) -> Result<(), StoreError> {
    let (ctx, public, id) = (SettleContext::of(app), app.public.clone(), payment.booking);
    let begun = app.store.write(move |tx| {
        let Some((booking, mut payment)) = lock(tx, id)? else { return Ok(None) };
        if payment.status != PaymentStatus::Retrying {
            return Ok(None);
        }
        if !hold_lives(&booking, ctx.now) {
            give_up_retry(&mut payment).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
            payment_settle::let_go(tx, &mut payment)?;
            payment_settle::save(tx, &ctx, &payment, None)?;
            return Ok(None);
        }
        let request = start(tx, &ctx, &public, (&booking, &mut payment), None);
        let request = request.map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
        Ok::<_, StoreError>(Some((payment.attempt, request)))
    });
    let Some((attempt, request)) = begun.await? else { return Ok(()) };
    let answer = app.payments.charge(request).await;
    apply(app, id, attempt, answer).await
}

async fn take_back(app: &App, payment: &Payment, job: &ClaimedJob) -> Result<(), StoreError> {
    if job.attempts >= REFUND_TRIES_MAX {
        tracing::error!(payment = payment.id.0, "money cannot be sent back; an operator must look");
        let id = job.id;
        return app.store.write(move |tx| jobs::give_up(tx, id, "the gateway never answered")).await;
    }
    let answer = app.payments.refund(request_of(app, payment), payment.charge.clone()).await;
    if answer == RefundAnswer::NothingWasTaken && payment.status == PaymentStatus::RefundPending {
        tracing::warn!(
            payment = payment.id.0,
            "the gateway knows nothing of a charge that was to be refunded"
        );
    }
    let (ctx, id, tries) = (SettleContext::of(app), payment.booking, job.attempts);
    let settled = app.store.write(move |tx| {
        let Some((mut booking, mut payment)) = lock(tx, id)? else { return Ok(Vec::new()) };
        payment_settle::taken_back(tx, &ctx, &mut booking, &mut payment, (answer, tries))
    });
    app.availability.publish(settled.await?);
    Ok(())
}

fn lock(tx: &mut Tx<'_>, id: BookingId) -> Result<Option<(Booking, Payment)>, StoreError> {
    let Some(booking) = bookings::lock(tx, id)? else { return Ok(None) };
    Ok(payments::by_id(tx, PaymentId(id.0))?.map(|payment| (booking, payment)))
}
