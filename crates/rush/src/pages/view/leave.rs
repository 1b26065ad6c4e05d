//! Leaving a list of mails.

use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "leave.html")]
pub struct LeavePage {
    /// The layout's values.
    pub shell: Shell,
    /// Whose mails.
    pub email: String,
    /// What the form sends; none: it is done.
    pub token: Option<String>,
}
