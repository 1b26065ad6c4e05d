//! Which mail an event about a booking brings, and what it says beside the booking.

use super::mail_kinds::{
    BOOKING_CANCELLED, BOOKING_CONFIRMATION, BOOKING_EXPIRED, PAYMENT_FAILED, PAYMENT_RECEIPT,
    REFUND_PROCESSED,
};
use mail::Kind;
use serde_json::Value;

/// A mail to the buyer of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailCause {
    /// Which.
    pub kind: &'static Kind,
    /// What it is about; there is one mail of the kind about it.
    pub about: String,
    /// A word of ours that says why.
    pub reason: Option<String>,
    /// What goes back, minor units.
    pub refund_minor: Option<i64>,
}

fn kind_of(event: &str) -> Option<&'static Kind> {
    Some(match event {
        "booking.confirmed" => &BOOKING_CONFIRMATION,
        "booking.expired" => &BOOKING_EXPIRED,
        "booking.cancelled" => &BOOKING_CANCELLED,
        "payment.success" => &PAYMENT_RECEIPT,
        "payment.failed" => &PAYMENT_FAILED,
        "payment.refunded" | "refund.processed" => &REFUND_PROCESSED,
        _ => return None,
    })
}

/// Whether an event of this kind brings a mail.
#[must_use]
pub fn is_one(event: &str) -> bool {
    kind_of(event).is_some()
}

/// The mail that an event about `booking` brings. `None`: none.
#[must_use]
pub fn of(event: &str, booking: i64, payload: &str) -> Option<MailCause> {
    let kind = kind_of(event)?;
    let payload: Value = serde_json::from_str(payload).unwrap_or_default();
    let word = |name: &str| payload[name].as_str().filter(|word| !word.is_empty()).map(str::to_owned);
    let (about, reason, refund_minor) = match event {
        // A booking may give back several parts, and each is another mail.
        "refund.processed" => (
            format!("booking:{booking}:refund:{}", payload["refund"]),
            word("cause"),
            payload["amount"].as_i64(),
        ),
        // Money that came to nothing. What somebody asked back is told by `refund.processed`.
        "payment.refunded" => {
            (format!("booking:{booking}"), Some(word("refund_reason")?), payload["amount"].as_i64())
        }
        "payment.failed" => (format!("booking:{booking}"), word("error"), None),
        _ => (format!("booking:{booking}"), None, None),
    };
    Some(MailCause { kind, about, reason, refund_minor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refund_of_a_booking_is_a_mail_and_its_other_events_are_one_each() {
        let refund = |number| {
            of("refund.processed", 7, &format!(r#"{{"refund":{number},"amount":500,"cause":"buyer"}}"#))
        };
        let (first, second) = (refund(1).expect("a mail"), refund(2).expect("a mail"));
        assert_eq!((first.kind, first.refund_minor), (&REFUND_PROCESSED, Some(500)));
        assert_ne!(first.about, second.about);
        let failed = of("payment.failed", 7, r#"{"error":"expired_card"}"#).expect("a mail");
        assert_eq!((failed.about.as_str(), failed.reason.as_deref()), ("booking:7", Some("expired_card")));
        assert_eq!(of("booking.confirmed", 7, "").map(|cause| cause.about), Some("booking:7".to_owned()));
        assert_eq!(of("booking.created", 7, "{}"), None);
        assert_eq!(of("payment.refunded", 7, r#"{"refund_reason":null}"#), None, "another event tells it");
        assert!(of("payment.refunded", 7, r#"{"refund_reason":"seats_gone"}"#).is_some());
    }
}
