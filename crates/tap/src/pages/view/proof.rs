//! The proof of one bet, checked by the browser that shows it.

use crate::pages::assets;
use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "proof.html")]
pub struct ProofPage {
    /// The layout's values.
    pub shell: Shell,
    /// The bet.
    pub bet_id: String,
}

impl ProofPage {
    /// Versioned path of a file of ours.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        assets::url(name)
    }
}
