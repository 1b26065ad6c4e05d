//! A portfolio: tradings that are looked at together.

use super::ids::{PortfolioId, TradingId};
use kernel::{Timestamp, UserId};

/// Tradings of one portfolio at most: a curve reads all of them.
pub const TRADINGS_MAX: usize = 100;

/// A portfolio as it is stored, with its tradings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// Its number.
    pub id: PortfolioId,
    /// Whose.
    pub user: UserId,
    /// Unique among its user's.
    pub name: String,
    /// For people.
    pub description: String,
    /// A JSON object.
    pub info: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// In the order in which they were added.
    pub tradings: Vec<TradingId>,
}
