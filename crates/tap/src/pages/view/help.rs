//! The rules in plain words; works without JavaScript.

use super::HouseRules;
use crate::pages::assets;
use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    /// The layout's values.
    pub shell: Shell,
    /// The rules.
    pub rules: HouseRules,
}

impl HelpPage {
    /// Versioned path of a file of ours.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        assets::url(name)
    }
}
