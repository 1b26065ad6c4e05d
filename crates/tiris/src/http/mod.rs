//! The JSON API under `/tiris/v1`, a file per noun: parse, call, map; and the probes under `/tiris/health`.
//!
//! Each noun has `routes()`; handlers carry their full path, because nesting costs every request two boxed services.

pub mod amount;
pub mod answer;
pub mod api_keys;
pub mod auth;
pub mod binding_body;
pub mod binding_data;
pub mod bindings;
pub mod caller;
pub mod equity_curve;
pub mod events;
pub mod gains;
pub mod health;
pub mod idempotency;
pub mod json_object;
pub mod load;
pub mod log_data;
pub mod log_stream;
pub mod movements;
pub mod number;
pub mod ohlcv;
pub mod page;
pub mod path;
pub mod portfolios;
pub mod reconciliation;
pub mod sign_up;
pub mod state;
pub mod statements;
pub mod stats;
pub mod sub_accounts;
pub mod trading_logs;
pub mod tradings;
pub mod transactions;
pub mod users;
pub mod warming;

pub use answer::TirisFormat;
pub use state::TirisState;

use utoipa_axum::router::OpenApiRouter;

/// Below which refusals are JSON; elsewhere they are pages.
pub const PREFIXES: [&str; 4] = ["/tiris/v1", "/tiris/health", "/tiris/docs", "/tiris/_load"];

/// Routes that are no part of the API: the file behind a page's link.
pub fn plain() -> axum::Router<TirisState> {
    axum::Router::new().route("/tiris/tradings/{id}/statement.json", axum::routing::get(statements::download))
}

/// Every route of the API, with its document.
#[must_use]
pub fn api() -> OpenApiRouter<TirisState> {
    let about = "Slices of exchange accounts for trading bots, and the truth about where the money went. Amounts are \
                 decimal strings with eight digits behind the point, times are RFC 3339 in UTC.";
    let document = web::openapi::document("Fairground Tiris", env!("CARGO_PKG_VERSION"), about);
    OpenApiRouter::with_openapi(document)
        .merge(health::routes())
        .merge(auth::routes())
        .merge(sign_up::routes())
        .merge(users::routes())
        .merge(api_keys::routes())
        .merge(bindings::routes())
        .merge(reconciliation::routes())
        .merge(events::routes())
        .merge(tradings::routes())
        .merge(sub_accounts::routes())
        .merge(movements::routes())
        .merge(transactions::routes())
        .merge(log_stream::routes())
        .merge(trading_logs::routes())
        .merge(gains::routes())
        .merge(equity_curve::routes())
        .merge(ohlcv::routes())
        .merge(portfolios::routes())
        .merge(statements::routes())
        .merge(stats::routes())
}
