//! A waiting room: joining, the place as it moves, the turn.

use super::{When, thousands};
use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "queue.html")]
pub struct QueuePage {
    /// The layout's values.
    pub shell: Shell,
    /// The event's name.
    pub title: String,
    /// Path of the event's page.
    pub event_href: String,
    /// Path of this page.
    pub href: String,
    /// Where the visitor stands.
    pub stage: QueueStage,
    /// The hash of the shuffle's secret.
    pub commitment: String,
    /// Path of the proof, once the room has opened.
    pub proof_href: Option<String>,
    /// What must be shown to leave; none: there is no place.
    pub token: Option<String>,
}

/// Where the visitor stands.
#[derive(Debug, Clone)]
pub enum QueueStage {
    /// Nowhere yet.
    Outside(JoinForm),
    /// Before the shuffle.
    Early {
        /// When the sale opens.
        opens: Option<When>,
        /// How many wait.
        waiting: usize,
    },
    /// In the queue.
    Waiting(Spot),
    /// Everything is sold.
    SoldOut,
    /// It is their turn: milliseconds since 1970 at which the pass ends, and what is left of it.
    Ready {
        /// When the pass ends.
        until_ms: i64,
        /// What is left, before the first tick.
        left: String,
    },
    /// The pass was used.
    Used,
    /// The pass was not used in time.
    RanOut(JoinForm),
}

/// What joining needs.
#[derive(Debug, Clone)]
pub struct JoinForm {
    /// How many wait.
    pub waiting: usize,
    /// When the sale opens, if it has not.
    pub opens: Option<When>,
    /// Bits of work and what to work on.
    pub work: Option<(i64, String)>,
}

/// A place in the queue.
#[derive(Debug, Clone)]
pub struct Spot {
    /// How many stand before.
    pub ahead: usize,
    /// How many stand behind.
    pub behind: usize,
    /// `about 4 minutes`.
    pub wait: String,
    /// `between 3 and 6 minutes`.
    pub range: String,
    /// Whether everything may be gone before the turn.
    pub may_sell_out: bool,
}

impl QueueStage {
    /// The word that a waiting page compares with what it is told.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Outside(_) => "outside",
            Self::Early { .. } => "early",
            Self::Waiting(_) => "waiting",
            Self::SoldOut => "sold_out",
            Self::Ready { .. } => "ready",
            Self::Used => "used",
            Self::RanOut(_) => "pass_expired",
        }
    }

    /// Whether the page waits for something to happen.
    #[must_use]
    pub const fn waits(&self) -> bool {
        matches!(self, Self::Early { .. } | Self::Waiting(_) | Self::SoldOut)
    }
}

impl QueuePage {
    /// `1,234 people`, `1 person`, `nobody`.
    fn people(&self, count: impl std::borrow::Borrow<usize>) -> String {
        match *count.borrow() {
            0 => "nobody".to_owned(),
            1 => "1 person".to_owned(),
            more => format!("{} people", thousands(i64::try_from(more).unwrap_or(i64::MAX))),
        }
    }
}
