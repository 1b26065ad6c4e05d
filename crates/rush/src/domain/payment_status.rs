//! The states of a payment and the steps between them. Anything that is not a step here is refused.

/// Where a payment is in its life. Terminal: cancelled, refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// Opened with the booking; nothing was charged.
    Pending,
    /// The gateway is being asked to charge.
    Processing,
    /// Money was taken.
    Succeeded,
    /// The last charge was declined.
    Failed,
    /// The gateway did not answer; shown as "checking" while we ask again.
    TimedOut,
    /// A declined payment that is about to be charged again.
    Retrying,
    /// Given up by the buyer before any charge.
    Cancelled,
    /// Money was taken and goes back.
    RefundPending,
    /// Money is back.
    Refunded,
}

use PaymentStatus::{
    Cancelled, Failed, Pending, Processing, RefundPending, Refunded, Retrying, Succeeded, TimedOut,
};

impl PaymentStatus {
    /// Every state.
    pub const ALL: [Self; 9] =
        [Pending, Processing, Succeeded, Failed, TimedOut, Retrying, Cancelled, RefundPending, Refunded];

    /// Every step there is. After a time-out the gateway may still tell what happened, so a timed-out payment also
    /// becomes succeeded or failed (docs/decisions/0010-payments-through-a-gateway.md).
    pub const STEPS: [(Self, Self); 12] = [
        (Pending, Processing),
        (Pending, Cancelled),
        (Processing, Succeeded),
        (Processing, Failed),
        (Processing, TimedOut),
        (Failed, Retrying),
        (Retrying, Processing),
        (TimedOut, Succeeded),
        (TimedOut, Failed),
        (TimedOut, RefundPending),
        (Succeeded, RefundPending),
        (RefundPending, Refunded),
    ];

    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Pending => "pending",
            Processing => "processing",
            Succeeded => "succeeded",
            Failed => "failed",
            TimedOut => "timed_out",
            Retrying => "retrying",
            Cancelled => "cancelled",
            RefundPending => "refund_pending",
            Refunded => "refunded",
        }
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether the step to `to` is in the table.
    #[must_use]
    pub fn may_go(self, to: Self) -> bool {
        Self::STEPS.contains(&(self, to))
    }

    /// Whether an answer of the gateway is awaited.
    #[must_use]
    pub const fn awaits_an_answer(self) -> bool {
        matches!(self, Processing | TimedOut)
    }

    /// Whether money was taken, be it kept or on its way back.
    #[must_use]
    pub const fn took_money(self) -> bool {
        matches!(self, Succeeded | RefundPending | Refunded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the specification, drawn by hand: rows go, columns come, in the order of `ALL`.
    const TABLE: [&str; 9] = [
        // P r S F T y C p R
        "- x - - - - x - -", // pending
        "- - x x x - - - -", // processing
        "- - - - - - - x -", // succeeded
        "- - - - - x - - -", // failed
        "- - x x - - - x -", // timed_out
        "- x - - - - - - -", // retrying
        "- - - - - - - - -", // cancelled
        "- - - - - - - - x", // refund_pending
        "- - - - - - - - -", // refunded
    ];

    #[test]
    fn exactly_the_steps_of_the_table_are_taken() {
        for (from, row) in PaymentStatus::ALL.into_iter().zip(TABLE) {
            for (to, cell) in PaymentStatus::ALL.into_iter().zip(row.split(' ')) {
                assert_eq!(from.may_go(to), cell == "x", "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn every_status_is_read_back() {
        for status in PaymentStatus::ALL {
            assert_eq!(PaymentStatus::parse(status.as_str()), Some(status));
        }
        assert_eq!(PaymentStatus::parse("paid"), None);
    }
}
