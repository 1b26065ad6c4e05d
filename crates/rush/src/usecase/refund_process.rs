//! Process: the gateway sends back the money of approved refunds, one job a refund. It is asked by the refund's own key, so
//! asking again after a crash sends nothing twice.

use super::audit_record::{self, Acting, Done};
use super::refund_context::{PROCESS, RefundContext};
use crate::app::App;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::booking_event;
use crate::domain::gateway_answer::{PartRefund, RefundAnswer};
use crate::domain::ids::{PaymentId, RefundId};
use crate::domain::payment::{Payment, RefundReason};
use crate::domain::refund::Refund;
use crate::domain::refund_status::RefundStatus;
use crate::domain::{payment_event, payment_settle, refund_event};
use crate::store::{bookings, payments, refunds};
use futures_util::future::join_all;
use rand::random_range;
use serde_json::json;
use std::time::Duration;
use store::jobs::{self, ClaimedJob};
use store::{StoreError, Tx, outbox};

/// Refunds that are processed at once; each may wait for the gateway.
const AT_ONCE_MAX: i64 = 32;
/// Seconds after which another node may take over; longer than an answer of the gateway may take.
const LEASE_S: i64 = 60;
/// Times a silent gateway is asked before an operator must look: about ten minutes.
pub const TRIES_MAX: i64 = 20;

/// Processes what is due now; how many refunds.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    if !app.store.read(move |tx| jobs::any_due(tx, PROCESS, now)).await? {
        return Ok(0);
    }
    let claimed = app.store.write(move |tx| claim(tx, now)).await?;
    let count = claimed.len();
    let steps = claimed.iter().map(|(job, refund)| async move {
        if let Err(error) = step(app, job, refund).await {
            // Its lease runs out, and it is tried again.
            tracing::error!(refund = refund.id.0, %error, "a refund could not be processed");
        }
    });
    join_all(steps).await;
    Ok(count)
}

/// Claims jobs and marks their refunds as being processed, before anybody is asked.
fn claim(tx: &mut Tx<'_>, now: kernel::Timestamp) -> Result<Vec<(ClaimedJob, Refund)>, StoreError> {
    let mut claimed = Vec::new();
    for job in jobs::claim(tx, PROCESS, now, now.plus_secs(LEASE_S), AT_ONCE_MAX)? {
        let id = job.payload.parse().map(RefundId);
        let id = id.map_err(|_| StoreError::Corrupt(format!("job {} names no refund", job.id)))?;
        match refunds::by_id(tx, id)?.filter(|refund| refund.job == Some(job.id)) {
            Some(mut refund)
                if matches!(refund.status, RefundStatus::Approved | RefundStatus::Processing) =>
            {
                if refund.go(RefundStatus::Processing).is_ok() {
                    refunds::save(tx, &refund)?;
                }
                claimed.push((job, refund));
            }
            _ => jobs::done(tx, job.id)?,
        }
    }
    Ok(claimed)
}

async fn step(app: &App, job: &ClaimedJob, refund: &Refund) -> Result<(), StoreError> {
    let payment = PaymentId(refund.booking.0);
    let found = app.store.read(move |tx| payments::by_id(tx, payment)).await?;
    let charge = found.and_then(|payment| payment.charge);
    let charge = charge.ok_or_else(|| StoreError::Corrupt(format!("payment {} has no charge", payment.0)))?;
    let asked = PartRefund {
        key: format!("refund:{}", refund.id.0),
        reference: app.public.encode(payment),
        charge,
        amount_minor: refund.amount_minor,
        currency: refund.currency,
    };
    let answer = app.payments.refund_part(asked).await;
    let (ctx, job, id) = (RefundContext::of(app), job.clone(), refund.id);
    let recorded = app.store.write(move |tx| record(tx, &ctx, &job, id, answer));
    if recorded.await? {
        metrics::counter!("payment_refunded_total").increment(1);
    }
    Ok(())
}

/// Records what the gateway answered; whether the money is back now.
fn record(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    job: &ClaimedJob,
    id: RefundId,
    answer: RefundAnswer,
) -> Result<bool, StoreError> {
    let gone = || StoreError::Corrupt(format!("refund {} or its booking is gone", id.0));
    let booking = refunds::by_id(tx, id)?.ok_or_else(gone)?.booking;
    let mut booking = bookings::lock(tx, booking)?.ok_or_else(gone)?;
    let mut refund = refunds::by_id(tx, id)?.ok_or_else(gone)?;
    if refund.status != RefundStatus::Processing || refund.job != Some(job.id) {
        // Another node was quicker: the key saw to it that the money went once.
        return Ok(false);
    }
    match answer {
        RefundAnswer::Refunded => {
            jobs::done(tx, job.id)?;
            refunded(tx, ctx, &mut booking, &mut refund)?;
            Ok(true)
        }
        RefundAnswer::NothingWasTaken => {
            failed(tx, ctx, job, &mut refund, "the gateway knows no such charge").map(|()| false)
        }
        RefundAnswer::NoAnswer if job.attempts + 1 >= TRIES_MAX => {
            failed(tx, ctx, job, &mut refund, "the gateway never answered").map(|()| false)
        }
        RefundAnswer::NoAnswer => {
            let tries = u32::try_from(job.attempts).unwrap_or(u32::MAX);
            let wait = Duration::from_secs_f64(jobs::backoff_secs(tries, random_range(-1.0..=1.0)));
            jobs::retry(tx, job.id, ctx.now.plus(wait), "no answer").map(|()| false)
        }
    }
}

/// The money is back: the refund and, when nothing of it is left, its booking and payment end with it.
fn refunded(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    booking: &mut Booking,
    refund: &mut Refund,
) -> Result<(), StoreError> {
    refund.go(RefundStatus::Refunded).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
    (refund.processed_at, refund.last_error, refund.job) = (Some(ctx.now), None, None);
    refunds::save(tx, refund)?;
    let mut events = vec![refund_event::of(ctx.next(), refund_event::PROCESSED, refund, ctx.now)];
    let payment = payments::by_id(tx, PaymentId(booking.id.0))?;
    let mut payment = payment.ok_or_else(|| StoreError::Corrupt("a refund of no payment".to_owned()))?;
    payment.refunded_minor += refund.amount_minor;
    if is_whole(tx, booking)? {
        end(booking, &mut payment, ctx)?;
        bookings::save_state(tx, booking)?;
        events.push(booking_event::refunded(ctx.next(), booking, ctx.now));
        events.push(payment_event::refunded(ctx.next(), &payment, ctx.now));
    }
    payments::save_refund(tx, &payment)?;
    outbox::append(tx, &events)?;
    let details =
        json!({ "booking": booking.id.0, "quantity": refund.quantity, "amount": refund.amount_minor });
    let done = Done { action: "refund.process", noun: "refund", id: refund.id.0, details };
    audit_record::append(tx, &Acting::job("refund_process"), Some(refund.tenant), done, ctx.now)
}

/// Whether every seat went back and the money of every refund too.
fn is_whole(tx: &mut Tx<'_>, booking: &Booking) -> Result<bool, StoreError> {
    let all = refunds::of_booking(tx, booking.id)?;
    let under_way =
        all.iter().any(|refund| refund.status.has_moved() && refund.status != RefundStatus::Refunded);
    Ok(booking.returned_quantity == booking.quantity && !under_way)
}

fn end(booking: &mut Booking, payment: &mut Payment, ctx: &RefundContext) -> Result<(), StoreError> {
    let impossible =
        |refusal: crate::domain::payment::PaymentRefusal| StoreError::Corrupt(refusal.to_string());
    booking.status = BookingStatus::Refunded;
    booking.status_reason = Some("refunded".to_owned());
    payment_settle::send_back(payment, RefundReason::SeatsReturned).map_err(impossible)?;
    payment_settle::sent_back(payment, ctx.now).map_err(impossible)
}

fn failed(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    job: &ClaimedJob,
    refund: &mut Refund,
    error: &str,
) -> Result<(), StoreError> {
    tracing::error!(refund = refund.id.0, error, "money cannot be sent back; an operator must look");
    refund.go(RefundStatus::Failed).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
    (refund.last_error, refund.job) = (Some(error.to_owned()), None);
    refunds::save(tx, refund)?;
    jobs::done(tx, job.id)?;
    outbox::append(tx, &[refund_event::of(ctx.next(), refund_event::FAILED, refund, ctx.now)])
}
