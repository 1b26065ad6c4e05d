//! The stall's pages: server-rendered, working without JavaScript where the flow allows, one file per page or noun.
//!
//! `view/` holds what each page shows as plain values with its askama template in `templates/`; it knows no verb and
//! no table. `present/` turns the domain's values into those. A page's handler parses, calls one use case, and maps the
//! outcome to its view. No page opens a transaction.
//!
//! To add a page: its view with a sample of each state, its handler beside this file, its line in `router`.

mod assets;
mod attempt;
mod booking;
mod calendar;
mod checkout;
mod door;
mod door_merge;
mod editor;
mod editor_forms;
mod event;
mod events;
mod flash;
mod forgot;
mod landing;
mod leave;
mod live;
mod live_publish;
mod login;
mod my_bookings;
mod organizer;
mod outbox;
mod page_error;
mod passed_ticket;
mod people;
mod posted;
mod present;
mod profile;
mod queue;
mod queue_publish;
mod redirect;
mod refund;
mod refunds;
mod refusal;
mod register;
mod reserve;
mod reset;
mod sales;
mod sitemap;
mod state;
mod static_pages;
mod ticket;
pub mod view;
mod visible_events;
mod visitor;

pub use live_publish::run as publish_live_seats;
pub use queue_publish::run as publish_waiting_rooms;
pub use refusal::refusal_page;
pub use state::{Demo, PageParts, PagesState};

use axum::Router;
use axum::routing::{get, post};

/// Every page, under its full path. The binary also runs [`publish_live_seats`], mounts `web::shell::router` at
/// `web::shell::ASSETS_ROOT`, and gives [`refusal_page`] to the edge as the envelope of `/rush`.
pub fn router(state: PagesState) -> Router {
    Router::new()
        .route("/rush", get(landing::show))
        .route("/rush/events", get(events::show))
        .route("/rush/sitemap.xml", get(sitemap::show))
        .route("/rush/events/{slug}", get(event::show))
        .route("/rush/events/{slug}/live", get(live::stream))
        .route("/rush/events/{slug}/seats", get(live::seats))
        .route("/rush/reserve", post(reserve::run))
        .route("/rush/queue/{slug}", get(queue::show))
        .route("/rush/queue/{slug}/join", post(queue::join))
        .route("/rush/queue/{slug}/leave", post(queue::leave))
        .route("/rush/queue/{slug}/live", get(queue::stream))
        .route("/rush/queue/{slug}/state", get(queue::state_of))
        .route("/rush/checkout/{id}", get(checkout::show))
        .route("/rush/checkout/{id}/pay", post(checkout::pay))
        .route("/rush/checkout/{id}/state", get(checkout::state_of))
        .route("/rush/my-bookings", get(my_bookings::show))
        .route("/rush/my-bookings/{id}", get(booking::show))
        .route("/rush/my-bookings/{id}/cancel", post(booking::release))
        .route("/rush/my-bookings/{id}/ticket", get(ticket::show))
        .route("/rush/my-bookings/{id}/calendar.ics", get(ticket::calendar_file))
        .route("/rush/tickets/{id}/{seat}", get(passed_ticket::show))
        .route("/rush/tickets/{id}/{seat}/name", post(passed_ticket::name))
        .route("/rush/tickets/{id}/{seat}/transfer", post(passed_ticket::transfer))
        .route("/rush/door", get(door::show))
        .route("/rush/door/open", post(door::open))
        .route("/rush/door/check-in", post(door::check_in))
        .route("/rush/door/undo", post(door::undo))
        .route("/rush/door/merge", post(door::merge))
        .route("/rush/door/list", get(door::list))
        .route("/rush/my-bookings/{id}/refund", get(refund::show).post(refund::ask))
        .route("/rush/refunds", get(refunds::show))
        .route("/rush/refunds/{id}", post(refunds::decide))
        .route("/rush/register", get(register::form).post(register::send))
        .route("/rush/login", get(login::form).post(login::send))
        .route("/rush/logout", post(login::out))
        .route("/rush/logout-everywhere", post(login::out_everywhere))
        .route("/rush/forgot-password", get(forgot::form).post(forgot::send))
        .route("/rush/reset-password", get(reset::form).post(reset::send))
        .route("/rush/profile", get(profile::show).post(profile::save))
        .route("/rush/profile/password", post(profile::change_password))
        .route("/rush/organizer", get(organizer::show))
        .route("/rush/organizer/events", post(organizer::create))
        .route("/rush/organizer/events/{id}", get(editor::show))
        .route("/rush/organizer/events/{id}/preview", get(editor::preview))
        .route("/rush/organizer/events/{id}/sales", get(sales::show))
        .route("/rush/organizer/events/{id}/sales.json", get(sales::figures_now))
        .route("/rush/organizer/events/{id}/live", get(sales::stream))
        .route("/rush/organizer/events/{id}/people", get(sales::people))
        .route("/rush/organizer/events/{id}/{act}", get(sales::file).post(editor_forms::run))
        .route("/rush/platform/people", get(people::show).post(people::give_role))
        .route("/rush/outbox", get(outbox::show))
        .route("/rush/mail/leave", get(leave::form).post(leave::send))
        .route("/rush/faq", get(static_pages::faq))
        .route("/rush/about", get(static_pages::about))
        .route("/rush/brand/{file}", get(static_pages::brand))
        .route("/rush/assets/{version}/{name}", get(assets::serve))
        .with_state(state)
}
