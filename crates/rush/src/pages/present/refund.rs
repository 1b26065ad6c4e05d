//! A refund in people's words.

use crate::domain::refund::Refund;
use crate::domain::refund_status::RefundStatus;
use crate::pages::view::{RefundRow, When};

/// `refund`, its moments in the venue's `zone`.
#[must_use]
pub fn refund_row(refund: &Refund, zone: &str) -> RefundRow {
    let (word, class) = match refund.status {
        RefundStatus::Requested => ("Asked for", "tag tag-warn"),
        RefundStatus::Approved | RefundStatus::Processing => ("Money on its way", "tag tag-good"),
        RefundStatus::Refunded => ("Paid back", "tag tag-good"),
        RefundStatus::Rejected => ("Refused", "tag"),
        RefundStatus::Failed => ("Delayed, we are on it", "tag tag-warn"),
    };
    let seats = if refund.quantity == 1 { "1 seat".to_owned() } else { format!("{} seats", refund.quantity) };
    RefundRow {
        word,
        class,
        seats,
        amount: refund.currency.write(refund.amount_minor),
        when: When::new(refund.requested_at, zone),
        note: refund.decision_note.clone(),
    }
}
