//! One event as a card: a picture, a name, a price, and where its sale stands.

use super::When;

/// Where an event's sale stands, as a card says it.
#[derive(Debug, Clone)]
pub enum CardSale {
    /// Tickets can be had now.
    OnSale,
    /// Tickets can be had now, and few are left.
    Low(i64),
    /// The sale opens later.
    Soon(When),
    /// There is no date of a sale yet.
    Unscheduled,
    /// Nothing is left.
    SoldOut,
    /// The sale is over, the show is not.
    Ended,
    /// The show is over.
    Past,
    /// It will not take place.
    Cancelled,
}

/// A card.
#[derive(Debug, Clone)]
pub struct EventCard {
    /// Path of the event's page.
    pub href: String,
    /// Name.
    pub title: String,
    /// Path of its picture.
    pub poster: String,
    /// Its next show.
    pub when: Option<When>,
    /// `Lumpini Hall, Bangkok`.
    pub place: String,
    /// `from ฿1,200.00`; none when it has no price.
    pub price: Option<String>,
    /// Its sale.
    pub sale: CardSale,
}

impl EventCard {
    /// Whether it is over, to be drawn quieter.
    #[must_use]
    pub fn past(&self) -> bool {
        matches!(self.sale, CardSale::Past | CardSale::Cancelled)
    }
}
