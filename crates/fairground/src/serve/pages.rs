//! Rush's pages for people, and the task that tells open pages of seats.

use crate::config::{Config, Profile};
use axum::Router;
use rush::app::App;
use rush::pages::{Demo, PageParts, PagesState, publish_live_seats};
use std::sync::Arc;
use web::live::Hub;
use web::{Closing, Edge};

/// Every page. Starts the task that tells open pages of seats; it ends with the process.
pub fn routes(config: &Config, app: &Arc<App>, edge: &Edge, closing: &Closing) -> Router {
    let state =
        PagesState { app: Arc::clone(app), edge: edge.clone(), parts: Arc::new(parts(config, app, closing)) };
    tokio::spawn(publish_live_seats(state.clone()));
    rush::pages::router(state)
}

fn parts(config: &Config, app: &App, closing: &Closing) -> PageParts {
    PageParts {
        hub: Hub::new(),
        closing: closing.clone(),
        default_tenant: config.text("rush.default_tenant").to_owned(),
        secure: app.identity.public_url().starts_with("https://"),
        // The demo's mails and passwords are for whoever sits at this machine, and for nobody else.
        demo: (config.profile == Profile::Dev && config.listen.ip().is_loopback()).then(demo),
    }
}

fn demo() -> Demo {
    Demo { shop: rush::demo::SLUG, accounts: rush::demo::accounts() }
}
