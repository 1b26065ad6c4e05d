//! An account and what its balances mean.

use kernel::AssetCode;

/// The four sums of an account, in minor units, each 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Balances {
    /// Reserved to leave.
    pub debits_pending: i64,
    /// Left.
    pub debits_posted: i64,
    /// Reserved to come.
    pub credits_pending: i64,
    /// Came.
    pub credits_posted: i64,
}

impl Balances {
    /// What came minus what left.
    #[must_use]
    pub const fn posted(&self) -> i64 {
        self.credits_posted - self.debits_posted
    }

    /// What may still leave: posted minus what is reserved to leave. Never below the floor.
    #[must_use]
    pub const fn available(&self) -> i64 {
        self.posted() - self.debits_pending
    }

    /// What there will be if everything reserved comes: posted plus what is reserved to come. Never above the ceiling.
    #[must_use]
    pub const fn committed(&self) -> i64 {
        self.posted() + self.credits_pending
    }
}

/// A place where units of one asset lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number; time-sorted.
    pub id: i64,
    /// What it holds.
    pub asset: AssetCode,
    /// What kind of account this is to its stall (zone, buyer, source); a number the stall documents.
    pub code: i64,
    /// Whom it belongs to: a user, a zone, a tenant.
    pub owner: i64,
    /// Within what: an event, a column; 0 for none.
    pub scope: i64,
    /// The least `available` may be; none for an account that issues units.
    pub floor: Option<i64>,
    /// The most `committed` may be.
    pub ceiling: Option<i64>,
    /// The sums.
    pub balances: Balances,
}

impl Account {
    /// An empty account without limits.
    #[must_use]
    pub fn new(id: i64, asset: AssetCode, code: i64, owner: i64, scope: i64) -> Self {
        Self { id, asset, code, owner, scope, floor: None, ceiling: None, balances: Balances::default() }
    }

    /// The same account that may not fall below `floor`.
    #[must_use]
    pub fn with_floor(self, floor: i64) -> Self {
        Self { floor: Some(floor), ..self }
    }

    /// The same account that may not rise above `ceiling`.
    #[must_use]
    pub fn with_ceiling(self, ceiling: i64) -> Self {
        Self { ceiling: Some(ceiling), ..self }
    }
}
