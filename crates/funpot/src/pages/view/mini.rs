//! The Mini App's document: its frame, a skeleton until the first answer, and the tabs.

use crate::pages::assets;

/// The page. It has a layout of its own, for inside Telegram there is no room for ours.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "mini.html")]
pub struct MiniPage {
    /// The server's present, milliseconds since 1970.
    pub now_ms: i64,
    /// The id of the request that drew it.
    pub request_id: String,
    /// Where a simulated Telegram is; empty: nowhere.
    pub telegram_client_url: String,
}

impl MiniPage {
    /// Versioned path of a file of ours.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        assets::url(name)
    }

    /// Versioned path of the sheet that all stalls share.
    #[must_use]
    pub fn sheet(&self) -> String {
        web::shell::asset_url("fairground.css")
    }

    /// Versioned paths of the modules that are needed at once, so that the browser asks for all of them together.
    #[must_use]
    pub fn modules(&self) -> Vec<String> {
        assets::first_modules()
    }
}
