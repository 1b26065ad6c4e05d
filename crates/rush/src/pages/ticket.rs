//! `/rush/my-bookings/{id}/ticket` and its calendar file: for confirmed bookings alone.

use super::attempt;
use super::calendar::{Entry, calendar};
use super::my_bookings::PATH;
use super::page_error::PageError;
use super::present::{order, state as state_of};
use super::state::PagesState;
use super::view::{Order, SeatCard, State as Shown, Ticket, TicketPage, When, qr_svg};
use super::visitor::Visitor;
use crate::domain::booking::Booking;
use crate::domain::ids::BookingId;
use crate::usecase::booking_view;
use crate::usecase::ticket::{self, TicketView};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::{Meaning, Refusal};
use web::Path;

/// Shows the ticket.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<BookingId>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let (booking, code) = confirmed(&state, &visitor, id).await?;
    let order = order(&state.app.public, &visitor.catalogue, &booking);
    let actor = visitor.require(PATH)?;
    let seats = ticket::of_booking(&state.app, actor, booking.id).await?;
    let page = TicketPage {
        shell: visitor.shell("Your ticket").at(PATH),
        ticket: head(&visitor, &booking, (order, code), true),
        seats: seats.iter().map(|view| seat_card(&state, view)).collect::<Result<_, _>>()?,
        fresh: query.as_deref() == Some("fresh"),
        mailed_to: None,
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// The calendar file.
pub async fn calendar_file(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<BookingId>,
) -> Result<Response, PageError> {
    let (booking, code) = confirmed(&state, &visitor, id).await?;
    let order = order(&state.app.public, &visitor.catalogue, &booking);
    let show = visitor.catalogue.show(booking.show).ok_or_else(|| Refusal::not_found("show"))?;
    let entry = Entry {
        uid: order.booking.clone(),
        starts_at: show.fields.starts_at,
        ends_at: show.fields.over_at(),
        made_at: booking.confirmed_at.unwrap_or(booking.reserved_at),
        title: order.title.clone(),
        place: order.venue.clone(),
        text: format!("{}, {}. Code {code}.", order.seats(), order.zone),
    };
    let name = format!("attachment; filename=\"{code}.ics\"");
    let headers = [(CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, calendar(&entry)).into_response())
}

/// The booking and its code. Otherwise: not logged in, not theirs, or not confirmed.
async fn confirmed(
    state: &PagesState,
    visitor: &Visitor,
    id: BookingId,
) -> Result<(Booking, String), PageError> {
    let actor = visitor.require(&format!("{PATH}/{}/ticket", state.app.public.encode(id)))?;
    let booking = booking_view::get(&state.app, actor, id).await?;
    let code =
        booking.confirmation_code.clone().filter(|_| state_of(&booking, visitor.now) == Shown::Confirmed);
    match code {
        Some(code) => Ok((booking, code)),
        None => Err(not_a_ticket().into()),
    }
}

fn not_a_ticket() -> Refusal {
    let text = "This booking has no ticket: it is not paid, or it was given back.";
    Refusal::new(Meaning::Conflict, "INVALID_STATUS", text)
}

/// What the tickets of a booking have in common.
pub(super) fn head(
    visitor: &Visitor,
    booking: &Booking,
    (order, code): (Order, String),
    is_buyer: bool,
) -> Ticket {
    let show = visitor.catalogue.show(booking.show);
    let doors = show.and_then(|show| show.fields.doors_open_at).map(|at| When::new(at, &order.when.zone));
    let event = visitor.catalogue.event(booking.event);
    Ticket {
        address: event.and_then(|event| event.fields.venue.address.clone()).unwrap_or_default(),
        holder: visitor.session.as_ref().map(|session| session.name.clone()).unwrap_or_default(),
        calendar_href: is_buyer.then(|| format!("{PATH}/{}/calendar.ics", order.booking)),
        doors,
        code,
        order,
    }
}

/// One ticket with its picture, where the visitor holds it.
pub(super) fn seat_card(state: &PagesState, view: &TicketView) -> Result<SeatCard, Refusal> {
    let picture = |signed: &str| qr_svg(signed).ok_or_else(|| Refusal::internal("no QR picture"));
    let codes =
        view.codes.as_ref().map(|codes| Ok::<_, Refusal>((picture(&codes.signed)?, codes.typed.clone())));
    let zone = state
        .app
        .catalogue
        .current()
        .event(view.booking.event)
        .map(|event| event.fields.venue.timezone.clone());
    let hour = |at| When::new(at, zone.as_deref().unwrap_or("UTC")).hour;
    Ok(SeatCard {
        seat: view.ticket.seat,
        name: view.ticket.name.clone().unwrap_or_default(),
        codes: codes.transpose()?,
        is_returned: view.ticket.is_returned,
        used: view.ticket.check_in.as_ref().map(|check_in| hour(check_in.scanned_at)),
        href: format!("/rush/tickets/{}/{}", state.app.public.encode(view.booking.id), view.ticket.seat),
        attempt: attempt::draw(state),
    })
}
