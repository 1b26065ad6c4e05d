//! Pending transfers and what became of them, in the order of ids.

/// What became of a pending transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Open,
    Posted,
    PostedInPart,
    /// Voided by its buyer, or after the last decline.
    Released,
    /// Voided because its time was over.
    Expired,
}

impl End {
    pub(super) fn is_void(self) -> bool {
        matches!(self, Self::Released | Self::Expired)
    }
}

/// What a booking with the pending transfer's number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    NoBooking,
    Reserved,
    Confirmed,
    Cancelled,
    Expired,
    Refunded,
}

/// Where the payment of a booking with the pending transfer's number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    NoPayment,
    /// Pending, under way, declined or unanswered.
    NotTaken,
    NeverAsked,
    Taken,
    GoingBack,
    Back,
}

/// A pending transfer. Small, because there may be millions.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) id: i64,
    pub(super) amount: i64,
    pub(super) expires_at: i64,
    /// Places among the accounts.
    pub(super) debit: u32,
    pub(super) credit: u32,
    pub(super) code: i16,
    pub(super) end: End,
    pub(super) status: Status,
    pub(super) money: Money,
    /// Whether a row of holds was seen for it.
    pub(super) held: bool,
}

/// All pending transfers, in the order of ids.
#[derive(Default)]
pub(super) struct Pendings {
    pub(super) all: Vec<Pending>,
    /// Where the last look ended: tables lie in nearly the same order, so the next one is mostly beside it.
    last: usize,
}

impl Pendings {
    /// The place of pending transfer `id`.
    pub(super) fn find(&mut self, id: i64) -> Option<usize> {
        let is_there = |at: &usize| self.all.get(*at).is_some_and(|pending| pending.id == id);
        let beside = [self.last + 1, self.last, self.last + 2].into_iter().find(is_there);
        let found = beside.or_else(|| self.all.binary_search_by_key(&id, |pending| pending.id).ok());
        self.last = found.unwrap_or(self.last);
        found
    }
}
