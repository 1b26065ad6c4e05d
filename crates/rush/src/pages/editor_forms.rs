//! The forms of the editor: read, call one verb, and back to the editor with what it came to.

use super::attempt;
use super::editor::{Came, own, page, path};
use super::flash::Message;
use super::organizer::editor_path;
use super::page_error::PageError;
use super::posted::Posted;
use super::redirect::see_other_with;
use super::state::PagesState;
use super::view::{EventForm, NewGate, qr_svg};
use crate::domain::event::EventInput;
use crate::domain::field::Patch;
use crate::domain::ids::EventId;
use crate::domain::price_text::minor_of;
use crate::domain::show::ShowInput;
use crate::domain::show_time::LocalMoment;
use crate::domain::zone::ZoneInput;
use crate::usecase::{event_copy, event_lifecycle, event_update, gate, show, show_create, zone, zone_create};
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Actor, Refusal, TypedId};
use web::status_of;

/// Where a form leads when it was taken.
enum Done {
    /// Back to the editor, which says so.
    Said(Message),
    /// To another event's editor.
    To(String),
    /// The editor shows a gate's key.
    Gate(NewGate),
}

/// Takes the form `act` of an event.
pub async fn run(
    State(state): State<PagesState>,
    Path((id, act)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, PageError> {
    let id: EventId = state.app.public.decode(&id).map_err(|_| Refusal::not_found("event"))?;
    let actor = posted.visitor.require(&path(&state, id))?;
    let came = match take(&state, (actor, id), &act, &posted).await {
        Ok(Done::Said(message)) => return Ok(see_other_with(&path(&state, id), message)),
        Ok(Done::To(path)) => return Ok(see_other_with(&path, Message::Saved)),
        Ok(Done::Gate(gate)) => Came { gate: Some(gate), ..Came::default() },
        Err(refusal) => Came { refused: Some(refusal), form: typed(&act, &posted), gate: None },
    };
    let status =
        came.refused.as_ref().map_or(axum::http::StatusCode::OK, |refusal| status_of(refusal.meaning));
    let page = page(&state, &posted.visitor, (actor, id), came).await?;
    Ok(posted.visitor.answer(status, &page))
}

async fn take(
    state: &PagesState,
    (actor, id): (Actor, EventId),
    act: &str,
    posted: &Posted,
) -> Result<Done, Refusal> {
    let app = &state.app;
    let said = |message| Ok(Done::Said(message));
    match act {
        "save" => {
            event_update::run(app, actor, id, event_input(posted)?).await?;
            said(Message::Saved)
        }
        "publish" => event_lifecycle::publish(app, actor, id).await.map(|_| Done::Said(Message::Published)),
        "unpublish" => {
            event_lifecycle::unpublish(app, actor, id).await.map(|_| Done::Said(Message::TakenBack))
        }
        "cancel" => {
            event_lifecycle::cancel(app, actor, id).await.map(|_| Done::Said(Message::EventCancelled))
        }
        "add-show" => {
            show_create::run(app, actor, id, show_input(posted)).await?;
            said(Message::Saved)
        }
        "show" => {
            show::update(app, actor, named(state, posted, "show")?, show_input(posted)).await?;
            said(Message::Saved)
        }
        "add-zone" => {
            let input = zone_input(state, (actor, id), posted)?;
            let input = ZoneInput { is_active: Patch::Absent, max_per_order: Patch::Absent, ..input };
            zone_create::run(app, actor, named(state, posted, "show")?, input).await?;
            said(Message::Saved)
        }
        "zone" => {
            let input = zone_input(state, (actor, id), posted)?;
            zone::update(app, actor, named(state, posted, "zone")?, input).await?;
            said(Message::Saved)
        }
        "copy" => copy(state, (actor, id), posted).await,
        "add-gate" => add_gate(state, (actor, id), posted.text("name")).await,
        "end-gate" => {
            gate::end(app, actor, id, named(state, posted, "gate")?).await?;
            said(Message::GateEnded)
        }
        _ => Err(Refusal::not_found("form")),
    }
}

/// The id in a hidden field.
fn named<I: TypedId>(state: &PagesState, posted: &Posted, field: &str) -> Result<I, Refusal> {
    state.app.public.decode(posted.text(field)).map_err(|_| Refusal::not_found(field))
}

async fn copy(state: &PagesState, (actor, id): (Actor, EventId), posted: &Posted) -> Result<Done, Refusal> {
    let days = posted.text("days").parse().map_err(|_| Refusal::field("days", "must be a whole number"))?;
    let attempt = attempt::of_form(actor, &path(state, id), posted, posted.text("days"))?;
    let view = event_copy::once(&state.app, actor, Some(attempt), (id, days)).await?;
    Ok(Done::To(editor_path(state, &view)))
}

async fn add_gate(state: &PagesState, (actor, id): (Actor, EventId), name: &str) -> Result<Done, Refusal> {
    let (gate, key) = gate::create(&state.app, actor, id, name).await?;
    let link = format!("/rush/door#{key}");
    let whole = format!("{}{link}", state.app.identity.public_url());
    let qr = qr_svg(&whole).ok_or_else(|| Refusal::internal("no QR picture"))?;
    Ok(Done::Gate(NewGate { name: gate.name, key, link, qr: qr.replace("your ticket", "the gate") }))
}

/// A text that empties its field where nothing was typed.
fn text(posted: &Posted, field: &str) -> Patch<String> {
    match posted.text(field).trim() {
        "" => Patch::Null,
        text => Patch::Value(text.to_owned()),
    }
}

/// `2030-02-01T20:00` by the venue's clock, as RFC 3339.
fn moment(posted: &Posted, field: &'static str, timezone: &str) -> Result<Patch<String>, Refusal> {
    let typed = posted.text(field).trim();
    if typed.is_empty() {
        return Ok(Patch::Null);
    }
    let bad = |problem: String| Refusal::field(field, &problem);
    let (date, hour) = typed.split_once('T').ok_or_else(|| bad("must be a date and an hour".into()))?;
    let at = LocalMoment::read(hour).and_then(|moment| moment.at(date, timezone)).map_err(bad)?;
    Ok(Patch::Value(at.rfc3339()))
}

fn event_input(posted: &Posted) -> Result<EventInput, Refusal> {
    let timezone = posted.text("timezone").trim();
    let cap = match posted.text("cap").trim() {
        "" => Patch::Null,
        typed => Patch::Value(typed.parse().map_err(|_| Refusal::field("cap", "must be a whole number"))?),
    };
    Ok(EventInput {
        name: posted.text("name").into(),
        short_description: text(posted, "short"),
        description: text(posted, "description"),
        venue_name: text(posted, "venue"),
        venue_address: text(posted, "address"),
        city: text(posted, "city"),
        timezone: timezone.into(),
        poster_url: text(posted, "poster"),
        max_tickets_per_user: cap,
        booking_start_at: moment(posted, "sale_start", timezone)?,
        booking_end_at: moment(posted, "sale_end", timezone)?,
        is_public: (posted.text("is_public") == "yes").into(),
        ..EventInput::default()
    })
}

/// The event's form as it was typed, so that a refused one is not typed again.
fn typed(act: &str, posted: &Posted) -> Option<EventForm> {
    let text = |field: &str| posted.text(field).to_owned();
    (act == "save").then(|| EventForm {
        name: text("name"),
        short: text("short"),
        description: text("description"),
        venue: text("venue"),
        address: text("address"),
        city: text("city"),
        timezone: text("timezone"),
        poster: text("poster"),
        cap: text("cap"),
        sale_start: text("sale_start"),
        sale_end: text("sale_end"),
        is_public: posted.text("is_public") == "yes",
    })
}

fn show_input(posted: &Posted) -> ShowInput {
    ShowInput {
        name: text(posted, "name"),
        show_date: posted.text("date").into(),
        start_time: posted.text("start").into(),
        end_time: text(posted, "end"),
        doors_open_at: text(posted, "doors"),
        ..ShowInput::default()
    }
}

fn zone_input(
    state: &PagesState,
    (actor, id): (Actor, EventId),
    posted: &Posted,
) -> Result<ZoneInput, Refusal> {
    let view = own(state, actor, id)?;
    let tenant = &posted.visitor.tenant.fields.settings;
    let currency = view.currency().unwrap_or_else(|| tenant.currency());
    let price = minor_of(posted.text("price"), currency.scale);
    let price = price.ok_or_else(|| Refusal::field("price", "must be an amount such as 1500.00"))?;
    let whole = |field: &'static str| match posted.text(field).trim() {
        "" => Ok(Patch::Absent),
        typed => typed.parse().map(Patch::Value).map_err(|_| Refusal::field(field, "must be a whole number")),
    };
    let timezone = &view.event.fields.venue.timezone;
    Ok(ZoneInput {
        name: posted.text("name").into(),
        price: price.into(),
        total_seats: whole("total")?,
        max_per_order: whole("max")?,
        is_active: (posted.text("is_active") == "yes").into(),
        sale_start_at: moment(posted, "sale_start", timezone)?,
        sale_end_at: moment(posted, "sale_end", timezone)?,
        ..ZoneInput::default()
    })
}
