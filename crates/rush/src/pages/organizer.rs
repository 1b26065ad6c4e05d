//! `/rush/organizer`: the own events, and making a new one.

use super::page_error::PageError;
use super::posted::Posted;
use super::redirect::see_other;
use super::state::PagesState;
use super::view::{Notice, OrganizerPage, OrganizerRow, When, thousands};
use super::visitor::Visitor;
use crate::domain::catalogue_search::EventQuery;
use crate::domain::catalogue_view::EventView;
use crate::domain::event::EventInput;
use crate::domain::event_status::EventStatus;
use crate::domain::sale_status::SaleStatus;
use crate::usecase::{event, event_create};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Actor, PageRequest, Refusal};
use web::shell::Tone;
use web::status_of;

/// Where it is.
pub(super) const PATH: &str = "/rush/organizer";
/// Events that are listed.
const LISTED_MAX: u32 = 100;

/// Shows the own events.
pub async fn show(State(state): State<PagesState>, visitor: Visitor) -> Result<Response, PageError> {
    let actor = visitor.require(PATH)?;
    let page = page(&state, &visitor, actor)?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Makes a draft and goes to its editor.
pub async fn create(State(state): State<PagesState>, posted: Posted) -> Result<Response, PageError> {
    let actor = posted.visitor.require(PATH)?;
    let name = posted.text("name").to_owned();
    let input = EventInput { name: name.as_str().into(), ..EventInput::default() };
    match event_create::run(&state.app, actor, input).await {
        Ok(view) => Ok(see_other(&editor_path(&state, &view))),
        Err(refusal) => {
            let notice = Notice::new(Tone::Bad, "No event was made", refusal.message.to_string());
            let page = OrganizerPage { notice: Some(notice), name, ..page(&state, &posted.visitor, actor)? };
            Ok(posted.visitor.answer(status_of(refusal.meaning), &page))
        }
    }
}

fn page(state: &PagesState, visitor: &Visitor, actor: Actor) -> Result<OrganizerPage, Refusal> {
    let all = PageRequest::from_page(None, Some(LISTED_MAX));
    let own = event::mine(&state.app, actor, &EventQuery::default(), all)?;
    Ok(OrganizerPage {
        shell: visitor.shell("Your events").at(PATH),
        events: own.items.iter().map(|view| row(state, visitor, view)).collect(),
        notice: None,
        name: String::new(),
    })
}

/// The path of an event's editor.
pub(super) fn editor_path(state: &PagesState, view: &EventView) -> String {
    format!("{PATH}/events/{}", state.app.public.encode(view.event.id))
}

fn row(state: &PagesState, visitor: &Visitor, view: &EventView) -> OrganizerRow {
    let seats = view.seats();
    let zone = &view.event.fields.venue.timezone;
    let when = view.next_show(visitor.now).map(|show| When::new(show.show.fields.starts_at, zone).text);
    let (status, class) = status(view);
    OrganizerRow {
        href: editor_path(state, view),
        name: view.event.fields.name.clone(),
        when: when.unwrap_or_else(|| "No show yet".into()),
        status,
        class,
        sold: format!(
            "{} of {} sold, {} held",
            thousands(seats.sold),
            thousands(seats.total),
            thousands(seats.held)
        ),
    }
}

/// The word of an event's status, and the class of its tag.
pub(super) fn status(view: &EventView) -> (&'static str, &'static str) {
    match (view.status, view.sale) {
        (EventStatus::Draft, _) => ("Draft", "tag"),
        (EventStatus::Cancelled, _) => ("Cancelled", "tag tag-bad"),
        (EventStatus::Completed, _) => ("Over", "tag"),
        (EventStatus::Published, SaleStatus::OnSale) => ("On sale", "tag tag-good"),
        (EventStatus::Published, SaleStatus::SoldOut) => ("Sold out", "tag tag-live"),
        (EventStatus::Published, SaleStatus::Scheduled) => ("Sale to come", "tag tag-warn"),
        (EventStatus::Published, SaleStatus::Ended | SaleStatus::Completed | SaleStatus::Cancelled) => {
            ("Sale over", "tag")
        }
    }
}
