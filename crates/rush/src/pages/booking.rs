//! `/rush/my-bookings/{id}`: one booking, and giving its seats back.

use super::flash::Message;
use super::my_bookings::PATH;
use super::page_error::PageError;
use super::posted::Posted;
use super::present::{hold, order, refund_row, state as state_of};
use super::redirect::see_other_with;
use super::state::PagesState;
use super::view::{BookingPage, Notice, State as Shown, Step, When};
use super::visitor::Visitor;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::BookingId;
use crate::domain::refund::Refund;
use crate::usecase::{booking_release, booking_view, refund_view};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Meaning;
use web::Path;
use web::shell::Tone;

/// Shows the booking.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<BookingId>,
) -> Result<Response, PageError> {
    let own = format!("{PATH}/{}", state.app.public.encode(id));
    let actor = visitor.require(&own)?;
    let booking = booking_view::get(&state.app, actor, id).await?;
    let refunds =
        if paid(&booking) { refund_view::of_booking(&state.app, actor, id).await? } else { Vec::new() };
    Ok(visitor.answer(StatusCode::OK, &page(&state, &visitor, (&booking, &refunds), &own)))
}

/// Gives its seats back.
pub async fn release(
    State(state): State<PagesState>,
    Path(id): Path<BookingId>,
    posted: Posted,
) -> Result<Response, PageError> {
    let own = format!("{PATH}/{}", state.app.public.encode(id));
    let actor = posted.visitor.require(&own)?;
    match booking_release::run(&state.app, actor, id).await {
        Ok(_) => Ok(see_other_with(&own, Message::Released)),
        Err(refusal) if matches!(refusal.meaning, Meaning::Conflict | Meaning::Gone) => {
            Ok(see_other_with(&own, Message::NotHeld))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Whether it was paid for, so that money may come back.
fn paid(booking: &Booking) -> bool {
    matches!(booking.status, BookingStatus::Confirmed | BookingStatus::Refunded)
}

fn page(
    state: &PagesState,
    visitor: &Visitor,
    (booking, refunds): (&Booking, &[Refund]),
    own: &str,
) -> BookingPage {
    let order = order(&state.app.public, &visitor.catalogue, booking);
    let shown = state_of(booking, visitor.now);
    let clock = hold(booking, visitor.now);
    let checkout = format!("/rush/checkout/{}", order.booking);
    BookingPage {
        shell: visitor.shell(order.title.clone()).at(PATH),
        state: shown,
        code: booking.confirmation_code.clone(),
        hold: (shown == Shown::Held).then_some((checkout, clock.until_ms, clock.left)),
        ticket_href: (shown == Shown::Confirmed).then(|| format!("{own}/ticket")),
        refund_href: paid(booking).then(|| format!("{own}/refund")),
        refunds: refunds.iter().map(|refund| refund_row(refund, &order.when.zone)).collect(),
        ending: ending(booking, shown),
        steps: steps(booking, shown, &order.when.zone, &order.seats()),
        order,
    }
}

fn ending(booking: &Booking, shown: Shown) -> Option<Notice> {
    let (title, text) = match (shown, booking.status_reason.as_deref()) {
        (Shown::Held | Shown::Confirmed, _) => return None,
        (Shown::Expired, _) => {
            ("The time to pay ran out", "The seats went back on sale. Nothing was charged.".to_owned())
        }
        (Shown::Cancelled, Some("user_cancelled")) => {
            ("You let these seats go", "They went back on sale. Nothing was charged.".to_owned())
        }
        (Shown::Cancelled, _) => ("These seats were given back", "They went back on sale.".to_owned()),
        (Shown::Refunded, _) => {
            ("Given back", "The money goes back the way it came. What is given back is below.".to_owned())
        }
    };
    Some(Notice::new(Tone::Plain, title, text))
}

fn steps(booking: &Booking, shown: Shown, zone: &str, seats: &str) -> Vec<Step> {
    let expired = (shown == Shown::Expired).then_some(booking.expires_at);
    let all = [
        (Some(booking.reserved_at), format!("{seats} held")),
        (booking.confirmed_at, "Paid and confirmed".to_owned()),
        (booking.cancelled_at, "Given back".to_owned()),
        (expired, "Time ran out".to_owned()),
    ];
    let happened =
        all.into_iter().filter_map(|(at, text)| at.map(|at| Step { when: When::new(at, zone), text }));
    happened.collect()
}
