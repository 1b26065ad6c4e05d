//! Which refunds a list looks for, and what refunds add up to.

use super::ids::EventId;
use super::refund_status::RefundStatus;
use kernel::Currency;

/// What a list of refunds looks for; what is `None` does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefundFilter {
    /// In this state.
    pub status: Option<RefundStatus>,
    /// Of this event.
    pub event: Option<EventId>,
}

/// Refunds of an event that have one cause, in one state and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundSum {
    /// The state.
    pub status: RefundStatus,
    /// The currency.
    pub currency: Currency,
    /// How many refunds.
    pub refunds: i64,
    /// Their seats.
    pub tickets: i64,
    /// Their money, minor units.
    pub amount_minor: i64,
}
