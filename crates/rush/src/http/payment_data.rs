//! A payment as the API writes it, and the bodies of requests about payments.

use crate::domain::gateway_answer::DeclineReason;
use crate::domain::ids::BookingId;
use crate::domain::payment::{PaymentMethod, RefundReason};
use crate::domain::payment_card::Card;
use crate::domain::payment_process::OpenRequest;
use crate::domain::payment_status::PaymentStatus;
use crate::usecase::payment_charge::Render;
use crate::usecase::payment_view::PaymentView;
use axum::http::StatusCode;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentData {
    payment_id: String,
    booking_id: String,
    /// Whole minor units.
    amount: i64,
    currency: &'static str,
    method: &'static str,
    /// pending, processing, succeeded, failed, timed_out, retrying, cancelled, refund_pending or refunded.
    status: &'static str,
    /// The gateway did not answer; it is being asked what became of the charge.
    checking: bool,
    /// Charges that may still be tried while the hold lasts.
    attempts_left: i64,
    card_last_four: Option<String>,
    card_brand: Option<String>,
    gateway: &'static str,
    gateway_charge_id: Option<String>,
    error_code: Option<&'static str>,
    error_message: Option<&'static str>,
    initiated_at: String,
    processed_at: Option<String>,
    refund_amount: Option<i64>,
    refund_reason: Option<&'static str>,
    refunded_at: Option<String>,
    booking_status: &'static str,
    confirmation_code: Option<String>,
}

impl PaymentData {
    /// `seen` as charged through `gateway`.
    #[must_use]
    pub fn of(public: &PublicIds, gateway: &'static str, seen: &PaymentView) -> Self {
        let (payment, booking) = (&seen.payment, &seen.booking);
        Self {
            payment_id: public.encode(payment.id),
            booking_id: public.encode(payment.booking),
            amount: payment.amount_minor,
            currency: payment.currency.code,
            method: payment.method.as_str(),
            status: payment.status.as_str(),
            checking: payment.status == PaymentStatus::TimedOut,
            attempts_left: payment.attempts_left(),
            card_last_four: payment.card.as_ref().map(|card| card.last_four.clone()),
            card_brand: payment.card.as_ref().map(|card| card.brand.clone()),
            gateway,
            gateway_charge_id: payment.charge.clone(),
            error_code: payment.error.map(DeclineReason::as_str),
            error_message: payment.error.map(DeclineReason::message),
            initiated_at: payment.initiated_at.rfc3339(),
            processed_at: payment.processed_at.map(Timestamp::rfc3339),
            refund_amount: payment.returned_minor(),
            refund_reason: payment.refund.map(RefundReason::as_str),
            refunded_at: payment.refunded_at.map(Timestamp::rfc3339),
            booking_status: booking.status.as_str(),
            confirmation_code: booking.confirmation_code.clone(),
        }
    }
}

/// Writes a payment with the status that `status_of` gives its state.
pub(super) fn render(
    public: &PublicIds,
    gateway: &'static str,
    status_of: fn(PaymentStatus) -> StatusCode,
) -> Render {
    let public = public.clone();
    Arc::new(move |seen| {
        let data = PaymentData::of(&public, gateway, seen);
        Ok((status_of(seen.payment.status).as_u16(), web::success_bytes(&data, None)?))
    })
}

/// Facts about how the buyer pays. Everything else in it is left unread.
#[derive(Deserialize, ToSchema, Default)]
pub struct PaymentMetadata {
    /// A test card's token (`tok_approve`) or number (`4242 4242 4242 4242`). Never stored: a token, four digits and the
    /// brand are.
    #[serde(
        default,
        alias = "token",
        alias = "card_number",
        alias = "card_token",
        deserialize_with = "card"
    )]
    #[schema(value_type = Option<String>)]
    card: Option<CardText>,
}

/// What somebody sent as a card. Cannot be printed.
pub struct CardText(String);

/// Reads a text or a number without ever quoting it in an error.
fn card<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<CardText>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(CardText(text))),
        Value::Number(number) => Ok(Some(CardText(number.to_string()))),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(D::Error::custom("card: must be a text")),
    }
}

impl PaymentMetadata {
    /// The card, if one was sent. Errors: 400 naming the field, never its content.
    pub fn card(&self) -> Result<Option<Card>, Refusal> {
        let unreadable = || Refusal::field("metadata.card", "must be a test card's token or a card number");
        self.card.as_ref().map(|card| Card::read(&card.0).ok_or_else(unreadable)).transpose()
    }
}

/// What to pay for. An amount or currency in it is compared with the booking's and never believed.
#[derive(Deserialize, ToSchema)]
pub struct PaymentBody {
    /// The held booking.
    booking_id: String,
    /// Whole minor units; must be the booking's total.
    amount: Option<i64>,
    /// Must be the booking's currency.
    currency: Option<String>,
    /// credit_card (the default), debit_card, bank_transfer, promptpay, wallet or cash.
    method: Option<String>,
    /// The card.
    #[serde(default)]
    metadata: Option<PaymentMetadata>,
}

impl PaymentBody {
    /// The booking and the terms that were asked for. Unknown, forged and foreign ids are bookings that do not exist.
    pub(super) fn read(&self, public: &PublicIds) -> Result<(BookingId, OpenRequest), Refusal> {
        let method = match self.method.as_deref() {
            None => PaymentMethod::CreditCard,
            Some(text) => PaymentMethod::parse(text).ok_or_else(unknown_method)?,
        };
        let card = self.metadata.as_ref().map(PaymentMetadata::card).transpose()?.flatten();
        let booking = public.decode(&self.booking_id).map_err(|_| Refusal::not_found("booking"))?;
        let (amount_minor, currency) = (self.amount, self.currency.clone());
        Ok((booking, OpenRequest { amount_minor, currency, method, card }))
    }
}

fn unknown_method() -> Refusal {
    let known = "must be credit_card, debit_card, bank_transfer, promptpay, wallet or cash";
    Refusal::field("method", known)
}
