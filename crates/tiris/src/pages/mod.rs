//! The stall's pages: what this is and the way in; the portfolio; a trading with its curve, transactions, gains and statement;
//! exchanges with the uses of keys and what nothing explains. In English and Chinese, without a script but the one that keeps
//! figures as they are now.
//!
//! Each page is a file with its values and its handler, and a template in `templates/`.

mod assets;
mod chart;
mod exchanges;
mod figures;
mod home;
mod overview;
mod refusal;
mod sign_in;
mod state;
mod trading_page;
mod visitor;
mod words;

pub use refusal::refusal_page;
pub use state::PagesState;

use axum::Router;
use axum::routing::{get, post};

/// Every page and file, under its full path.
pub fn router(state: PagesState) -> Router {
    Router::new()
        .route("/tiris", get(home::page))
        .route("/tiris/sign-in/{provider}", get(sign_in::begin))
        .route("/tiris/oauth/callback", get(sign_in::callback))
        .route("/tiris/sign-out", post(sign_in::out))
        .route("/tiris/portfolio", get(overview::page))
        .route("/tiris/tradings/{id}", get(trading_page::page))
        .route("/tiris/exchanges", get(exchanges::page))
        .route("/tiris/exchanges/{id}/reconcile", post(exchanges::reconcile))
        .route("/tiris/reconciliation/{id}/{verb}", post(exchanges::settle))
        .merge(assets::router())
        .with_state(state)
}
