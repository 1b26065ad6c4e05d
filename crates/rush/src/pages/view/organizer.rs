//! The organizer's pages: own events, the editor, how an event sells, who comes.

use super::Notice;
use web::shell::Shell;

/// One of the own events.
#[derive(Debug, Clone)]
pub struct OrganizerRow {
    /// Path of its editor.
    pub href: String,
    /// Name.
    pub name: String,
    /// The next show, in words.
    pub when: String,
    /// `Draft`, `On sale`, …
    pub status: &'static str,
    /// The class of its tag.
    pub class: &'static str,
    /// `412 of 1,200 sold`.
    pub sold: String,
}

/// Own events, and a new one.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "organizer.html")]
pub struct OrganizerPage {
    /// The layout's values.
    pub shell: Shell,
    /// What is on.
    pub events: Vec<OrganizerRow>,
    /// What an attempt came to.
    pub notice: Option<Notice>,
    /// The name that was typed.
    pub name: String,
}

/// An event as its form has it. Moments are the venue's.
#[derive(Debug, Clone, Default)]
pub struct EventForm {
    /// Name.
    pub name: String,
    /// One sentence.
    pub short: String,
    /// The whole text.
    pub description: String,
    /// The house.
    pub venue: String,
    /// The street.
    pub address: String,
    /// The city.
    pub city: String,
    /// `Asia/Bangkok`.
    pub timezone: String,
    /// A picture's address.
    pub poster: String,
    /// Most tickets of one buyer; empty: the shop's figure.
    pub cap: String,
    /// `2030-02-01T10:00`, when the sale begins.
    pub sale_start: String,
    /// When it ends.
    pub sale_end: String,
    /// Whether it is in lists.
    pub is_public: bool,
}

/// A zone in the editor.
#[derive(Debug, Clone)]
pub struct EditorZone {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `1500.00`.
    pub price: String,
    /// Seats.
    pub total: i64,
    /// Most seats of one order.
    pub max: i64,
    /// Whether it is sold.
    pub is_active: bool,
    /// `3 sold, 2 held`.
    pub taken: String,
    /// When its sale begins; empty: as the show's or the event's.
    pub sale_start: String,
    /// When it ends.
    pub sale_end: String,
}

/// A show in the editor.
#[derive(Debug, Clone)]
pub struct EditorShow {
    /// Public id.
    pub id: String,
    /// `Fri 1 Feb 2030, 20:00`.
    pub title: String,
    /// Whether it was cancelled.
    pub is_cancelled: bool,
    /// Name.
    pub name: String,
    /// `2030-02-01`.
    pub date: String,
    /// `20:00`.
    pub start: String,
    /// `23:00`.
    pub end: String,
    /// `19:00`.
    pub doors: String,
    /// Its zones.
    pub zones: Vec<EditorZone>,
}

/// A gate in the editor.
#[derive(Debug, Clone)]
pub struct GateRow {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether its key was ended.
    pub ended: bool,
}

/// A gate that was made just now: its key is shown this once.
#[derive(Debug, Clone)]
pub struct NewGate {
    /// Name.
    pub name: String,
    /// The key.
    pub key: String,
    /// The path that opens it.
    pub link: String,
    /// The same address as a picture to scan.
    pub qr: String,
}

/// The editor of an event.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "editor.html")]
pub struct EditorPage {
    /// The layout's values.
    pub shell: Shell,
    /// `/rush/organizer/events/ID`.
    pub href: String,
    /// Public id.
    pub id: String,
    /// The event's own page, once it has one.
    pub public_href: Option<String>,
    /// The word of its status.
    pub status: &'static str,
    /// The class of its tag.
    pub class: &'static str,
    /// Whether it can be published.
    pub is_draft: bool,
    /// Whether it takes changes.
    pub is_open: bool,
    /// What it lacks: whether that stands in the way, and a sentence.
    pub missing: Vec<(bool, &'static str)>,
    /// Its form.
    pub form: EventForm,
    /// Its shows.
    pub shows: Vec<EditorShow>,
    /// Its gates.
    pub gates: Vec<GateRow>,
    /// A gate that was made just now.
    pub new_gate: Option<NewGate>,
    /// What an attempt came to.
    pub notice: Option<Notice>,
    /// The attempt of copying.
    pub attempt: String,
}

impl EditorPage {
    /// Whether nothing stands in the way of publishing.
    #[must_use]
    pub fn can_publish(&self) -> bool {
        self.is_draft && !self.missing.iter().any(|(is_needed, _)| *is_needed)
    }
}

/// A zone as it sells.
#[derive(Debug, Clone)]
pub struct SalesZone {
    /// Public id.
    pub id: String,
    /// Show and name.
    pub name: String,
    /// `412 sold, 3 held, 785 free`.
    pub text: String,
    /// Share that is sold, `34.3%`.
    pub sold: String,
    /// Share that is held.
    pub held: String,
}

/// How an event sells.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "sales.html")]
pub struct SalesPage {
    /// The layout's values.
    pub shell: Shell,
    /// `/rush/organizer/events/ID`.
    pub href: String,
    /// Name of the event.
    pub title: String,
    /// Path of the script.
    pub script: String,
    /// Path of its style.
    pub style: String,
    /// Sold, held, free, money, the last five minutes: the word for scripts, what people read, the figure.
    pub figures: Vec<(&'static str, &'static str, String)>,
    /// Every zone.
    pub zones: Vec<SalesZone>,
    /// Seats in each of the last minutes as bars: where, how high (of 40), how many.
    pub bars: Vec<(usize, f64, i64)>,
    /// As of when the money is.
    pub as_of: String,
}

/// Somebody who comes.
#[derive(Debug, Clone)]
pub struct AttendeeRow {
    /// The name on the ticket, or its holder's.
    pub name: String,
    /// The holder's email.
    pub email: String,
    /// `BK-…, ticket 2, Standing A`.
    pub text: String,
    /// `Inside since 21:04`, `Passed on`, `Refunded`.
    pub tags: Vec<String>,
}

/// Who comes.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "attendees.html")]
pub struct AttendeesPage {
    /// The layout's values.
    pub shell: Shell,
    /// `/rush/organizer/events/ID`.
    pub href: String,
    /// Name of the event.
    pub title: String,
    /// What was searched.
    pub search: String,
    /// Who was found.
    pub people: Vec<AttendeeRow>,
    /// The next page.
    pub next: Option<String>,
}
