//! Mails of the demonstration, to be read in the browser.

use super::When;
use web::shell::Shell;

/// One mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// When.
    pub when: When,
    /// The one thing to follow in it.
    pub link: Option<String>,
    /// What became of it, in words.
    pub stands: String,
}

/// The outbox page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "outbox.html")]
pub struct OutboxPage {
    /// The layout's values.
    pub shell: Shell,
    /// Newest first.
    pub mails: Vec<Mail>,
    /// Where the server that took them shows them as they came.
    pub server: Option<String>,
}
