//! One booking: what it is, what happened to it, what can be done with it.

use super::{Notice, Order, RefundRow, State, When};
use web::shell::Shell;

/// Something that happened to a booking.
#[derive(Debug, Clone)]
pub struct Step {
    /// When.
    pub when: When,
    /// What.
    pub text: String,
}

/// The booking page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "booking.html")]
pub struct BookingPage {
    /// The layout's values.
    pub shell: Shell,
    /// What was bought.
    pub order: Order,
    /// Its state.
    pub state: State,
    /// Its code, once confirmed.
    pub code: Option<String>,
    /// Path of its checkout, end and time left, while it is held.
    pub hold: Option<(String, i64, String)>,
    /// Path of its ticket, once confirmed.
    pub ticket_href: Option<String>,
    /// Path of the page on which its tickets are given back, once paid.
    pub refund_href: Option<String>,
    /// Money that was asked back, oldest first.
    pub refunds: Vec<RefundRow>,
    /// Why it ended, when it did.
    pub ending: Option<Notice>,
    /// What happened, oldest first.
    pub steps: Vec<Step>,
}
