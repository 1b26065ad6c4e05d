//! What news of a charge does to a payment and its booking, inside somebody's transaction, which has locked the booking:
//! states, seats, events and the job that follows the payment are one commit. Never calls a gateway.

use super::booking_settle::{self, Settling};
use crate::app::App;
use crate::availability::Seats;
use crate::catalogue::Catalogue;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::gateway_answer::{ChargeAnswer, DeclineReason, RefundAnswer};
use crate::domain::offer::OfferState;
use crate::domain::payment::{Payment, PaymentRefusal, RefundReason};
use crate::domain::payment_process::{self, hold_lives};
use crate::domain::payment_settle::{self as decide, AfterDecline, AfterSilence, ChargeNews, MoneyIsFor};
use crate::domain::payment_status::PaymentStatus;
use crate::domain::refund_quote::{bought_now, is_cancelled};
use crate::domain::{payment_event, place};
use crate::store::payments;
use kernel::{Event, IdSource, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::{StoreError, Tx, jobs, outbox};

/// The kind of the one job that follows a payment until no answer is awaited; its payload is the payment's number.
pub(super) const FOLLOW: &str = "payment.follow";
/// The kind of the job that sends back a charge that no payment can take; its payload names both.
pub(super) const STRAY: &str = "payment.stray";

/// What a settling needs besides its payment.
#[derive(Clone)]
pub(super) struct SettleContext {
    pub ids: Arc<IdSource>,
    pub now: Timestamp,
    /// Chance for confirmation codes and for spreading retries.
    pub random: u32,
    catalogue: Arc<Catalogue>,
    pub gateway: &'static str,
}

impl SettleContext {
    /// The context of this moment.
    pub fn of(app: &App) -> Self {
        Self {
            ids: Arc::clone(&app.ids),
            now: app.clock.now(),
            random: rand::random(),
            catalogue: Arc::clone(&app.catalogue),
            gateway: app.payments.gateway().name(),
        }
    }

    fn settling(&self) -> Settling<'_> {
        Settling { ids: &self.ids, now: self.now, random: self.random }
    }

    fn next(&self) -> i64 {
        self.ids.next(self.now)
    }

    /// When to try again after `tries` tries.
    fn backoff(&self, tries: i64) -> Timestamp {
        let jitter = f64::from(self.random) / f64::from(u32::MAX) * 2.0 - 1.0;
        let tries = u32::try_from(tries).unwrap_or(u32::MAX);
        self.now.plus(Duration::from_secs_f64(jobs::backoff_secs(tries, jitter)))
    }
}

/// Applies an answer to the charge under way. An answer to a charge that was settled before changes nothing.
pub(super) fn answer(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
    answer: &ChargeAnswer,
) -> Result<Vec<Seats>, StoreError> {
    match answer {
        ChargeAnswer::Charged(charge) => charged(tx, ctx, booking, payment, charge),
        ChargeAnswer::Declined(reason) => declined(tx, ctx, booking, payment, *reason),
        ChargeAnswer::NoAnswer => silent(tx, ctx, payment),
    }
}

/// Money was taken as `charge`: seats and confirmation, or the way back.
pub(super) fn charged(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
    charge: &str,
) -> Result<Vec<Seats>, StoreError> {
    match decide::take(payment, charge, ctx.now).map_err(impossible)? {
        ChargeNews::Known => return Ok(Vec::new()),
        ChargeNews::TooMuch => return stray(tx, ctx, payment, charge),
        ChargeNews::Taken => {}
    }
    let mut changed = Vec::new();
    match seats_for(tx, ctx, booking, payment, &mut changed)? {
        None => {
            let_go(tx, payment)?;
            let place = place::place_of(&ctx.catalogue.current(), booking.zone);
            let event = payment_event::success(ctx.next(), payment, booking, place.as_ref(), ctx.now);
            save(tx, ctx, payment, Some(event))?;
        }
        Some(reason) => send_back(tx, ctx, payment, reason)?,
    }
    Ok(changed)
}

/// Gets the seats that the money is for; why not, if there are none.
fn seats_for(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &Payment,
    changed: &mut Vec<Seats>,
) -> Result<Option<RefundReason>, StoreError> {
    let with = ctx.settling();
    let snapshot = ctx.catalogue.fresh(tx)?;
    if hold_lives(booking, ctx.now) && is_cancelled(&snapshot, booking) {
        changed.extend(booking_settle::cancel(tx, &with, booking, "event_cancelled")?);
        return Ok(Some(RefundReason::EventCancelled));
    }
    // What is promised at the purchase stays with it; it is saved with the confirmation.
    booking.bought = bought_now(&snapshot, booking);
    let on_sale = hold_lives(booking, ctx.now) || is_on_sale(tx, ctx, booking)?;
    let got = match decide::money_is_for(booking, on_sale, ctx.now) {
        MoneyIsFor::TheHold => booking_settle::confirm(tx, &with, booking, payment.id.0)?,
        MoneyIsFor::TheSameSeatsAgain => {
            if booking.status == BookingStatus::Reserved {
                // The sweep has not come yet; the old hold would count against the cap.
                changed.extend(booking_settle::expire(tx, &with, booking)?);
            }
            booking_settle::confirm_late(tx, &with, booking, payment.id.0)?
        }
        MoneyIsFor::Nothing(reason) => return Ok(Some(reason)),
    };
    changed.extend(got);
    Ok(got.is_none().then_some(RefundReason::SeatsGone))
}

fn is_on_sale(tx: &mut Tx<'_>, ctx: &SettleContext, booking: &Booking) -> Result<bool, StoreError> {
    let snapshot = ctx.catalogue.fresh(tx)?;
    Ok(snapshot.offer(booking.zone).is_some_and(|offer| offer.state == OfferState::Open))
}

fn send_back(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    payment: &mut Payment,
    reason: RefundReason,
) -> Result<(), StoreError> {
    decide::send_back(payment, reason).map_err(impossible)?;
    follow(tx, ctx, payment, ctx.now)?;
    let event = payment_event::refund_pending(ctx.next(), payment, ctx.now);
    save(tx, ctx, payment, Some(event))
}

/// The charge under way was declined: the hold stays, unless it was the last try.
pub(super) fn declined(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
    reason: DeclineReason,
) -> Result<Vec<Seats>, StoreError> {
    let after = decide::decline(payment, booking, reason, ctx.now).map_err(impossible)?;
    after_decline(tx, ctx, booking, payment, after)
}

fn after_decline(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
    after: Option<AfterDecline>,
) -> Result<Vec<Seats>, StoreError> {
    let mut changed = Vec::new();
    match after {
        None => return Ok(changed),
        Some(AfterDecline::WeTryAgain) => {
            follow(tx, ctx, payment, ctx.backoff(payment.attempt - 1))?;
        }
        Some(AfterDecline::BuyerMayTryAgain) => let_go(tx, payment)?,
        Some(AfterDecline::SeatsGoBack) => {
            let_go(tx, payment)?;
            changed.extend(release(tx, ctx, booking, "payment_declined")?);
        }
    }
    let event = payment_event::failed(ctx.next(), payment, ctx.now);
    save(tx, ctx, payment, Some(event))?;
    Ok(changed)
}

fn silent(tx: &mut Tx<'_>, ctx: &SettleContext, payment: &mut Payment) -> Result<Vec<Seats>, StoreError> {
    match decide::silence(payment).map_err(impossible)? {
        None => return Ok(Vec::new()),
        Some(AfterSilence::QueryAgain) => follow(tx, ctx, payment, ctx.backoff(payment.asks))?,
        Some(AfterSilence::TakeBack) => follow(tx, ctx, payment, ctx.now)?,
    }
    save(tx, ctx, payment, None)?;
    Ok(Vec::new())
}

/// The gateway was asked to take a charge back; `tries` is how often before.
pub(super) fn taken_back(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
    (answer, tries): (RefundAnswer, i64),
) -> Result<Vec<Seats>, StoreError> {
    match (payment.status, answer) {
        (PaymentStatus::TimedOut | PaymentStatus::RefundPending, RefundAnswer::NoAnswer) => {
            follow(tx, ctx, payment, ctx.backoff(tries))?;
            save(tx, ctx, payment, None)?;
            Ok(Vec::new())
        }
        (PaymentStatus::TimedOut, RefundAnswer::NothingWasTaken) => {
            declined(tx, ctx, booking, payment, DeclineReason::GatewayTimeout)
        }
        (PaymentStatus::TimedOut, RefundAnswer::Refunded) if hold_lives(booking, ctx.now) => {
            let after = decide::give_up_charge(payment, booking, ctx.now).map_err(impossible)?;
            after_decline(tx, ctx, booking, payment, after)
        }
        (PaymentStatus::TimedOut, RefundAnswer::Refunded) => {
            decide::send_back(payment, RefundReason::GatewayTimeout).map_err(impossible)?;
            sent_back(tx, ctx, payment)?;
            // Nobody can pay this booking any more.
            Ok(release(tx, ctx, booking, "payment_timed_out")?.into_iter().collect())
        }
        (PaymentStatus::RefundPending, RefundAnswer::Refunded | RefundAnswer::NothingWasTaken) => {
            sent_back(tx, ctx, payment)?;
            Ok(Vec::new())
        }
        // Settled in the meantime, by a webhook.
        _ => Ok(Vec::new()),
    }
}

fn sent_back(tx: &mut Tx<'_>, ctx: &SettleContext, payment: &mut Payment) -> Result<(), StoreError> {
    decide::sent_back(payment, ctx.now).map_err(impossible)?;
    let_go(tx, payment)?;
    let event = payment_event::refunded(ctx.next(), payment, ctx.now);
    save(tx, ctx, payment, Some(event))
}

/// The buyer lets go before any charge: the payment ends, and the seats go back.
pub(super) fn cancelled(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
) -> Result<Result<Vec<Seats>, PaymentRefusal>, StoreError> {
    if let Err(refusal) = payment_process::cancel(payment) {
        return Ok(Err(refusal));
    }
    let seats = release(tx, ctx, booking, "payment_cancelled")?;
    let event = payment_event::cancelled(ctx.next(), payment, ctx.now);
    save(tx, ctx, payment, Some(event))?;
    Ok(Ok(seats.into_iter().collect()))
}

fn release(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    reason: &str,
) -> Result<Option<Seats>, StoreError> {
    match booking.status {
        BookingStatus::Reserved => booking_settle::cancel(tx, &ctx.settling(), booking, reason),
        _ => Ok(None),
    }
}

/// Money of a charge that was taken back, told of late: it goes back again, which the gateway does once.
pub(super) fn return_late_charge(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    payment: &Payment,
    charge: &str,
) -> Result<Vec<Seats>, StoreError> {
    stray(tx, ctx, payment, charge)
}

/// Money that no payment can take goes back by itself; the payment stays what it is.
fn stray(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    payment: &Payment,
    charge: &str,
) -> Result<Vec<Seats>, StoreError> {
    let payload = serde_json::json!({ "payment": payment.id.0, "charge": charge }).to_string();
    jobs::enqueue(tx, ctx.next(), STRAY, &payload, ctx.now)?;
    Ok(Vec::new())
}

/// Has the payment looked at again at `at`: by its job if it has one, else by a new one.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    payment: &mut Payment,
    at: Timestamp,
) -> Result<(), StoreError> {
    if let Some(job) = payment.job {
        return jobs::retry(tx, job, at, payment.status.as_str());
    }
    let job = ctx.next();
    jobs::enqueue(tx, job, FOLLOW, &payment.id.0.to_string(), at)?;
    payment.job = Some(job);
    Ok(())
}

/// Nothing is awaited any more: the job that followed the payment is done.
pub(super) fn let_go(tx: &mut Tx<'_>, payment: &mut Payment) -> Result<(), StoreError> {
    match payment.job.take() {
        Some(job) => jobs::done(tx, job),
        None => Ok(()),
    }
}

pub(super) fn save(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    payment: &Payment,
    event: Option<Event>,
) -> Result<(), StoreError> {
    payments::save(tx, ctx.gateway, payment)?;
    outbox::append(tx, event.as_slice())
}

/// The deciding functions walk listed steps alone; a step that is not there is a stored row that nobody wrote.
fn impossible(refusal: PaymentRefusal) -> StoreError {
    StoreError::Corrupt(refusal.to_string())
}
