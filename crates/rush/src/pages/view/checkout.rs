//! Checkout: what is held and for how long, test cards, and every state a payment can be in.

use super::{Notice, When};
use web::shell::Shell;

/// What is being bought.
#[derive(Debug, Clone)]
pub struct Order {
    /// Public id of the booking.
    pub booking: String,
    /// Event.
    pub title: String,
    /// Path of the event's page.
    pub event_href: String,
    /// Its picture.
    pub poster: String,
    /// The show's start.
    pub when: When,
    /// Venue and city.
    pub venue: String,
    /// Zone.
    pub zone: String,
    /// Seats.
    pub quantity: i64,
    /// Price of one.
    pub unit: String,
    /// Price of all.
    pub total: String,
}

impl Order {
    /// `2 seats`, `1 seat`.
    #[must_use]
    pub fn seats(&self) -> String {
        if self.quantity == 1 { String::from("1 seat") } else { format!("{} seats", self.quantity) }
    }

    const fn pick(&self, one: &'static str, several: &'static str) -> &'static str {
        if self.quantity == 1 { one } else { several }
    }

    /// `is`, `are`.
    #[must_use]
    pub const fn are(&self) -> &'static str {
        self.pick("is", "are")
    }

    /// `goes`, `go`.
    #[must_use]
    pub const fn go(&self) -> &'static str {
        self.pick("goes", "go")
    }

    /// `it`, `them`.
    #[must_use]
    pub const fn them(&self) -> &'static str {
        self.pick("it", "them")
    }

    /// `It`, `They`, at the beginning of a sentence.
    #[must_use]
    pub const fn them_upper(&self) -> &'static str {
        self.pick("It", "They")
    }

    /// `this seat`, `these seats`.
    #[must_use]
    pub const fn these_seats(&self) -> &'static str {
        self.pick("this seat", "these seats")
    }

    /// `Your seat`, `Your seats`.
    #[must_use]
    pub const fn your_seats(&self) -> &'static str {
        self.pick("Your seat", "Your seats")
    }

    /// `your seat`, `your seats`.
    #[must_use]
    pub const fn your_seats_lower(&self) -> &'static str {
        self.pick("your seat", "your seats")
    }
}

/// A live hold.
#[derive(Debug, Clone)]
pub struct Hold {
    /// Its end, milliseconds since 1970.
    pub until_ms: i64,
    /// `9:42` at the moment of rendering.
    pub left: String,
    /// Its whole length in milliseconds, for the bar.
    pub whole_ms: i64,
    /// Part left, as SVG writes it.
    pub share: String,
    /// Whether less than a minute is left.
    pub urgent: bool,
}

/// A card of the mock gateway.
#[derive(Debug, Clone)]
pub struct TestCard {
    /// What is sent.
    pub value: String,
    /// `4242 4242 4242 4242`.
    pub number: String,
    /// What it does.
    pub effect: String,
}

/// A card that was declined.
#[derive(Debug, Clone)]
pub struct Decline {
    /// What happened: the card was declined, or the bank never answered.
    pub title: &'static str,
    /// Why, in the bank's words made plain.
    pub reason: String,
    /// Tries left before the seats go back.
    pub tries_left: i64,
}

/// What pays.
#[derive(Debug, Clone)]
pub struct PayForm {
    /// One key per attempt: a double click charges once.
    pub attempt: String,
    /// The cards to choose from.
    pub cards: Vec<TestCard>,
}

/// Where the payment stands.
#[derive(Debug, Clone)]
pub enum PayStage {
    /// Held; nothing paid.
    Ready {
        /// The hold.
        hold: Hold,
        /// The form.
        form: PayForm,
        /// The last try, if it was declined.
        declined: Option<Decline>,
    },
    /// The card is being charged.
    Processing(Option<Hold>),
    /// The gateway did not answer; we are asking it again.
    Checking(Option<Hold>),
    /// The hold ran out.
    Expired,
    /// The seats went back after too many declines.
    Exhausted,
    /// The buyer let go.
    Cancelled,
    /// Money came after the seats had gone; all of it goes back.
    Refunded,
    /// Paid.
    Paid,
}

impl PayStage {
    /// The state as one word, for the page that follows it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Ready { declined: None, .. } => "ready",
            Self::Ready { declined: Some(_), .. } => "declined",
            Self::Processing(_) => "processing",
            Self::Checking(_) => "checking",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Paid => "paid",
        }
    }

    /// The hold, while there is one.
    #[must_use]
    pub const fn hold(&self) -> Option<&Hold> {
        match self {
            Self::Ready { hold, .. } => Some(hold),
            Self::Processing(hold) | Self::Checking(hold) => hold.as_ref(),
            Self::Expired | Self::Exhausted | Self::Cancelled | Self::Refunded | Self::Paid => None,
        }
    }

    /// Whether the answer comes by itself and the page should wait for it.
    #[must_use]
    pub const fn waiting(&self) -> bool {
        matches!(self, Self::Processing(_) | Self::Checking(_))
    }
}

/// The checkout page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "checkout.html")]
pub struct CheckoutPage {
    /// The layout's values.
    pub shell: Shell,
    /// What is bought.
    pub order: Order,
    /// Where it stands.
    pub stage: PayStage,
    /// What an attempt just now came to.
    pub notice: Option<Notice>,
}
