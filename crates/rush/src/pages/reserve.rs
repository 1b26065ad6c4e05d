//! `POST /rush/reserve`: holds seats and goes to the checkout, or shows the event again with what happened.

use super::attempt;
use super::event::page;
use super::posted::Posted;
use super::present::Selection;
use super::queue;
use super::redirect::{encoded, see_other};
use super::state::PagesState;
use super::view::Notice;
use crate::usecase::seat_selection::SeatSelection;
use crate::usecase::{booking_reserve, queue_view};
use axum::extract::State;
use axum::response::Response;
use kernel::{Meaning, Refusal};
use web::shell::Tone;
use web::{Refused, status_of};

/// Holds the seats.
pub async fn run(State(state): State<PagesState>, posted: Posted) -> Result<Response, Refused> {
    let chosen = read(&state, &posted)?;
    let slug = posted.visitor.catalogue.event(chosen.event).map(|event| event.fields.slug.clone());
    let slug = slug.ok_or_else(|| Refusal::not_found("event"))?;
    let Some(actor) = posted.visitor.actor() else { return Ok(log_in_first(&state, &posted)) };
    let mut request = chosen.request(actor, &attempt::key(&posted));
    if let Some(pass) = queue_view::own_pass(&state.app, actor, chosen.event).await? {
        request.pass = pass;
    }
    match booking_reserve::run(&state.app, request).await {
        Ok(reserved) => {
            Ok(see_other(&format!("/rush/checkout/{}", state.app.public.encode(reserved.booking.id))))
        }
        Err(refusal) if is_of_queue(&refusal) => Ok(see_other(&queue::path(&slug))),
        Err(refusal) => refused(&state, &posted, &slug, chosen, refusal).await,
    }
}

/// Whether the way on is the waiting room.
fn is_of_queue(refusal: &Refusal) -> bool {
    refusal.code == "QUEUE_REQUIRED" || refusal.code.starts_with("QUEUE_PASS")
}

fn read(state: &PagesState, posted: &Posted) -> Result<SeatSelection, Refusal> {
    let unknown = |_| Refusal::not_found("zone");
    let public = &state.app.public;
    Ok(SeatSelection {
        event: public.decode(posted.text("event")).map_err(unknown)?,
        show: public.decode(posted.text("show")).map_err(unknown)?,
        zone: public.decode(posted.text("zone")).map_err(unknown)?,
        quantity: posted.text("quantity").parse().unwrap_or(0),
    })
}

fn log_in_first(state: &PagesState, posted: &Posted) -> Response {
    see_other(&format!("/rush/login?next={}", encoded(&posted.event_path(state))))
}

/// The event's page again, with seats as they are now and what happened on top.
async fn refused(
    state: &PagesState,
    posted: &Posted,
    slug: &str,
    chosen: SeatSelection,
    refusal: Refusal,
) -> Result<Response, Refused> {
    // Faults of ours are told on a page of their own.
    if matches!(
        refusal.meaning,
        Meaning::Internal | Meaning::Unavailable | Meaning::BadGateway | Meaning::Timeout
    ) {
        return Err(refusal.into());
    }
    let selection = Selection {
        show: Some(chosen.show),
        zone: Some(chosen.zone),
        quantity: Some(chosen.quantity.clamp(1, 10)),
    };
    let page = page(state, &posted.visitor, slug, selection, Some(notice(&refusal))).await?;
    Ok(posted.visitor.answer(status_of(refusal.meaning), &page))
}

fn notice(refusal: &Refusal) -> Notice {
    let title = match refusal.code {
        "INSUFFICIENT_SEATS" => "Those seats just went",
        "MAX_TICKETS_EXCEEDED" => "That would be more than one person may have",
        "SALE_NOT_STARTED" => "The sale has not opened yet",
        "SALE_ENDED" => "The sale has just ended",
        "INVALID_QUANTITY" => "That number of seats does not work",
        _ => "No seats were held",
    };
    Notice::new(Tone::Bad, title, format!("{} No seats were held and nothing was charged.", refusal.message))
}
