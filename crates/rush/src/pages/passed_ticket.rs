//! `/rush/tickets/{id}/{seat}`: one ticket for whoever holds it, its name, and passing it on.

use super::attempt;
use super::flash::Message;
use super::my_bookings::PATH;
use super::page_error::PageError;
use super::posted::Posted;
use super::present::order;
use super::redirect::see_other_with;
use super::state::PagesState;
use super::ticket::{head, seat_card};
use super::view::TicketPage;
use super::visitor::Visitor;
use crate::domain::ids::BookingId;
use crate::usecase::{ticket, ticket_name, ticket_transfer};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Refusal;

/// The booking and the seat of a path.
type Place = Path<(String, String)>;

fn place_of(state: &PagesState, place: &Place) -> Result<(BookingId, i64), Refusal> {
    let booking = state.app.public.decode(&place.0.0).ok();
    booking.zip(place.0.1.parse().ok()).ok_or_else(|| Refusal::not_found("ticket"))
}

/// The path of a ticket.
fn href(state: &PagesState, (booking, seat): (BookingId, i64)) -> String {
    format!("/rush/tickets/{}/{seat}", state.app.public.encode(booking))
}

/// Where somebody goes after they changed a ticket: its buyer to all of them, another holder to the one.
fn back(state: &PagesState, place: (BookingId, i64), is_buyer: bool) -> String {
    if is_buyer { format!("{PATH}/{}/ticket", state.app.public.encode(place.0)) } else { href(state, place) }
}

/// Shows the ticket.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    place: Place,
) -> Result<Response, PageError> {
    let place = place_of(&state, &place)?;
    let actor = visitor.require(&href(&state, place))?;
    let view = ticket::get(&state.app, actor, place.0, place.1).await?;
    let order = order(&state.app.public, &visitor.catalogue, &view.booking);
    let code = view.booking.confirmation_code.clone().unwrap_or_default();
    let page = TicketPage {
        shell: visitor.shell("Your ticket").at(PATH),
        ticket: head(&visitor, &view.booking, (order, code), view.booking.belongs_to(actor)),
        seats: vec![seat_card(&state, &view)?],
        fresh: false,
        mailed_to: None,
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Writes the name on it.
pub async fn name(
    State(state): State<PagesState>,
    place: Place,
    posted: Posted,
) -> Result<Response, PageError> {
    let place = place_of(&state, &place)?;
    let actor = posted.visitor.require(&href(&state, place))?;
    let view = ticket_name::run(&state.app, actor, place, posted.text("name").to_owned()).await?;
    Ok(see_other_with(&back(&state, place, view.booking.belongs_to(actor)), Message::TicketNamed))
}

/// Passes it on.
pub async fn transfer(
    State(state): State<PagesState>,
    place: Place,
    posted: Posted,
) -> Result<Response, PageError> {
    let place = place_of(&state, &place)?;
    let path = href(&state, place);
    let actor = posted.visitor.require(&path)?;
    let email = posted.text("email").to_owned();
    let attempt = attempt::of_form(actor, &path, &posted, &email)?;
    match ticket_transfer::once(&state.app, actor, Some(attempt), (place.0, place.1, email)).await {
        Ok(()) => Ok(see_other_with(PATH, Message::TicketPassedOn)),
        Err(refusal) if refusal.code == "VALIDATION_ERROR" => {
            Ok(see_other_with(&path, Message::ReceiverUnknown))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
