//! One event: its picture and facts, its shows, its zones with live seats, and the one thing that can be done now.

use super::{Notice, When, ZoneRow};
use web::shell::{Held, Shell};

/// The event itself.
#[derive(Debug, Clone)]
pub struct EventHead {
    /// Name.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Several paragraphs.
    pub description: String,
    /// Path of its picture.
    pub poster: String,
    /// Start of the chosen show.
    pub when: Option<When>,
    /// Doors of the chosen show.
    pub doors: Option<When>,
    /// Venue.
    pub venue: String,
    /// Street and city.
    pub address: String,
    /// Category.
    pub category: Option<String>,
    /// `from ฿1,200.00`.
    pub price: Option<String>,
}

/// One show to choose.
#[derive(Debug, Clone)]
pub struct ShowLink {
    /// Path of the event's page with this show chosen.
    pub href: String,
    /// Its start.
    pub when: When,
    /// `Sold out`, `On sale`, a name of its own.
    pub note: String,
    /// Whether it is the chosen one.
    pub chosen: bool,
}

/// What a buyer fills in.
#[derive(Debug, Clone)]
pub struct BuyForm {
    /// One key per attempt: a double click or a reload holds seats once.
    pub attempt: String,
    /// Public id of the event.
    pub event: String,
    /// Public id of the chosen show.
    pub show: String,
    /// Tickets this buyer may still take.
    pub remaining: i64,
    /// Tickets one buyer may take for this event in all.
    pub cap: i64,
    /// Tickets this buyer holds or owns already.
    pub owned: i64,
    /// How many to begin with.
    pub quantity: i64,
    /// Currency sign, for the running total.
    pub sign: &'static str,
    /// Digits of the minor unit.
    pub scale: u8,
    /// The total of what is chosen at first.
    pub total: String,
    /// When the sale closes.
    pub closes: Option<When>,
    /// Minutes seats are held.
    pub hold_minutes: i64,
    /// Whether somebody is signed in.
    pub signed_in: bool,
}

/// What can be done now.
#[derive(Debug, Clone)]
pub enum Stage {
    /// The sale opens later.
    Soon(When),
    /// Buy.
    Open(BuyForm),
    /// This buyer has all they may have: how many, of how many.
    Full {
        /// Held or owned.
        owned: i64,
        /// The most one buyer may have.
        cap: i64,
    },
    /// There is a waiting room before the seats.
    Queue {
        /// Its page.
        href: String,
        /// Whether the visitor waits there already.
        waits: bool,
    },
    /// Every zone is empty.
    SoldOut,
    /// The sale is over.
    Ended(Option<When>),
    /// The show is over.
    Past,
    /// It will not take place.
    Cancelled,
    /// It has no show yet.
    Unscheduled,
}

/// The event page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "event.html")]
pub struct EventPage {
    /// The layout's values.
    pub shell: Shell,
    /// The event.
    pub event: EventHead,
    /// Its shows.
    pub shows: Vec<ShowLink>,
    /// The chosen show's zones.
    pub zones: Vec<ZoneRow>,
    /// What can be done.
    pub stage: Stage,
    /// Path of the live stream and of the same as JSON, while seats can move.
    pub live: Option<(String, String)>,
    /// What the visitor holds of it now.
    pub held: Option<Held>,
    /// The event for search engines and link previews.
    pub preview: Preview,
    /// What an attempt just now came to.
    pub notice: Option<Notice>,
}

/// An event as link previews (Open Graph) and search engines (schema.org) read it.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// The page's whole address.
    pub url: String,
    /// The picture's whole address.
    pub image: String,
    /// A schema.org `Event` as JSON, safe inside a script element.
    pub json: String,
}

impl EventPage {
    /// `From ฿1,200.00`, for the bar that stays on a phone.
    #[must_use]
    pub fn bar_price(&self) -> String {
        let price = self.event.price.as_deref().unwrap_or_default();
        price.strip_prefix("from ").map_or_else(|| price.to_owned(), |low| format!("From {low}"))
    }

    /// Whether zones are shown as choices.
    #[must_use]
    pub fn buying(&self) -> bool {
        matches!(self.stage, Stage::Open(_))
    }
}
