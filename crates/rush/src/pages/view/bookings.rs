//! A buyer's bookings: what is held now first, then tickets by tab.

use super::{Order, Pager};
use web::shell::Shell;

/// A booking's state as people read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Seats are held, nothing is paid.
    Held,
    /// Paid.
    Confirmed,
    /// The hold ran out.
    Expired,
    /// Let go.
    Cancelled,
    /// Paid back.
    Refunded,
}

impl State {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "Held for you",
            Self::Confirmed => "Confirmed",
            Self::Expired => "Expired",
            Self::Cancelled => "Cancelled",
            Self::Refunded => "Refunded",
        }
    }

    /// The class of its tag.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Held => "tag tag-warn",
            Self::Confirmed => "tag tag-good",
            Self::Expired | Self::Cancelled | Self::Refunded => "tag",
        }
    }
}

/// One booking in the list.
#[derive(Debug, Clone)]
pub struct BookingRow {
    /// What was bought.
    pub order: Order,
    /// Its state.
    pub state: State,
    /// Path of its page.
    pub href: String,
    /// Its code, once confirmed.
    pub code: Option<String>,
}

/// A live hold to come back to.
#[derive(Debug, Clone)]
pub struct PendingHold {
    /// What is held.
    pub order: Order,
    /// Path of its checkout.
    pub href: String,
    /// Its end, milliseconds since 1970.
    pub until_ms: i64,
    /// `9:42` at the moment of rendering.
    pub left: String,
}

/// A ticket that somebody passed on.
#[derive(Debug, Clone)]
pub struct PassedTicket {
    /// What it is for.
    pub order: Order,
    /// Path of its page.
    pub href: String,
}

/// A tab.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Path.
    pub href: String,
    /// Text.
    pub label: &'static str,
    /// Whether it is the open one.
    pub open: bool,
}

/// The bookings page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "bookings.html")]
pub struct BookingsPage {
    /// The layout's values.
    pub shell: Shell,
    /// Live holds.
    pub pending: Vec<PendingHold>,
    /// Tickets that others passed on.
    pub passed: Vec<PassedTicket>,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The open tab's bookings.
    pub bookings: Vec<BookingRow>,
    /// Where in the list we are.
    pub pager: Pager,
}
