//! `/rush/checkout/{id}`: pay for held seats, in every state a payment can be in. Opening it again resumes.

use super::attempt;
use super::my_bookings::PATH as MY_BOOKINGS;
use super::page_error::PageError;
use super::posted::Posted;
use super::present::{order, pay_stage};
use super::redirect::see_other;
use super::state::PagesState;
use super::view::{CheckoutPage, Notice, PayStage};
use super::visitor::Visitor;
use crate::domain::ids::BookingId;
use crate::domain::payment_card::Card;
use crate::usecase::payment_view::PaymentView;
use crate::usecase::{payment_process, payment_view};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Actor, Meaning, Refusal};
use serde_json::{Value, json};
use web::shell::{Shell, Tone};
use web::{Path, Refused};

/// Shows where the payment stands; a paid one goes on to its ticket.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<BookingId>,
) -> Result<Response, PageError> {
    let actor = visitor.require(&path(&state, id))?;
    let seen = payment_view::of_booking(&state.app, actor, id).await?;
    let page = page(&state, &visitor, &seen, None);
    if matches!(page.stage, PayStage::Paid) {
        return Ok(see_other(&format!("{MY_BOOKINGS}/{}/ticket?fresh", page.order.booking)));
    }
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// The state as one word, for the page that waits for it to change.
pub async fn state_of(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<BookingId>,
) -> Result<Json<Value>, Refused> {
    let actor = visitor.actor().ok_or_else(|| Refusal::not_found("booking"))?;
    let seen = payment_view::of_booking(&state.app, actor, id).await?;
    let stage = pay_stage(&seen.booking, &seen.payment, visitor.now, String::new());
    Ok(Json(json!({ "state": stage.word() })))
}

/// Charges the chosen card, once per attempt; the page after it shows what came of it.
pub async fn pay(
    State(state): State<PagesState>,
    Path(id): Path<BookingId>,
    posted: Posted,
) -> Result<Response, PageError> {
    let here = path(&state, id);
    let actor = posted.visitor.require(&here)?;
    let Some(card) = Card::read(posted.text("card")) else {
        return no_card(&state, &posted.visitor, actor, id).await;
    };
    let attempt = attempt::of_form(actor, &here, &posted, posted.text("card"))?;
    match payment_process::pay(&state.app, actor, id, card, attempt).await {
        Ok(()) => Ok(see_other(&here)),
        // Somebody was faster (a second click, the clock, the bank): the page shows how things stand now.
        Err(refusal) if matters_no_more(refusal.meaning) => Ok(see_other(&here)),
        Err(refusal) => Err(refusal.into()),
    }
}

const fn matters_no_more(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Conflict | Meaning::Gone | Meaning::Unprocessable)
}

fn path(state: &PagesState, id: BookingId) -> String {
    format!("/rush/checkout/{}", state.app.public.encode(id))
}

async fn no_card(
    state: &PagesState,
    visitor: &Visitor,
    actor: Actor,
    id: BookingId,
) -> Result<Response, PageError> {
    let seen = payment_view::of_booking(&state.app, actor, id).await?;
    let notice =
        Notice::new(Tone::Bad, "Choose a card", "Nothing was charged and your seats are still held.");
    Ok(visitor.answer(StatusCode::BAD_REQUEST, &page(state, visitor, &seen, Some(notice))))
}

fn page(state: &PagesState, visitor: &Visitor, seen: &PaymentView, notice: Option<Notice>) -> CheckoutPage {
    CheckoutPage {
        shell: Shell { held: None, ..visitor.shell("Checkout") },
        order: order(&state.app.public, &visitor.catalogue, &seen.booking),
        stage: pay_stage(&seen.booking, &seen.payment, visitor.now, attempt::draw(state)),
        notice,
    }
}
