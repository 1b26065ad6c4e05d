//! The stall's pages: the Mini App, one document for all of its views, whose modules ask the API for everything they show, and
//! the public page of what the house holds.
//!
//! `view/` holds what each page shows as plain values with its askama template in `templates/`; the modules are in `assets/`.
//! To add a view of the Mini App: its path in `VIEWS`, its module in `assets/`, its row in `assets/routes.js`.

pub mod assets;
mod frame;
mod refusal;
mod solvency;
pub mod view;

pub use refusal::refusal_page;

use crate::app::App;
use askama::Template;
use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use kernel::Refusal;
use std::sync::Arc;
use view::MiniPage;
use web::{Edge, Refused, RequestFacts};

/// Paths of the Mini App's views. All get the same document, for its first module reads the address.
const VIEWS: [&str; 11] = [
    "/funpot",
    "/funpot/app",
    "/funpot/events/{id}",
    "/funpot/receipts/{id}",
    "/funpot/streamers",
    "/funpot/streamers/{id}",
    "/funpot/votes",
    "/funpot/wallet",
    "/funpot/invite",
    "/funpot/settings",
    "/funpot/operators",
];

/// What the pages need. Cheap to clone; one per process.
#[derive(Clone)]
pub struct PagesState {
    /// The stall.
    pub app: Arc<App>,
    /// The edge.
    pub edge: Edge,
    /// Where a simulated Telegram shows the Mini App to those who have no other; empty: nowhere.
    pub telegram_client_url: Arc<str>,
    /// What the house holds, as it was taken last.
    pub sums: solvency::Sums,
}

impl PagesState {
    /// What the pages of `app` need.
    #[must_use]
    pub fn new(app: &Arc<App>, edge: &Edge) -> Self {
        let telegram_client_url = app.settings.telegram_client_url.as_str().into();
        Self { app: Arc::clone(app), edge: edge.clone(), telegram_client_url, sums: Arc::default() }
    }
}

impl FromRef<PagesState> for Edge {
    fn from_ref(state: &PagesState) -> Self {
        state.edge.clone()
    }
}

/// Every page and file, under its full path.
pub fn router(state: PagesState) -> Router {
    let views = VIEWS.iter().fold(Router::new(), |router, path| router.route(path, get(mini_app)));
    views.route("/funpot/solvency", get(solvency::page)).merge(assets::router()).with_state(state)
}

async fn mini_app(State(state): State<PagesState>, facts: RequestFacts) -> Response {
    let page = MiniPage {
        now_ms: facts.at.as_micros() / 1_000,
        request_id: facts.request_id.as_str().to_owned(),
        telegram_client_url: state.telegram_client_url.to_string(),
    };
    frame::allow(&state.telegram_client_url, answer(&page))
}

fn answer(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Refused(Refusal::internal(error)).into_response(),
    }
}
