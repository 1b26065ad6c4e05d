//! The page at the stall's address: what this is, and the way in.

use super::state::PagesState;
use super::visitor::{Frame, Visitor};
use super::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use web::Refused;
use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// Around it.
    pub shell: Shell,
    /// Around it.
    pub frame: Frame,
    /// The words.
    pub w: &'static Words,
    /// Whether Google is set up here.
    pub has_google: bool,
    /// Whether it is a simulated one.
    pub is_simulated: bool,
}

/// Shows it.
pub async fn page(State(state): State<PagesState>, visitor: Visitor) -> Result<Response, Refused> {
    let page = HomePage {
        shell: visitor.shell(visitor.words.home_title, "/tiris"),
        frame: visitor.frame(),
        w: visitor.words,
        has_google: state.app.outside.google.is_some(),
        is_simulated: state.app.settings.is_simulated,
    };
    Ok(visitor.answer(&page))
}
