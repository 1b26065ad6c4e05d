//! The states of a refund and the steps between them. Anything that is not a step here is refused.

/// Where a refund is in its life. Terminal: rejected, refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundStatus {
    /// The buyer asks for it; nothing has moved.
    Requested,
    /// It is due: seats and money have moved on the ledger, the gateway is to be asked.
    Approved,
    /// It is not given.
    Rejected,
    /// The gateway is being asked.
    Processing,
    /// The gateway has sent the money back.
    Refunded,
    /// The gateway could not be brought to it; an operator has it tried again.
    Failed,
}

use RefundStatus::{Approved, Failed, Processing, Refunded, Rejected, Requested};

impl RefundStatus {
    /// Every state.
    pub const ALL: [Self; 6] = [Requested, Approved, Rejected, Processing, Refunded, Failed];

    /// Every step there is.
    pub const STEPS: [(Self, Self); 6] = [
        (Requested, Approved),
        (Requested, Rejected),
        (Approved, Processing),
        (Processing, Refunded),
        (Processing, Failed),
        (Failed, Approved),
    ];

    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Requested => "requested",
            Approved => "approved",
            Rejected => "rejected",
            Processing => "processing",
            Refunded => "refunded",
            Failed => "failed",
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

    /// Whether its seats and its money have moved.
    #[must_use]
    pub const fn has_moved(self) -> bool {
        matches!(self, Approved | Processing | Refunded | Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the specification, drawn by hand: rows go, columns come, in the order of `ALL`.
    const TABLE: [&str; 6] = [
        "- x x - - -", // requested
        "- - - x - -", // approved
        "- - - - - -", // rejected
        "- - - - x x", // processing
        "- - - - - -", // refunded
        "- x - - - -", // failed
    ];

    #[test]
    fn exactly_the_steps_of_the_table_are_taken() {
        for (from, row) in RefundStatus::ALL.into_iter().zip(TABLE) {
            for (to, cell) in RefundStatus::ALL.into_iter().zip(row.split(' ')) {
                assert_eq!(from.may_go(to), cell == "x", "{from:?} to {to:?}");
            }
            assert_eq!(RefundStatus::parse(from.as_str()), Some(from));
        }
        assert_eq!(RefundStatus::parse("paid"), None);
    }
}
