//! The JSON API under `/rush/api/v1`, a file per noun: parse, call, map.
//!
//! Each noun has `routes()`; handlers carry their full path, because nesting costs every request two boxed services.

pub mod auth;
pub mod bookings;
pub mod cancellations;
pub mod categories;
pub mod check_ins;
pub mod door_caller;
pub mod event_data;
pub mod events;
pub mod gates;
pub mod load;
pub mod mail_templates;
pub mod me;
pub mod notifications;
pub mod organizing;
pub mod payment_data;
pub mod payment_intents;
pub mod payments;
pub mod queue;
pub mod queue_admin;
pub mod refund_data;
pub mod refunds;
pub mod shop;
pub mod shows;
pub mod site;
pub mod state;
pub mod tenants;
pub mod tickets;
pub mod user_data;
pub mod users;
pub mod waitlist;
pub mod webhooks;
pub mod zones;

pub use state::RushState;

use utoipa_axum::router::OpenApiRouter;

/// Every route of the API, with its document.
#[must_use]
pub fn api() -> OpenApiRouter<RushState> {
    let about = "Tickets of flash-sale events, never oversold. Amounts are whole minor units; times are RFC 3339 in UTC.";
    let document = web::openapi::document("Fairground Rush", env!("CARGO_PKG_VERSION"), about);
    OpenApiRouter::with_openapi(document)
        .merge(bookings::routes())
        .merge(queue::routes())
        .merge(queue_admin::routes())
        .merge(tenants::routes())
        .merge(categories::routes())
        .merge(events::routes())
        .merge(shows::routes())
        .merge(zones::routes())
        .merge(auth::routes())
        .merge(me::routes())
        .merge(payments::routes())
        .merge(payment_intents::routes())
        .merge(refunds::routes())
        .merge(cancellations::routes())
        .merge(tickets::routes())
        .merge(check_ins::routes())
        .merge(gates::routes())
        .merge(organizing::routes())
        .merge(webhooks::routes())
        .merge(users::routes())
        .merge(notifications::routes())
        .merge(mail_templates::routes())
        .merge(waitlist::routes())
}
