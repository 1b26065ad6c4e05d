//! Tickets over HTTP: the keys that doors check with, the tickets of a booking, their names, and passing one on.

use crate::domain::ids::BookingId;
use crate::http::shop::Written;
use crate::http::state::RushState;
use crate::usecase::ticket::{self, TicketView};
use crate::usecase::{ticket_keys, ticket_name, ticket_transfer};
use axum::extract::State;
use kernel::{Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Data, Path, Refused};

/// The format of a ticket's file, see docs/tickets.md.
const FILE_FORMAT: &str = "fairground-ticket-2";

/// The routes of tickets.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(keys))
        .routes(routes!(mine))
        .routes(routes!(of_booking))
        .routes(routes!(get, rename))
        .routes(routes!(transfer))
}

/// The keys of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketKeysData {
    /// Ed25519 public keys, hex. The first one signs now; the others have signed before.
    keys: Vec<String>,
}

/// The keys that the QR codes of tickets are signed with. A ticket's text `BOOKING:SHOW:CODE:SEAT:GENERATION:SIGNATURE` holds when the
/// signature (base64url, without padding) is Ed25519 over `fairground rush ticket 2`, a line feed, and the text before the last colon; that of
/// a whole booking, `BOOKING:CODE:ADMITS:SIGNATURE`, likewise after `fairground rush ticket 1`.
#[utoipa::path(get, path = "/rush/api/v1/tickets/keys", tag = "tickets",
    responses((status = 200, body = web::openapi::Wrapped<TicketKeysData>), web::openapi::Refusals))]
pub async fn keys(State(state): State<RushState>) -> Result<Data<TicketKeysData>, Refused> {
    let keys = ticket_keys::public(&state.app).iter().map(hex).collect();
    Ok(Data(TicketKeysData { keys }))
}

fn hex(key: &[u8; 32]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketData {
    booking_id: String,
    /// Which ticket of the booking, from 1.
    seat: i64,
    event_id: String,
    show_id: String,
    zone_id: String,
    /// Whom it is for, where somebody said.
    name: Option<String>,
    /// How often it was passed on.
    generation: i64,
    /// Whether somebody else than the buyer holds it.
    passed_on: bool,
    entered_at: Option<String>,
    /// The text of its QR code, for its holder alone.
    code: Option<String>,
    /// The same in short, to be typed at a door.
    short_code: Option<String>,
    /// The same as a file for `fairground verify`.
    file: Option<TicketFileData>,
}

/// A ticket as a file: save it as it is, and anybody can verify it without us.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketFileData {
    format: &'static str,
    /// Ed25519 public key, hex: one of `GET /tickets/keys`.
    key: String,
    code: String,
}

fn ticket_data(state: &RushState, view: TicketView) -> TicketData {
    let (public, TicketView { booking, ticket, codes }) = (&state.app.public, view);
    let (code, short_code) = codes.map_or((None, None), |codes| (Some(codes.signed), Some(codes.typed)));
    let key = hex(&state.app.ticket_keys.public()[0]);
    TicketData {
        booking_id: public.encode(booking.id),
        seat: ticket.seat,
        event_id: public.encode(booking.event),
        show_id: public.encode(booking.show),
        zone_id: public.encode(booking.zone),
        passed_on: ticket.holder.is_some_and(|holder| holder != booking.user),
        name: ticket.name,
        generation: ticket.generation,
        entered_at: ticket.check_in.map(|check_in| check_in.scanned_at).map(Timestamp::rfc3339),
        file: code.clone().map(|code| TicketFileData { format: FILE_FORMAT, key, code }),
        code,
        short_code,
    }
}

/// The tickets that others passed on to the caller.
#[utoipa::path(get, path = "/rush/api/v1/tickets", tag = "tickets", operation_id = "tickets_passed_on",
    responses((status = 200, body = web::openapi::Wrapped<Vec<TicketData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn mine(
    State(state): State<RushState>,
    Caller(actor): Caller,
) -> Result<Data<Vec<TicketData>>, Refused> {
    let tickets = ticket::passed_on_to(&state.app, actor).await?;
    Ok(Data(tickets.into_iter().map(|view| ticket_data(&state, view)).collect()))
}

/// Every ticket of a booking; the codes of those that the caller holds.
#[utoipa::path(get, path = "/rush/api/v1/bookings/{id}/tickets", tag = "tickets", operation_id = "tickets_of_booking",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Vec<TicketData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn of_booking(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
) -> Result<Data<Vec<TicketData>>, Refused> {
    let tickets = ticket::of_booking(&state.app, actor, id).await?;
    Ok(Data(tickets.into_iter().map(|view| ticket_data(&state, view)).collect()))
}

/// The booking and the seat of a path.
type Place = axum::extract::Path<(String, String)>;

fn place_of(state: &RushState, place: &Place) -> Result<(BookingId, i64), Refusal> {
    let (booking, seat) = &place.0;
    let booking = state.app.public.decode(booking).ok();
    booking.zip(seat.parse().ok()).ok_or_else(|| Refusal::not_found("ticket"))
}

/// One ticket, for whoever holds it.
#[utoipa::path(get, path = "/rush/api/v1/bookings/{id}/tickets/{seat}", tag = "tickets", operation_id = "get_ticket",
    params(("id" = String, Path), ("seat" = i64, Path)),
    responses((status = 200, body = web::openapi::Wrapped<TicketData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(
    State(state): State<RushState>,
    Caller(actor): Caller,
    place: Place,
) -> Result<Data<TicketData>, Refused> {
    let (booking, seat) = place_of(&state, &place)?;
    let view = ticket::get(&state.app, actor, booking, seat).await?;
    Ok(Data(ticket_data(&state, view)))
}

/// A name.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TicketBody {
    /// At most 100 characters; empty takes it off.
    #[serde(default)]
    name: String,
}

/// Writes a name on a ticket. 409 `ALREADY_ENTERED`.
#[utoipa::path(put, path = "/rush/api/v1/bookings/{id}/tickets/{seat}", tag = "tickets", operation_id = "name_ticket",
    request_body = TicketBody, params(("id" = String, Path), ("seat" = i64, Path)),
    responses((status = 200, body = web::openapi::Wrapped<TicketData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn rename(
    State(state): State<RushState>,
    Caller(actor): Caller,
    place: Place,
    Body(body): Body<TicketBody>,
) -> Result<Data<TicketData>, Refused> {
    let place = place_of(&state, &place)?;
    let view = ticket_name::run(&state.app, actor, place, body.name).await?;
    Ok(Data(ticket_data(&state, view)))
}

/// Who gets it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TransferBody {
    /// The address of an account of this shop.
    #[serde(default)]
    email: String,
}

/// A ticket that was passed on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferredData {
    booking_id: String,
    seat: i64,
    passed_on: bool,
}

/// Passes a ticket on to another account: the old code is dead at once. 409 `ALREADY_ENTERED`, `TICKET_REFUNDED`, `ALREADY_THEIRS`.
#[utoipa::path(post, path = "/rush/api/v1/bookings/{id}/tickets/{seat}/transfer", tag = "tickets", operation_id = "pass_ticket_on",
    request_body = TransferBody, params(("id" = String, Path), ("seat" = i64, Path)),
    responses((status = 200, body = web::openapi::Wrapped<TransferredData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn transfer(
    State(state): State<RushState>,
    place: Place,
    Written { actor, value, attempt }: Written<TransferBody>,
) -> Result<Data<TransferredData>, Refused> {
    let (booking, seat) = place_of(&state, &place)?;
    ticket_transfer::once(&state.app, actor, attempt, (booking, seat, value.email)).await?;
    let booking_id = state.app.public.encode(booking);
    Ok(Data(TransferredData { booking_id, seat, passed_on: true }))
}
