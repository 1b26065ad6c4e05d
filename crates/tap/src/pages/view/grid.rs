//! The live grid: one canvas, the stake, and the bets beside it.

use super::HouseRules;
use crate::pages::assets;
use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "grid.html")]
pub struct GridPage {
    /// The layout's values.
    pub shell: Shell,
    /// The rules, for words and stakes.
    pub rules: HouseRules,
}

impl GridPage {
    /// Versioned path of a file of ours.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        assets::url(name)
    }

    /// Versioned paths of the modules that are needed at once, so that the browser asks for all of them together.
    #[must_use]
    pub fn modules(&self) -> Vec<String> {
        assets::first_modules()
    }
}
