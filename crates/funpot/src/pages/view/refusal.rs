//! When there is no page to show: not found, too often, broken, not now. Always with a way on.

use crate::pages::assets;
use web::shell::Shell;

/// The page instead of the page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "refusal.html")]
pub struct RefusalPage {
    /// The layout's values.
    pub shell: Shell,
    /// HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// Whether anything moved, and what to do.
    pub text: String,
    /// Seconds after which a retry makes sense.
    pub retry_after_s: Option<u64>,
}

impl RefusalPage {
    /// Versioned path of a file of ours.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        assets::url(name)
    }
}
