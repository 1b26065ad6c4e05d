//! The stall's pages: the grid, the rules, and the proof of a bet. All data reaches them through the API; no page asks
//! the database, so what they need is the edge and the house rules as they stand.
//!
//! `view/` holds what each page shows as plain values with its askama template in `templates/`. To add a page: its view
//! with a sample of each state, its handler here, its line in `router`.

pub mod assets;
mod refusal;
pub mod view;

pub use refusal::refusal_page;
pub use view::HouseRules;

use askama::Template;
use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use kernel::Refusal;
use std::sync::Arc;
use view::{GridPage, HelpPage, ProofPage, TAP};
use web::shell::Shell;
use web::{Edge, Refused, RequestFacts};

/// The longest id a bet can have: a ULID has 26 characters, a UUID 36.
const BET_ID_LENGTH_MAX: usize = 36;

/// What the pages need. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct PagesState {
    /// The edge.
    pub edge: Edge,
    /// The rules as they are configured here, for words and for the first paint.
    pub rules: Arc<HouseRules>,
}

impl FromRef<PagesState> for Edge {
    fn from_ref(state: &PagesState) -> Self {
        state.edge.clone()
    }
}

/// Every page and file, under its full path. The binary mounts it beside `web::shell::router` and gives
/// [`refusal_page`] to the edge as the envelope of `/tap`.
pub fn router(state: PagesState) -> Router {
    Router::new()
        .route("/tap", get(grid))
        .route("/tap/help", get(help))
        .route("/tap/bets/{id}/proof", get(proof))
        .merge(assets::router())
        .with_state(state)
}

async fn grid(State(state): State<PagesState>, facts: RequestFacts) -> Response {
    let mut shell = shell(&facts, "Tap the Bitcoin price").at("/tap");
    shell.description =
        Some("Tap a cell of the grid. If the price touches it in time, you win its rate.".into());
    answer(&GridPage { shell, rules: (*state.rules).clone() })
}

async fn help(State(state): State<PagesState>, facts: RequestFacts) -> Response {
    answer(&HelpPage { shell: shell(&facts, "Rules").at("/tap/help"), rules: (*state.rules).clone() })
}

async fn proof(facts: RequestFacts, Path(id): Path<String>) -> Response {
    if !plausible_bet_id(&id) {
        return Refused(Refusal::not_found("bet")).into_response();
    }
    answer(&ProofPage { shell: shell(&facts, "Proof of a bet"), bet_id: id })
}

fn shell(facts: &RequestFacts, title: &str) -> Shell {
    Shell::new(&TAP, title, facts.at)
}

fn answer(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Refused(Refusal::internal(error)).into_response(),
    }
}

/// Whether `id` can be a bet's id at all; whether there is such a bet, the API says.
fn plausible_bet_id(id: &str) -> bool {
    (1..=BET_ID_LENGTH_MAX).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_bet_gets_a_proof_page() {
        assert!(plausible_bet_id("01JD7Q2M5V8XKQ4T0B3N6W9Z1C"));
        for bad in ["", "a/b", "<svg>", "ä", &"x".repeat(BET_ID_LENGTH_MAX + 1)] {
            assert!(!plausible_bet_id(bad), "{bad}");
        }
    }
}
