//! Money back, as its buyer asks for it and as a shop's administrators decide about it.

use super::{Notice, Order, Pager, Tab, When};
use web::shell::Shell;

/// A refund as people read it.
#[derive(Debug, Clone)]
pub struct RefundRow {
    /// `Approved`, `Money is back`, …
    pub word: &'static str,
    /// The class of its tag.
    pub class: &'static str,
    /// `2 seats`.
    pub seats: String,
    /// What goes back.
    pub amount: String,
    /// When it was asked for.
    pub when: When,
    /// What was decided, in words.
    pub note: Option<String>,
}

/// So many tickets, and what they give back.
#[derive(Debug, Clone)]
pub struct RefundChoice {
    /// Tickets.
    pub quantity: i64,
    /// `2 seats: ฿3,000.00 back`.
    pub label: String,
}

/// The buyer's page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "refund.html")]
pub struct RefundPage {
    /// The layout's values.
    pub shell: Shell,
    /// What was bought.
    pub order: Order,
    /// `100 %` of what the tickets cost; none: nothing can be asked for.
    pub percent: Option<String>,
    /// Until when that holds.
    pub holds_until: Option<When>,
    /// What can be asked for, all tickets first.
    pub choices: Vec<RefundChoice>,
    /// Why nothing can be asked for, or why the last request was refused.
    pub notice: Option<Notice>,
    /// One key per attempt.
    pub attempt: String,
    /// What was asked for before, oldest first.
    pub refunds: Vec<RefundRow>,
}

/// A refund in the list of a shop's administrators.
#[derive(Debug, Clone)]
pub struct RefundCase {
    /// Public id.
    pub id: String,
    /// As people read it.
    pub row: RefundRow,
    /// What was bought.
    pub title: String,
    /// `50 % by the policy of the purchase`, `the event was cancelled`.
    pub why: String,
    /// The buyer's words.
    pub reason: Option<String>,
    /// Whether it waits for a decision.
    pub is_open: bool,
    /// Whether the gateway failed and can be asked again.
    pub is_failed: bool,
}

/// The list of a shop's administrators.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "refunds.html")]
pub struct RefundsPage {
    /// The layout's values.
    pub shell: Shell,
    /// States to choose from.
    pub tabs: Vec<Tab>,
    /// Those of the open tab, newest first.
    pub cases: Vec<RefundCase>,
    /// Where in the list we are.
    pub pager: Pager,
}
