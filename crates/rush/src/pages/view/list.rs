//! The list of events: search, filters, order, nine a page.

use super::{CardSale, EventCard};
use web::shell::Shell;

/// One option of a select.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the present one.
    pub selected: bool,
}

/// The filters as they were asked for, to be shown again.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Words.
    pub search: String,
    /// `YYYY-MM-DD` or empty.
    pub from: String,
    /// `YYYY-MM-DD` or empty.
    pub to: String,
    /// Whole currency units or empty.
    pub price_min: String,
    /// Whole currency units or empty.
    pub price_max: String,
    /// Categories, the first being "any".
    pub categories: Vec<Choice>,
    /// Cities, the first being "any".
    pub cities: Vec<Choice>,
    /// Orders.
    pub sorts: Vec<Choice>,
    /// Whether anything beyond the order is set.
    pub active: bool,
    /// Whether one of the fields inside the fold is set, so that it opens unfolded.
    pub unfolded: bool,
}

/// Where in the list this page is.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// 1-based.
    pub page: u64,
    /// Pages in all.
    pub pages: u64,
    /// Path of the page before.
    pub previous: Option<String>,
    /// Path of the page after.
    pub next: Option<String>,
}

/// The list page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "list.html")]
pub struct ListPage {
    /// The layout's values.
    pub shell: Shell,
    /// What was asked.
    pub filters: Filters,
    /// What was found.
    pub cards: Vec<EventCard>,
    /// How much was found in all.
    pub total: u64,
    /// What could not be understood in the filters, and was left out.
    pub problem: Option<String>,
    /// Where we are.
    pub pager: Pager,
}
