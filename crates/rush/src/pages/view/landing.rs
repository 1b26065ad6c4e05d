//! The first page: one featured event, then what is on sale, what comes, what was.

use super::{CardSale, EventCard};
use web::shell::Shell;

/// A link into the list.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Path of the list with this topic.
    pub href: String,
    /// Name.
    pub label: String,
}

/// The landing page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "landing.html")]
pub struct LandingPage {
    /// The layout's values.
    pub shell: Shell,
    /// Shown large, with one sentence about it.
    pub featured: Option<(EventCard, String)>,
    /// On sale now.
    pub on_sale: Vec<EventCard>,
    /// Sale opens later.
    pub soon: Vec<EventCard>,
    /// Still to come, but no longer sold.
    pub ended: Vec<EventCard>,
    /// Over.
    pub past: Vec<EventCard>,
    /// Categories.
    pub topics: Vec<Topic>,
}

impl LandingPage {
    /// Whether nothing at all can be bought at this moment.
    #[must_use]
    pub fn quiet(&self) -> bool {
        let featured = self.featured.as_ref().map(|(card, _)| &card.sale);
        self.on_sale.is_empty() && !matches!(featured, Some(CardSale::OnSale | CardSale::Low(_)))
    }
}
