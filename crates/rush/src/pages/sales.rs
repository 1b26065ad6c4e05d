//! `/rush/organizer/events/{id}/sales`: how an event sells, live; who comes; and files for spreadsheets.

use super::assets;
use super::editor::path;
use super::organizer::PATH;
use super::page_error::PageError;
use super::state::PagesState;
use super::view::{AttendeeRow, AttendeesPage, SalesPage, SalesZone, When, thousands};
use super::visitor::Visitor;
use crate::domain::catalogue_view::{ShowView, ZoneView};
use crate::domain::ids::{BookingId, EventId};
use crate::domain::ticket::Ticket;
use crate::usecase::sales::{self, Sales};
use crate::usecase::sales_csv::{self, Sheet};
use crate::usecase::sales_rows::{self, SalesRow};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path as Words, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use identity::User;
use kernel::Refusal;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use web::live::{LastEventId, event_stream};
use web::{Path, Query};

/// The minutes of the picture.
const MINUTES: usize = 60;
/// The height of its highest bar.
const HEIGHT: f64 = 40.0;
/// The minutes that the rate is of.
const RATE_MINUTES: usize = 5;

/// The topic of an event's sales: says that seats moved, and nothing else.
#[must_use]
pub fn topic(event: EventId) -> String {
    format!("rush:sales:{}", event.0)
}

/// Shows the page.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<EventId>,
) -> Result<Response, PageError> {
    let href = path(&state, id);
    let actor = visitor.require(&format!("{href}/sales"))?;
    let sales = sales::of_event(&state.app, actor, id).await?;
    let page = SalesPage {
        shell: visitor.shell("Sales").at(PATH),
        title: sales.view.event.fields.name.clone(),
        script: assets::url("sales.js"),
        style: assets::url("door.css"),
        figures: figures(&sales),
        zones: zones(&state, &sales),
        bars: bars(&sales),
        as_of: as_of(&sales),
        href,
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// The same as JSON, for the open page.
pub async fn figures_now(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<EventId>,
) -> Result<Response, PageError> {
    let actor = visitor.require(&format!("{}/sales", path(&state, id)))?;
    let sales = sales::of_event(&state.app, actor, id).await?;
    let figures: serde_json::Map<_, _> =
        figures(&sales).into_iter().map(|(word, _, text)| (word.to_owned(), json!(text))).collect();
    let zones: Vec<_> = zones(&state, &sales)
        .into_iter()
        .map(|zone| json!({ "id": zone.id, "text": zone.text, "sold": zone.sold, "held": zone.held }))
        .collect();
    let said = json!({ "figures": figures, "zones": zones, "bars": bars(&sales), "as_of": as_of(&sales) });
    Ok(Json(said).into_response())
}

/// Tells the open page whenever seats move.
pub async fn stream(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<EventId>,
    LastEventId(from): LastEventId,
) -> Result<Response, PageError> {
    let actor = visitor.require(&format!("{}/sales", path(&state, id)))?;
    sales_rows::may(&state.app, actor, id)?;
    let subscription = state.parts.hub.subscribe(&topic(id), from).map_err(Refusal::from)?;
    Ok(event_stream(subscription, Vec::new(), state.parts.closing.clone()))
}

/// A file for spreadsheets: `orders.csv`, `attendees.csv`, `money.csv`.
pub async fn file(
    State(state): State<PagesState>,
    visitor: Visitor,
    Words((id, name)): Words<(String, String)>,
) -> Result<Response, PageError> {
    let id: EventId = state.app.public.decode(&id).map_err(|_| Refusal::not_found("event"))?;
    let actor = visitor.require(&format!("{}/sales", path(&state, id)))?;
    let app = Arc::clone(&state.app);
    let body = match name.as_str() {
        "orders.csv" => Body::from_stream(sales_csv::stream(app, actor, id, Sheet::Orders)?),
        "attendees.csv" => Body::from_stream(sales_csv::stream(app, actor, id, Sheet::Attendees)?),
        "money.csv" => Body::from(sales_csv::money(&app, actor, id).await?),
        _ => return Err(Refusal::not_found("file").into()),
    };
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, body).into_response())
}

fn as_of(sales: &Sales) -> String {
    When::new(sales.as_of, &sales.view.event.fields.venue.timezone).hour
}

fn figures(sales: &Sales) -> Vec<(&'static str, &'static str, String)> {
    let (seats, money) = (sales.seats, sales.money_minor());
    let money = sales.view.currency().map_or_else(|| money.to_string(), |currency| currency.write(money));
    let recent: i64 = sales.last_minutes(RATE_MINUTES).iter().sum();
    vec![
        ("sold", "Sold", thousands(seats.sold)),
        ("held", "Held", thousands(seats.held)),
        ("free", "Free", thousands(seats.available)),
        ("money", "Paid", money),
        ("rate", "In five minutes", thousands(recent)),
    ]
}

fn zones(state: &PagesState, sales: &Sales) -> Vec<SalesZone> {
    let several = sales.view.shows.len() > 1;
    let of_show = |show: &ShowView| -> Vec<SalesZone> {
        let when = several.then(|| When::new(show.show.fields.starts_at, &show.timezone).day);
        show.zones.iter().map(|zone| sales_zone(state, zone, when.as_deref())).collect()
    };
    sales.view.shows.iter().flat_map(of_show).collect()
}

fn sales_zone(state: &PagesState, view: &ZoneView, when: Option<&str>) -> SalesZone {
    let (seats, name) = (view.seats, &view.zone.fields.name);
    let share = |count: i64| {
        let tenths = count * 1000 / seats.total.max(1);
        format!("{}.{}%", tenths / 10, tenths % 10)
    };
    SalesZone {
        id: state.app.public.encode(view.zone.id),
        name: when.map_or_else(|| name.clone(), |when| format!("{when}, {name}")),
        text: format!(
            "{} sold, {} held, {} free",
            thousands(seats.sold),
            thousands(seats.held),
            thousands(seats.available)
        ),
        sold: share(seats.sold),
        held: share(seats.held),
    }
}

fn bars(sales: &Sales) -> Vec<(usize, f64, i64)> {
    let minutes = sales.last_minutes(MINUTES);
    let highest = minutes.iter().copied().max().unwrap_or(0).max(1);
    // Tenths of the picture's unit: exact enough for a bar, and short in the page.
    let height = |seats: i64| {
        let tenths = seats * 400 / highest;
        HEIGHT.min(f64::from(i32::try_from(tenths).unwrap_or(0)) / 10.0)
    };
    minutes.into_iter().enumerate().map(|(at, seats)| (at, height(seats), seats)).collect()
}

/// Whom to look for.
#[derive(Debug, Default, Deserialize)]
pub struct PeopleQuery {
    /// The beginning of an email, or a booking's code.
    #[serde(default)]
    search: String,
    /// Where the page begins.
    after: Option<String>,
}

/// Shows who comes.
pub async fn people(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<EventId>,
    Query(query): Query<PeopleQuery>,
) -> Result<Response, PageError> {
    let href = path(&state, id);
    let actor = visitor.require(&format!("{href}/people"))?;
    sales_rows::may(&state.app, actor, id)?;
    let (rows, next) = if query.search.trim().is_empty() {
        let after = query.after.and_then(|text| state.app.public.decode::<BookingId>(&text).ok());
        let page = sales_rows::page(&state.app, id, after).await?;
        (page.rows, page.next)
    } else {
        (sales_rows::search(&state.app, actor, id, &query.search).await?, None)
    };
    let title = visitor.catalogue.event(id).map(|event| event.fields.name.clone()).unwrap_or_default();
    let page = AttendeesPage {
        shell: visitor.shell("Attendees").at(PATH),
        title,
        search: query.search,
        people: rows.iter().flat_map(|row| attendees(&visitor, row)).collect(),
        next: next.map(|next| format!("{href}/people?after={}", state.app.public.encode(next))),
        href,
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

fn attendees(visitor: &Visitor, row: &SalesRow) -> Vec<AttendeeRow> {
    let good = row.tickets.iter().filter(|(ticket, _)| !row.is_good() || !ticket.is_returned);
    good.map(|(ticket, holder)| attendee(visitor, row, ticket, holder.as_ref())).collect()
}

fn attendee(visitor: &Visitor, row: &SalesRow, ticket: &Ticket, holder: Option<&User>) -> AttendeeRow {
    let booking = &row.booking;
    let event = visitor.catalogue.event(booking.event);
    let timezone = event.map_or("UTC", |event| event.fields.venue.timezone.as_str());
    let zone = visitor.catalogue.zone(booking.zone).map_or("Zone", |zone| zone.fields.name.as_str());
    let code = booking.confirmation_code.as_deref().unwrap_or_default();
    let mut tags = Vec::new();
    if !row.is_good() {
        tags.push("Refunded".to_owned());
    }
    if let Some(check_in) = &ticket.check_in {
        tags.push(format!("Inside since {}", When::new(check_in.scanned_at, timezone).hour));
    }
    if ticket.generation > 0 {
        tags.push("Passed on".to_owned());
    }
    let known = ticket.name.clone().or_else(|| holder.map(|user| user.name.clone()));
    AttendeeRow {
        name: known.unwrap_or_else(|| "Without an account".into()),
        email: holder.map(|user| user.email.clone()).unwrap_or_default(),
        text: format!("{code}, ticket {} of {}, {zone}", ticket.seat, booking.quantity),
        tags,
    }
}
