//! The kinds of requests that a report tells apart.

use std::fmt::Debug;

/// A kind of request, as the report counts it.
pub trait Kind: Copy + Eq + Debug + Send + Sync + 'static {
    /// Every kind, each at the place of its `index`.
    const ALL: &'static [Self];

    /// The word of the report.
    fn name(self) -> &'static str;

    /// Its place in `ALL`.
    fn index(self) -> usize;

    /// An accepted one changed the database.
    fn writes(self) -> bool;

    /// It asks for the fixed answer of the load profile, the best any design could do.
    fn is_ceiling(self) -> bool;
}
