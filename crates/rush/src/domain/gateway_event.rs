//! What a gateway tells by webhook, read leniently: an event of a type we do not know may say anything.

use super::gateway_answer::DeclineReason;
use serde_json::Value;

/// Characters of an event's id and of its type: longer ones are nobody's.
const NAME_CHARS_MAX: usize = 128;

/// What happened, as far as we act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayFact {
    /// Money was taken.
    Succeeded,
    /// No money was taken.
    Failed,
    /// The buyer let go at the gateway.
    Cancelled,
    /// Money is back.
    Refunded,
    /// Something else: stored, and nothing more.
    Other,
}

/// A believed event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayEvent {
    /// The gateway's id of it; the second delivery has the same.
    pub id: String,
    /// Its type, as sent.
    pub kind: String,
    /// What that type means to us.
    pub fact: GatewayFact,
    /// The payment's public id.
    pub reference: Option<String>,
    /// The gateway's name for the charge.
    pub charge: Option<String>,
    /// Which charge of the payment.
    pub attempt: Option<i64>,
    /// Minor units.
    pub amount_minor: Option<i64>,
    /// ISO code.
    pub currency: Option<String>,
    /// Why a charge was declined.
    pub reason: DeclineReason,
}

impl GatewayEvent {
    /// Reads `{id, type, data: {payment_id, charge_id, attempt, amount, currency, reason}}`. `None`: no id or no type.
    #[must_use]
    pub fn read(body: &Value) -> Option<Self> {
        let name = |field: &str| {
            let text = body.get(field)?.as_str()?;
            let fits = !text.is_empty() && text.chars().count() <= NAME_CHARS_MAX;
            fits.then(|| text.to_owned())
        };
        let (id, kind) = (name("id")?, name("type")?);
        let data = body.get("data");
        let text = |field: &str| Some(data?.get(field)?.as_str()?.to_owned());
        let number = |field: &str| data?.get(field)?.as_i64();
        Some(Self {
            fact: fact_of(&kind),
            reference: text("payment_id"),
            charge: text("charge_id"),
            attempt: number("attempt"),
            amount_minor: number("amount"),
            currency: text("currency"),
            reason: text("reason")
                .and_then(|reason| DeclineReason::parse(&reason))
                .unwrap_or(DeclineReason::CardDeclined),
            id,
            kind,
        })
    }
}

fn fact_of(kind: &str) -> GatewayFact {
    match kind {
        "payment.succeeded" => GatewayFact::Succeeded,
        "payment.failed" => GatewayFact::Failed,
        "payment.cancelled" | "payment.canceled" => GatewayFact::Cancelled,
        "payment.refunded" => GatewayFact::Refunded,
        _ => GatewayFact::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_read_and_an_unknown_type_may_say_anything() {
        let body = json!({"id": "evt_1", "type": "payment.failed",
            "data": {"payment_id": "p", "amount": 5, "currency": "THB", "reason": "expired_card", "attempt": 2}});
        let event = GatewayEvent::read(&body).expect("an event");
        assert_eq!((event.fact, event.reason), (GatewayFact::Failed, DeclineReason::ExpiredCard));
        assert_eq!((event.amount_minor, event.attempt, event.charge), (Some(5), Some(2), None));
        for data in [json!([1]), json!(null), json!("x"), json!({"amount": "many", "payment_id": 7})] {
            let event = GatewayEvent::read(&json!({"id": "e", "type": "moon.rose", "data": data}));
            assert_eq!(event.map(|event| event.fact), Some(GatewayFact::Other));
        }
    }

    #[test]
    fn what_has_no_id_or_type_is_no_event() {
        let long = "x".repeat(129);
        for body in [
            json!(null),
            json!([]),
            json!({"id": "e"}),
            json!({"type": "t"}),
            json!({"id": "", "type": "t"}),
            json!({"id": 1, "type": "t"}),
            json!({"id": long, "type": "t"}),
        ] {
            assert_eq!(GatewayEvent::read(&body), None, "{body}");
        }
    }
}
