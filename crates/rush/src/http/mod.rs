//! The JSON API under `/rush/api/v1`, a file per noun: parse, call, map.
//!
//! Each noun has `routes()`; handlers carry their full path, because nesting costs every request two boxed services.

pub mod auth;
pub mod me;
pub mod site;
pub mod user_data;
pub mod users;
pub mod bookings;
pub mod load;
pub mod state;

pub use state::RushState;

use utoipa_axum::router::OpenApiRouter;

/// Every route of the API, with its document.
#[must_use]
pub fn api() -> OpenApiRouter<RushState> {
    let about = "Tickets of flash-sale events, never oversold. Amounts are whole minor units; times are RFC 3339 in UTC.";
    let document = web::openapi::document("Fairground Rush", env!("CARGO_PKG_VERSION"), about);
    OpenApiRouter::with_openapi(document)
        .merge(bookings::routes())
        .merge(auth::routes())
        .merge(me::routes())
        .merge(users::routes())
}
