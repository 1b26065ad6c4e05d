//! A webhook arrives: it is stored with its effect in one commit, or refused. Whatever is stored is acknowledged; the
//! second delivery finds the first and changes nothing.

use super::payment_settle::{self, SettleContext};
use super::payment_view::derived;
use crate::app::App;
use crate::availability::Seats;
use crate::domain::booking::Booking;
use crate::domain::gateway_answer::RefundAnswer;
use crate::domain::gateway_event::{GatewayEvent, GatewayFact};
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment::Payment;
use crate::domain::payment_settle::was_taken_back;
use crate::domain::payment_status::PaymentStatus;
use crate::refusals;
use crate::store::{bookings, payments, webhooks};
use kernel::{PublicIds, Refusal, TenantId};
use store::{StoreError, Tx};

/// What a webhook came to; written in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookOutcome {
    /// It arrived before.
    Duplicate,
    /// Its payment was looked at, and changed if it was news.
    Applied,
    /// A type, or a moment, that means nothing to us.
    Ignored,
    /// It names no payment of ours.
    UnknownPayment,
    /// It lacks what its type needs.
    Incomplete,
    /// Money was taken, but not the amount that was asked for. Nothing is settled; an operator must look.
    AmountMismatch,
}

impl WebhookOutcome {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::UnknownPayment => "unknown_payment",
            Self::Incomplete => "incomplete",
            Self::AmountMismatch => "amount_mismatch",
        }
    }
}

/// Takes a webhook of `gateway`. Errors: 404 for a gateway we do not have, 400 for one that is not signed by it.
pub async fn run(app: &App, gateway: &str, signature: &str, body: &[u8]) -> Result<WebhookOutcome, Refusal> {
    let ours = app.payments.gateway();
    if gateway != ours.name() {
        return Err(Refusal::not_found("gateway"));
    }
    metrics::counter!("payment_webhooks_received_total").increment(1);
    let event = ours.read_webhook(signature, body, app.clock.now()).map_err(|fault| {
        metrics::counter!("payment_webhooks_failed_total").increment(1);
        refusals::payment::of_webhook(fault)
    })?;
    let text = String::from_utf8_lossy(body).into_owned();
    let (ctx, public) = (SettleContext::of(app), app.public.clone());
    let taken = app.store.write(move |tx| take(tx, &ctx, &public, &event, &text));
    let (outcome, seats) = taken.await?;
    app.availability.publish(seats);
    if outcome == WebhookOutcome::AmountMismatch {
        tracing::error!(gateway, "a gateway took another amount than was asked for; an operator must look");
    }
    metrics::counter!("payment_webhooks_processed_total", "outcome" => outcome.as_str()).increment(1);
    Ok(outcome)
}

type Taken = (WebhookOutcome, Vec<Seats>);

fn take(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    public: &PublicIds,
    event: &GatewayEvent,
    body: &str,
) -> Result<Taken, StoreError> {
    let id = ctx.ids.next(ctx.now);
    let name = (ctx.gateway, event.id.as_str(), event.kind.as_str());
    if !webhooks::first_time(tx, id, name, body, ctx.now)? {
        return Ok((WebhookOutcome::Duplicate, Vec::new()));
    }
    let (taken, about) = effect(tx, ctx, public, event)?;
    webhooks::record_outcome(tx, id, taken.0.as_str(), about)?;
    Ok(taken)
}

fn effect(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    public: &PublicIds,
    event: &GatewayEvent,
) -> Result<(Taken, Option<(TenantId, i64)>), StoreError> {
    let nothing = |outcome| (outcome, Vec::new());
    if event.fact == GatewayFact::Other {
        return Ok((nothing(WebhookOutcome::Ignored), None));
    }
    let named = event.reference.as_deref().and_then(|text| public.decode::<PaymentId>(text).ok());
    let Some(id) = named else { return Ok((nothing(WebhookOutcome::UnknownPayment), None)) };
    let Some(mut booking) = bookings::lock(tx, BookingId(id.0))? else {
        return Ok((nothing(WebhookOutcome::UnknownPayment), None));
    };
    let mut payment = payments::by_id(tx, id)?.unwrap_or_else(|| derived(&booking));
    let about = Some((booking.tenant, id.0));
    let taken = match event.fact {
        GatewayFact::Succeeded => succeeded(tx, ctx, &mut booking, &mut payment, event)?,
        GatewayFact::Failed => failed(tx, ctx, &mut booking, &mut payment, event)?,
        GatewayFact::Cancelled => cancelled(tx, ctx, &mut booking, &mut payment)?,
        GatewayFact::Refunded => refunded(tx, ctx, &mut booking, &mut payment)?,
        GatewayFact::Other => nothing(WebhookOutcome::Ignored),
    };
    Ok((taken, about))
}

fn succeeded(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
    event: &GatewayEvent,
) -> Result<Taken, StoreError> {
    let (Some(charge), Some(amount), Some(currency)) = (&event.charge, event.amount_minor, &event.currency)
    else {
        return Ok((WebhookOutcome::Incomplete, Vec::new()));
    };
    if amount != payment.amount_minor || currency != payment.currency.code {
        return Ok((WebhookOutcome::AmountMismatch, Vec::new()));
    }
    if was_taken_back(payment, event.attempt) {
        let seats = payment_settle::return_late_charge(tx, ctx, payment, charge)?;
        return Ok((WebhookOutcome::Applied, seats));
    }
    let seats = payment_settle::charged(tx, ctx, booking, payment, charge)?;
    Ok((WebhookOutcome::Applied, seats))
}

fn failed(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
    event: &GatewayEvent,
) -> Result<Taken, StoreError> {
    let current = event.attempt.is_none_or(|attempt| attempt == payment.attempt);
    if !current || !payment.status.awaits_an_answer() {
        return Ok((WebhookOutcome::Ignored, Vec::new()));
    }
    let seats = payment_settle::declined(tx, ctx, booking, payment, event.reason)?;
    Ok((WebhookOutcome::Applied, seats))
}

fn cancelled(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
) -> Result<Taken, StoreError> {
    Ok(match payment_settle::cancelled(tx, ctx, booking, payment)? {
        Ok(seats) => (WebhookOutcome::Applied, seats),
        Err(_too_late) => (WebhookOutcome::Ignored, Vec::new()),
    })
}

fn refunded(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: &mut Booking,
    payment: &mut Payment,
) -> Result<Taken, StoreError> {
    if payment.status != PaymentStatus::RefundPending {
        return Ok((WebhookOutcome::Ignored, Vec::new()));
    }
    let seats = payment_settle::taken_back(tx, ctx, booking, payment, (RefundAnswer::Refunded, 0))?;
    Ok((WebhookOutcome::Applied, seats))
}
