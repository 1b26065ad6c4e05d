//! The API under `/funpot`, a file per noun: parse, call, map. Successes are bare, refusals have an envelope.
//!
//! Each noun has `routes()`; handlers carry their full path. [`api`] merges what the document describes, [`plain`] what it does
//! not: callbacks of workers and of Telegram, sockets.

pub mod access;
pub mod admin_audit;
pub mod admin_config;
pub mod admin_corrections;
pub mod admin_events;
pub mod admin_games;
pub mod admin_prompts;
pub mod admin_users;
pub mod answer;
pub mod auth;
pub mod client_config;
pub mod decisions;
pub mod event_data;
pub mod events;
pub mod health;
pub mod ledger;
pub mod load;
pub mod media;
pub mod own_data;
pub mod payments;
pub mod profile;
pub mod query;
pub mod realtime;
pub mod referrals;
pub mod state;
pub mod streamers;
pub mod telegram_webhook;
pub mod votes;
pub mod wallet;
pub mod withdrawals;
pub mod worker;
pub mod worker_call;
pub mod worker_status;

pub use answer::PotFormat;
pub use state::PotState;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

/// Everything that is not a page: what is refused below these is refused in JSON.
pub const PREFIXES: [&str; 10] = [
    "/funpot/api",
    "/funpot/internal",
    "/funpot/integrations",
    "/funpot/realtime",
    "/funpot/ws",
    "/funpot/healthz",
    "/funpot/readyz",
    "/funpot/openapi.json",
    "/funpot/asyncapi.json",
    "/funpot/_load",
];

/// Every route of the API, with its document.
#[must_use]
pub fn api() -> OpenApiRouter<PotState> {
    let about = "A live pot on a stream: votes, settlements and their receipts. Amounts are whole units of credit, times \
                 RFC 3339 in UTC, ids UUIDs.";
    let document = web::openapi::document("Fairground FunPot", env!("CARGO_PKG_VERSION"), about);
    OpenApiRouter::with_openapi(document)
        .merge(auth::routes())
        .merge(profile::routes())
        .merge(payments::routes())
        .merge(wallet::routes())
        .merge(withdrawals::routes())
        .merge(referrals::routes())
        .merge(client_config::routes())
        .merge(streamers::routes())
        .merge(events::routes())
        .merge(votes::routes())
        .merge(admin_config::routes())
        .merge(admin_events::routes())
        .merge(admin_corrections::routes())
        .merge(admin_games::routes())
        .merge(admin_users::routes())
        .merge(admin_prompts::routes())
        .merge(decisions::routes())
        .merge(admin_audit::routes())
        .merge(own_data::routes())
        .merge(media::routes())
        .merge(worker_status::routes())
        .merge(ledger::routes())
        .merge(health::routes())
}

/// Every route that the document does not describe.
pub fn plain() -> Router<PotState> {
    Router::new()
        .merge(auth::alias())
        .merge(telegram_webhook::routes())
        .merge(worker::routes())
        .merge(media::worker_routes())
        .merge(decisions::worker_routes())
        .merge(worker_status::worker_routes())
        .merge(realtime::routes())
}
