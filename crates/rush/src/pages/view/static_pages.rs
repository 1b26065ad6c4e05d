//! Pages that are only words.

use web::shell::Shell;

/// Questions and answers.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "faq.html")]
pub struct FaqPage {
    /// The layout's values.
    pub shell: Shell,
    /// Minutes seats are held.
    pub hold_minutes: i64,
}

/// What this is.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "about.html")]
pub struct AboutPage {
    /// The layout's values.
    pub shell: Shell,
}
