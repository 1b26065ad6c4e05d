//! `/rush/organizer/events/{id}`: the editor of an event. What its forms do is `editor_forms`.

use super::attempt;
use super::event::page_of;
use super::organizer::{PATH, status};
use super::page_error::PageError;
use super::present::Selection;
use super::state::PagesState;
use super::view::{EditorPage, EditorShow, EditorZone, EventForm, GateRow, NewGate, Notice, When};
use super::visitor::Visitor;
use crate::domain::catalogue_view::{EventView, ShowView, ZoneView};
use crate::domain::event::EventFields;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::EventId;
use crate::domain::price_text::text_of;
use crate::domain::show_time::{date_of, hour_of};
use crate::usecase::visitor::Visitor as Shopper;
use crate::usecase::{event, event_missing, gate};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Actor, Refusal, Timestamp};
use web::Path;
use web::shell::Tone;

/// What a form came to, for the page that is shown again.
#[derive(Debug, Default)]
pub struct Came {
    /// Why it was refused.
    pub refused: Option<Refusal>,
    /// A gate that was made.
    pub gate: Option<NewGate>,
    /// The event's form as it was typed.
    pub form: Option<EventForm>,
}

/// Shows the editor.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<EventId>,
) -> Result<Response, PageError> {
    let actor = visitor.require(&path(&state, id))?;
    let page = page(&state, &visitor, (actor, id), Came::default()).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Shows the event as its guests will see it.
pub async fn preview(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<EventId>,
) -> Result<Response, PageError> {
    let path = path(&state, id);
    let actor = visitor.require(&path)?;
    let view = own(&state, actor, id)?;
    let text = "Nobody else sees this page yet. Nothing can be bought on it.";
    let notice = Notice::new(Tone::Plain, "A preview", text);
    let page = page_of(&state, &visitor, view, Selection::default(), Some(notice)).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// The path of the editor.
pub(super) fn path(state: &PagesState, id: EventId) -> String {
    format!("{PATH}/events/{}", state.app.public.encode(id))
}

/// The event of somebody who runs it.
pub(super) fn own(state: &PagesState, actor: Actor, id: EventId) -> Result<EventView, Refusal> {
    // Refuses whoever does not run it, before anything of it is looked at.
    event_missing::of_event(&state.app, actor, id)?;
    let tenant = actor.tenant.ok_or_else(Refusal::forbidden)?;
    event::by_id(&state.app, Shopper { tenant, actor: Some(actor) }, id)
}

/// The editor with what a form came to.
pub(super) async fn page(
    state: &PagesState,
    visitor: &Visitor,
    (actor, id): (Actor, EventId),
    came: Came,
) -> Result<EditorPage, Refusal> {
    let missing = event_missing::of_event(&state.app, actor, id)?;
    let view = own(state, actor, id)?;
    let gates = gate::list(&state.app, actor, id).await?;
    let (status, class) = status(&view);
    let is_draft = view.status == EventStatus::Draft;
    let href = path(state, id);
    let refused = came.refused.map(|refusal| {
        Notice::new(Tone::Bad, "That was not done", format!("{} Nothing was changed.", refusal.message))
    });
    Ok(EditorPage {
        shell: visitor.shell(view.event.fields.name.clone()).at(PATH),
        id: state.app.public.encode(id),
        public_href: (!is_draft).then(|| format!("/rush/events/{}", view.event.fields.slug)),
        status,
        class,
        is_draft,
        is_open: matches!(view.status, EventStatus::Draft | EventStatus::Published),
        missing: missing.into_iter().map(|one| (one.is_needed(), one.sentence())).collect(),
        form: came.form.unwrap_or_else(|| form_of(&view.event.fields)),
        shows: view.shows.iter().map(|show| editor_show(state, show)).collect(),
        gates: gates.into_iter().map(|gate| gate_row(state, gate)).collect(),
        new_gate: came.gate,
        notice: refused,
        attempt: attempt::draw(state),
        href,
    })
}

fn gate_row(state: &PagesState, gate: gate::Gate) -> GateRow {
    GateRow { id: state.app.public.encode(gate.id), name: gate.name, ended: gate.ended_at.is_some() }
}

fn form_of(fields: &EventFields) -> EventForm {
    let (venue, text) = (&fields.venue, |field: &Option<String>| field.clone().unwrap_or_default());
    EventForm {
        name: fields.name.clone(),
        short: text(&fields.short_description),
        description: text(&fields.description),
        venue: text(&venue.name),
        address: text(&venue.address),
        city: text(&venue.city),
        timezone: venue.timezone.clone(),
        poster: text(&fields.poster_url),
        cap: fields.max_tickets_per_user.map(|cap| cap.to_string()).unwrap_or_default(),
        sale_start: local(fields.sale.starts_at, &venue.timezone),
        sale_end: local(fields.sale.ends_at, &venue.timezone),
        is_public: fields.is_public,
    }
}

/// A moment as fields of forms have it: `2030-02-01T20:00` by the venue's clock.
fn local(at: Option<Timestamp>, timezone: &str) -> String {
    at.map(|at| format!("{}T{}", date_of(at, timezone), hour_of(at, timezone))).unwrap_or_default()
}

fn editor_show(state: &PagesState, view: &ShowView) -> EditorShow {
    let (fields, timezone) = (&view.show.fields, view.timezone.as_str());
    let hour = |at: Option<Timestamp>| at.map(|at| hour_of(at, timezone)).unwrap_or_default();
    EditorShow {
        id: state.app.public.encode(view.show.id),
        title: When::new(fields.starts_at, timezone).text,
        is_cancelled: view.show.is_cancelled,
        name: fields.name.clone().unwrap_or_default(),
        date: date_of(fields.starts_at, timezone),
        start: hour_of(fields.starts_at, timezone),
        end: hour(fields.ends_at),
        doors: hour(fields.doors_open_at),
        zones: view.zones.iter().map(|zone| editor_zone(state, zone, timezone)).collect(),
    }
}

fn editor_zone(state: &PagesState, view: &ZoneView, timezone: &str) -> EditorZone {
    let fields = &view.zone.fields;
    EditorZone {
        id: state.app.public.encode(view.zone.id),
        name: fields.name.clone(),
        price: text_of(fields.price_minor, fields.currency.scale),
        total: fields.total_seats,
        max: fields.max_per_order,
        is_active: fields.is_active,
        taken: format!("{} sold, {} held", view.seats.sold, view.seats.held),
        sale_start: local(fields.sale.starts_at, timezone),
        sale_end: local(fields.sale.ends_at, timezone),
    }
}
