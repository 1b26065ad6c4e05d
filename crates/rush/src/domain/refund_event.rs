//! The facts about refunds, keyed by booking, so that one booking's facts keep their order. Inside, a payload holds our numbers.

use super::refund::Refund;
use kernel::{Event, Timestamp};
use serde_json::json;

/// The topic of everything that happens to refunds.
pub const TOPIC: &str = "refund-events";

/// `refund.requested`: the buyer asks.
pub const REQUESTED: &str = "refund.requested";
/// `refund.approved`: it is due; the seats are on sale again.
pub const APPROVED: &str = "refund.approved";
/// `refund.rejected`: it is not given.
pub const REJECTED: &str = "refund.rejected";
/// `refund.processed`: the money is on its way back.
pub const PROCESSED: &str = "refund.processed";
/// `refund.failed`: the gateway did not send it back; an operator must look.
pub const FAILED: &str = "refund.failed";

/// What happened to `refund`.
#[must_use]
pub fn of(id: i64, kind: &str, refund: &Refund, now: Timestamp) -> Event {
    let payload = json!({
        "version": 1, "refund": refund.id.0, "booking": refund.booking.0, "tenant": refund.tenant.0,
        "user": refund.user.0, "event": refund.event.0, "show": refund.show.0, "zone": refund.zone.0,
        "quantity": refund.quantity, "amount": refund.amount_minor, "currency": refund.currency.code,
        "percent": refund.percent, "cause": refund.cause.as_str(), "reason": refund.reason,
        "status": refund.status.as_str(), "note": refund.decision_note,
        "requested_at": refund.requested_at.as_micros(), "decided_at": refund.decided_at.map(Timestamp::as_micros),
        "processed_at": refund.processed_at.map(Timestamp::as_micros),
    });
    Event {
        id,
        topic: TOPIC.to_owned(),
        kind: kind.to_owned(),
        key: refund.booking.0,
        occurred_at: now,
        payload: payload.to_string(),
    }
}
