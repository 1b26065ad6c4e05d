//! The JSON API under `/tap/api`, a file per noun: parse, call, map. Answers are plain objects, refusals problem details.
//!
//! Each noun has `routes()`; handlers carry their full path, because nesting costs every request two boxed services.

pub mod admin;
pub mod answer;
pub mod auth;
pub mod bet_data;
pub mod bets;
pub mod columns;
pub mod demo;
pub mod deposits;
pub mod grid;
pub mod health;
pub mod live;
pub mod load;
pub mod money;
pub mod player;
pub mod prices;
pub mod proofs;
pub mod query;
pub mod state;
pub mod withdrawals;

pub use answer::PlainFormat;
pub use live::TapProtocol;
pub use player::SessionVerifier;
pub use state::TapState;

use utoipa_axum::router::OpenApiRouter;

/// Every route of the API, with its document.
#[must_use]
pub fn api() -> OpenApiRouter<TapState> {
    let about = "Tap cells of a time and price grid over the live BTC price. Money and prices are whole cents, rates are \
                 hundredths, times Unix milliseconds or RFC 3339 in UTC.";
    let document = web::openapi::document("Fairground Tap", env!("CARGO_PKG_VERSION"), about);
    OpenApiRouter::with_openapi(document)
        .merge(auth::routes())
        .merge(grid::routes())
        .merge(bets::routes())
        .merge(proofs::routes())
        .merge(columns::routes())
        .merge(money::routes())
        .merge(withdrawals::routes())
        .merge(prices::routes())
        .merge(health::routes())
}
