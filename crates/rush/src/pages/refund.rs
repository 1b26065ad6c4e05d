//! `/rush/my-bookings/{id}/refund`: what tickets give back now, and asking for it.

use super::attempt;
use super::flash::Message;
use super::my_bookings::PATH;
use super::page_error::PageError;
use super::posted::Posted;
use super::present::{order, refund_row};
use super::redirect::see_other_with;
use super::state::PagesState;
use super::view::{Notice, RefundChoice, RefundPage, When};
use super::visitor::Visitor;
use crate::domain::booking::Booking;
use crate::domain::ids::BookingId;
use crate::domain::refund::{NOTE_CHARS_MAX, RefundRequest};
use crate::domain::refund_policy::refund_amount;
use crate::domain::refund_quote::RefundQuote;
use crate::usecase::{booking_view, refund_quote, refund_request, refund_view};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Actor, Meaning, Refusal};
use std::sync::Arc;
use web::Path;
use web::shell::Tone;

/// The status that is recorded for a request whose outcome its page looks up.
const NO_CONTENT: u16 = 204;

/// Shows what the tickets give back.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<BookingId>,
) -> Result<Response, PageError> {
    let actor = visitor.require(&path(&state, id))?;
    let page = page(&state, &visitor, actor, id, None).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Asks for it.
pub async fn ask(
    State(state): State<PagesState>,
    Path(id): Path<BookingId>,
    posted: Posted,
) -> Result<Response, PageError> {
    let own = path(&state, id);
    let actor = posted.visitor.require(&own)?;
    let quantity = posted.text("quantity").parse().ok();
    let reason: String = posted.text("reason").trim().chars().take(NOTE_CHARS_MAX).collect();
    let request =
        RefundRequest { quantity, amount_minor: None, reason: Some(reason).filter(|text| !text.is_empty()) };
    let said = format!("{quantity:?} {:?}", request.reason);
    let attempt = attempt::of_form(actor, &own, &posted, &said)?;
    let keyed = (attempt, Arc::new(|_: &_| Ok((NO_CONTENT, Vec::new()))) as refund_request::RefundRender);
    match refund_request::run(&state.app, actor, id, request, keyed).await {
        Ok(_) => Ok(see_other_with(&format!("{PATH}/{}", state.app.public.encode(id)), Message::RefundAsked)),
        Err(refusal) if matches!(refusal.meaning, Meaning::Conflict | Meaning::Invalid) => {
            let notice = refused(&refusal);
            let page = page(&state, &posted.visitor, actor, id, Some(notice)).await?;
            Ok(posted.visitor.answer(web::status_of(refusal.meaning), &page))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn path(state: &PagesState, id: BookingId) -> String {
    format!("{PATH}/{}/refund", state.app.public.encode(id))
}

fn refused(refusal: &Refusal) -> Notice {
    Notice::new(Tone::Warn, "Nothing was asked for", refusal.message.to_string())
}

async fn page(
    state: &PagesState,
    visitor: &Visitor,
    actor: Actor,
    id: BookingId,
    notice: Option<Notice>,
) -> Result<RefundPage, Refusal> {
    let booking = booking_view::get(&state.app, actor, id).await?;
    let refunds = refund_view::of_booking(&state.app, actor, id).await?;
    let order = order(&state.app.public, &visitor.catalogue, &booking);
    let zone = order.when.zone.clone();
    let quoted = refund_quote::run(&state.app, actor, id, None).await;
    let (quote, notice) = match quoted {
        Ok(quote) if quote.percent > 0 => (Some(quote), notice),
        Ok(_) => (None, Some(notice.unwrap_or_else(too_late))),
        Err(refusal) => (None, Some(notice.unwrap_or_else(|| refused(&refusal)))),
    };
    Ok(RefundPage {
        shell: visitor.shell("Give tickets back").at(PATH),
        percent: quote.as_ref().map(|quote| format!("{} %", quote.percent)),
        holds_until: quote.as_ref().and_then(|quote| quote.holds_until).map(|at| When::new(at, &zone)),
        choices: quote.as_ref().map(|quote| choices(&booking, quote)).unwrap_or_default(),
        notice,
        attempt: attempt::draw(state),
        refunds: refunds.iter().map(|refund| refund_row(refund, &zone)).collect(),
        order,
    })
}

fn too_late() -> Notice {
    let text = "Nothing is given back any more for this show. Your tickets stay yours.";
    Notice::new(Tone::Plain, "It is too late", text)
}

/// All tickets first, then fewer and fewer.
fn choices(booking: &Booking, quote: &RefundQuote) -> Vec<RefundChoice> {
    let choice = |quantity: i64| {
        let amount = refund_amount(booking.unit_price_minor, quantity, quote.percent)?;
        let seats = if quantity == 1 { "1 seat".to_owned() } else { format!("{quantity} seats") };
        Some(RefundChoice { quantity, label: format!("{seats}: {} back", quote.currency.write(amount)) })
    };
    (1..=quote.quantity_max).rev().filter_map(choice).collect()
}
