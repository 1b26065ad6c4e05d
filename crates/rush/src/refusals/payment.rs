//! The refusals of payments and webhooks in their caller's words.

use super::of_booking;
use crate::domain::payment::PaymentRefusal;
use crate::domain::payment_status::PaymentStatus;
use crate::domain::webhook_signature::WebhookFault;
use kernel::{Meaning, Refusal};
use serde_json::json;

/// Why a payment was not opened, processed or cancelled.
#[must_use]
pub fn of_payment(refusal: PaymentRefusal) -> Refusal {
    match refusal {
        PaymentRefusal::PaymentNotFound => Refusal::not_found("payment"),
        PaymentRefusal::NotTheBuyer => {
            Refusal::new(Meaning::Forbidden, "FORBIDDEN", "Only the buyer may pay or cancel this payment.")
        }
        PaymentRefusal::PaymentExists { status } => Refusal::new(
            Meaning::Conflict,
            "PAYMENT_EXISTS",
            "This booking has a payment already. Look at it, or process it, instead of opening another.",
        )
        .with_details(json!({ "status": status.as_str() })),
        PaymentRefusal::Booking(refusal) => of_booking(refusal),
        PaymentRefusal::AmountDiffers { expected, given } => Refusal::new(
            Meaning::Invalid,
            "AMOUNT_MISMATCH",
            "The amount is not what this booking costs. Amounts are whole minor units.",
        )
        .with_details(json!({ "field": "amount", "expected": expected, "given": given })),
        PaymentRefusal::CurrencyDiffers { expected } => {
            Refusal::new(Meaning::Invalid, "AMOUNT_MISMATCH", "The booking is priced in another currency.")
                .with_details(json!({ "field": "currency", "expected": expected }))
        }
        PaymentRefusal::BeingProcessed => in_progress(),
        PaymentRefusal::CannotGo { from, to } => cannot_go(from, to),
    }
}

fn cannot_go(from: PaymentStatus, to: PaymentStatus) -> Refusal {
    let text = match (from, to) {
        (PaymentStatus::Succeeded, PaymentStatus::Processing) => {
            "This payment has succeeded already. Nothing was charged again."
        }
        (PaymentStatus::Failed, PaymentStatus::Processing) => "This payment was declined too often.",
        _ => "The payment's state does not allow this.",
    };
    Refusal::new(Meaning::Conflict, "INVALID_STATUS", text)
        .with_details(json!({ "status": from.as_str(), "wanted": to.as_str() }))
}

/// 409: a charge is under way.
#[must_use]
pub fn in_progress() -> Refusal {
    let text = "This payment is being processed. Look again in a second; nothing is charged twice.";
    Refusal::new(Meaning::Conflict, "REQUEST_IN_PROGRESS", text).retry_after(1)
}

/// 500: a charge was begun, and what became of it is not known yet. `cause` goes to our log alone.
#[must_use]
pub fn outcome_unknown(cause: impl std::fmt::Display) -> Refusal {
    let mut refusal = Refusal::internal(cause);
    refusal.message =
        "What became of this payment is not known yet. Look at it in a minute; nothing is charged twice."
            .into();
    refusal
}

/// 422: the key stands for another request.
#[must_use]
pub fn key_reused() -> Refusal {
    super::of_reserve(crate::domain::reserve::ReserveRefusal::KeyReused)
}

/// Why a webhook was not believed. Nothing was stored.
#[must_use]
pub fn of_webhook(fault: WebhookFault) -> Refusal {
    let (code, text) = match fault {
        WebhookFault::Malformed => {
            ("INVALID_SIGNATURE", "Send X-Signature: t=SECONDS,v1=HEX over the body as it is.")
        }
        WebhookFault::BadSignature => ("INVALID_SIGNATURE", "The signature does not match this body."),
        WebhookFault::OutsideTolerance => {
            ("INVALID_SIGNATURE", "The signature is more than five minutes away from our clock.")
        }
        WebhookFault::NotAnEvent => ("VALIDATION_ERROR", "The body needs an id and a type."),
    };
    Refusal::new(Meaning::Invalid, code, text).with_details(json!({ "reason": fault.as_str() }))
}
