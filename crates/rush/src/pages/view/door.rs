//! The door: scan or type, and see at once whether somebody comes in.

use web::shell::Shell;

/// What the last scan came to.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DoorResult {
    /// `good`, `warn`, `bad`.
    pub tone: &'static str,
    /// Two or three words that can be read at arm's length.
    pub title: String,
    /// The rest: zone and name, or why not.
    pub text: String,
    /// The admission, to be undone.
    pub check_in: Option<String>,
}

/// How a zone stands.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DoorCount {
    /// Its public id.
    pub zone: String,
    /// What it is called.
    pub name: String,
    /// How many are inside.
    pub inside: i64,
    /// How many tickets are sold.
    pub sold: i64,
}

impl DoorCount {
    /// The bar's share, `42%`.
    #[must_use]
    pub fn share(&self) -> String {
        format!("{}%", (self.inside * 100 / self.sold.max(1)).clamp(0, 100))
    }
}

/// One admission, or a conflict.
#[derive(Debug, Clone)]
pub struct DoorRow {
    /// When, in the venue's zone.
    pub hour: String,
    /// `Ticket 2, Standing A, at North`.
    pub text: String,
    /// The admission, to be undone; none: it was undone, or it is a conflict.
    pub check_in: Option<String>,
}

/// Where the key of a gate is entered.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "door_open.html")]
pub struct DoorOpenPage {
    /// The layout's values.
    pub shell: Shell,
    /// Path of the script.
    pub script: String,
}

/// The door.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "door.html")]
pub struct DoorPage {
    /// The layout's values.
    pub shell: Shell,
    /// Path of the script.
    pub script: String,
    /// Path of its style.
    pub style: String,
    /// What is on.
    pub event: String,
    /// Public id of the event where somebody with an account stands here; empty at a gate, whose key says it.
    pub event_id: String,
    /// What the gate is called; none: whoever stands here says it.
    pub gate: Option<String>,
    /// What was typed for the gate.
    pub gate_typed: String,
    /// The scan of the form.
    pub attempt: String,
    /// The keys that tickets are signed with, hex, with blanks between.
    pub keys: String,
    /// What the last scan came to.
    pub result: Option<DoorResult>,
    /// Every zone.
    pub counts: Vec<DoorCount>,
    /// The newest admissions.
    pub rows: Vec<DoorRow>,
    /// Tickets that were let in twice without a network.
    pub conflicts: Vec<DoorRow>,
}
