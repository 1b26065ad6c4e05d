//! Refunds as the API writes them, and the bodies of requests about them.

use crate::domain::refund::{NOTE_CHARS_MAX, Refund, RefundRequest};
use crate::domain::refund_quote::RefundQuote;
use crate::usecase::refund_request::RefundRender;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What some tickets of a booking give back now.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefundQuoteData {
    /// Tickets that are quoted.
    quantity: i64,
    /// Tickets that may still be given back.
    quantity_max: i64,
    /// Percent of what they cost.
    percent: i64,
    /// Whole minor units.
    amount: i64,
    currency: &'static str,
    /// Until when this holds; none: until the show starts, or nothing is given back.
    holds_until: Option<String>,
    /// The steps as they were at the purchase, or wider ones: `168:100,72:50` is 100 % from 168 hours before the show, 50 % from 72.
    policy: String,
}

impl RefundQuoteData {
    /// `quote` as the API writes it.
    #[must_use]
    pub fn of(quote: &RefundQuote) -> Self {
        Self {
            quantity: quote.quantity,
            quantity_max: quote.quantity_max,
            percent: quote.percent,
            amount: quote.amount_minor,
            currency: quote.currency.code,
            holds_until: quote.holds_until.map(Timestamp::rfc3339),
            policy: quote.policy.write(),
        }
    }
}

/// A refund.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefundData {
    refund_id: String,
    booking_id: String,
    event_id: String,
    show_id: String,
    zone_id: String,
    user_id: String,
    /// Tickets that go back.
    quantity: i64,
    /// Whole minor units.
    amount: i64,
    currency: &'static str,
    /// Percent of what the tickets cost.
    percent: i64,
    /// buyer, `event_cancelled` or `show_cancelled`.
    cause: &'static str,
    reason: Option<String>,
    /// requested, approved, rejected, processing, refunded or failed.
    status: &'static str,
    policy: String,
    requested_at: String,
    decided_at: Option<String>,
    decided_by: Option<String>,
    decision_note: Option<String>,
    processed_at: Option<String>,
    last_error: Option<String>,
}

impl RefundData {
    /// `refund` as the API writes it.
    #[must_use]
    pub fn of(public: &PublicIds, refund: &Refund) -> Self {
        Self {
            refund_id: public.encode(refund.id),
            booking_id: public.encode(refund.booking),
            event_id: public.encode(refund.event),
            show_id: public.encode(refund.show),
            zone_id: public.encode(refund.zone),
            user_id: public.encode(refund.user),
            quantity: refund.quantity,
            amount: refund.amount_minor,
            currency: refund.currency.code,
            percent: refund.percent,
            cause: refund.cause.as_str(),
            reason: refund.reason.clone(),
            status: refund.status.as_str(),
            policy: refund.policy.write(),
            requested_at: refund.requested_at.rfc3339(),
            decided_at: refund.decided_at.map(Timestamp::rfc3339),
            decided_by: refund.decided_by.map(|user| public.encode(user)),
            decision_note: refund.decision_note.clone(),
            processed_at: refund.processed_at.map(Timestamp::rfc3339),
            last_error: refund.last_error.clone(),
        }
    }
}

/// Writes a refund that was asked for.
pub(super) fn render(public: &PublicIds) -> RefundRender {
    let public = public.clone();
    Arc::new(move |refund| Ok((201, web::success_bytes(&RefundData::of(&public, refund), None)?)))
}

/// What a buyer asks for. Every field may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct RefundBody {
    /// Tickets; all that are left without a number.
    quantity: Option<i64>,
    /// The quoted amount in whole minor units; another one is refused with 409 `QUOTE_CHANGED`.
    amount: Option<i64>,
    /// Why, at most 500 characters.
    reason: Option<String>,
}

impl RefundBody {
    /// The request. Refusal: a reason that is too long.
    pub(super) fn read(self) -> Result<RefundRequest, Refusal> {
        let (quantity, amount_minor) = (self.quantity, self.amount);
        Ok(RefundRequest { quantity, amount_minor, reason: note("reason", self.reason)? })
    }
}

/// A text of people without space around it; none when nothing is left. Refusal: too long, or with a zero in it.
pub fn note(field: &'static str, text: Option<String>) -> Result<Option<String>, Refusal> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match &text {
        Some(text) if text.chars().count() > NOTE_CHARS_MAX || text.contains('\0') => {
            Err(Refusal::field(field, "must have at most 500 characters"))
        }
        _ => Ok(text),
    }
}
