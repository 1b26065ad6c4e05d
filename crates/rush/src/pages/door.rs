//! `/rush/door`: the door on a phone. Somebody who runs the event comes with `?event=`, a helper with the key of a gate in a cookie.

use super::attempt;
use super::flash::Message;
use super::page_error::PageError;
use super::posted::Posted;
use super::redirect::{see_other, see_other_with, set_cookie};
use super::state::PagesState;
use super::view::{DoorCount, DoorOpenPage, DoorPage, DoorResult, DoorRow, When};
use super::visitor::{Visitor, cookies, one};
use super::{assets, door_merge};
use crate::domain::check_in::{Admission, CheckIn};
use crate::domain::ids::EventId;
use crate::usecase::check_in::{self, Shown};
use crate::usecase::door::{self, DoorAccess};
use crate::usecase::{check_in_undo, door_list_text};
use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{Refusal, Timestamp};
use serde::Deserialize;
use serde_json::json;
use web::Query;

/// Where it is.
const PATH: &str = "/rush/door";
/// Carries the key of a gate; for the doors alone.
const GATE_COOKIE: &str = "fg_gate";
/// Admissions that the page lists.
const ROWS_MAX: usize = 20;

/// Which event somebody with an account stands at the door of.
#[derive(Debug, Default, Deserialize)]
pub struct DoorQuery {
    /// Its public id; not sent at a gate.
    #[serde(default)]
    event: String,
}

/// Shows the door, or asks for the key of a gate.
pub async fn show(
    State(state): State<PagesState>,
    headers: HeaderMap,
    visitor: Visitor,
    Query(query): Query<DoorQuery>,
) -> Result<Response, PageError> {
    if query.event.is_empty() && gate_key(&headers).is_none() {
        let shell = visitor.shell("Open a gate");
        let page = DoorOpenPage { shell, script: assets::url("door.js") };
        return Ok(visitor.answer(StatusCode::OK, &page));
    }
    let access = access(&state, &visitor, &headers, &query.event).await?;
    let page = page(&state, &visitor, &access, (query.event, String::new()), None).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Keeps the key of a gate in a cookie.
pub async fn open(State(state): State<PagesState>, posted: Posted) -> Result<Response, PageError> {
    let key = posted.text("key").trim();
    if door::device(&state.app, key, None).await.is_err() {
        return Ok(see_other_with(PATH, Message::GateUnknown));
    }
    let mut response = see_other(PATH);
    let secure = if posted.visitor.secure() { "; Secure" } else { "" };
    let cookie =
        format!("{GATE_COOKIE}={key}; Path={PATH}; HttpOnly; SameSite=Strict; Max-Age=259200{secure}");
    set_cookie(&mut response, &cookie);
    Ok(response)
}

/// Lets somebody in: as JSON for the script, as the page without one.
pub async fn check_in(
    State(state): State<PagesState>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, PageError> {
    let event = posted.text("event").to_owned();
    let access = access(&state, &posted.visitor, &headers, &event).await?;
    let gate = posted.text("gate").to_owned();
    let shown = Shown {
        code: posted.text("code").to_owned(),
        gate: gate.clone(),
        show: None,
        key: attempt::key(&posted),
        scanned_at: None,
    };
    let result = match check_in::run(&state.app, &access, shown).await {
        Ok(admitted) => admitted_result(&posted.visitor, &access, &admitted),
        Err(refusal) => refused_result(&access, &refusal).ok_or(refusal)?,
    };
    answer(&state, &posted.visitor, &headers, &access, ((event, gate), result)).await
}

/// Undoes an admission.
pub async fn undo(
    State(state): State<PagesState>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, PageError> {
    let event = posted.text("event").to_owned();
    let access = access(&state, &posted.visitor, &headers, &event).await?;
    let id = state.app.public.decode(posted.text("check_in"));
    let id = id.map_err(|_| crate::refusals::door::not_entered())?;
    check_in_undo::run(&state.app, &access, id).await?;
    if !wants_json(&headers) {
        let path = if event.is_empty() { PATH.to_owned() } else { format!("{PATH}?event={event}") };
        return Ok(see_other_with(&path, Message::CheckInUndone));
    }
    let result = DoorResult {
        tone: "warn",
        title: "Undone".into(),
        text: "The ticket is good again.".into(),
        check_in: None,
    };
    answer(&state, &posted.visitor, &headers, &access, ((event, String::new()), result)).await
}

/// Merges what the device kept while it had no network.
pub async fn merge(
    State(state): State<PagesState>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, PageError> {
    let access = access(&state, &posted.visitor, &headers, posted.text("event")).await?;
    let mut merged = door_merge::run(&state.app, &access, posted.text("scans")).await?;
    merged["counts"] = json!(counts(&state, &access).await?);
    Ok(Json(merged).into_response())
}

/// The list that the device takes along.
pub async fn list(
    State(state): State<PagesState>,
    headers: HeaderMap,
    visitor: Visitor,
    Query(query): Query<DoorQuery>,
) -> Result<Response, PageError> {
    let access = access(&state, &visitor, &headers, &query.event).await?;
    let app = std::sync::Arc::clone(&state.app);
    let body = axum::body::Body::from_stream(door_list_text::stream(app, access));
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}

/// Who stands here: by the key of a gate where no event is named, by their account otherwise.
async fn access(
    state: &PagesState,
    visitor: &Visitor,
    headers: &HeaderMap,
    event: &str,
) -> Result<DoorAccess, PageError> {
    if event.is_empty() {
        let key = gate_key(headers).ok_or_else(crate::refusals::door::bad_key)?;
        return Ok(door::device(&state.app, &key, None).await?);
    }
    let actor = visitor.require(&format!("{PATH}?event={event}"))?;
    let event: EventId = state.app.public.decode(event).map_err(|_| Refusal::not_found("event"))?;
    Ok(door::person(&state.app, actor, event)?)
}

fn gate_key(headers: &HeaderMap) -> Option<String> {
    one(&cookies(headers), GATE_COOKIE).map(str::to_owned)
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accepted| accepted.as_bytes() == b"application/json")
}

async fn answer(
    state: &PagesState,
    visitor: &Visitor,
    headers: &HeaderMap,
    access: &DoorAccess,
    (typed, result): ((String, String), DoorResult),
) -> Result<Response, PageError> {
    if wants_json(headers) {
        let mut said = json!(result);
        said["counts"] = json!(counts(state, access).await?);
        return Ok(Json(said).into_response());
    }
    let page = page(state, visitor, access, typed, Some(result)).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

fn admitted_result(visitor: &Visitor, access: &DoorAccess, admitted: &Admission) -> DoorResult {
    let check_in = &admitted.check_in;
    let name = admitted.name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
    let zone = zone_name(visitor, check_in);
    let hour = hour(access, check_in.scanned_at);
    let before =
        if admitted.replayed { format!(" This scan was answered before, at {hour}.") } else { String::new() };
    DoorResult {
        tone: "good",
        title: "Come in".into(),
        text: format!("Ticket {}, {zone}{name}.{before}", check_in.seat),
        check_in: Some(visitor.encode(check_in.id)),
    }
}

/// A refusal as the door says it; `None`: it is not about the ticket.
fn refused_result(access: &DoorAccess, refusal: &Refusal) -> Option<DoorResult> {
    let title = match refusal.code {
        "ALREADY_ENTERED" => "Already inside",
        "INVALID_TICKET" => "No ticket",
        "TICKET_REFUNDED" | "TICKET_CANCELLED" | "TICKET_NOT_PAID" => "Not good any more",
        "TICKET_PASSED_ON" => "Passed on",
        "CHECK_IN_UNDONE" => "Undone",
        "WRONG_EVENT" | "WRONG_SHOW" => "Wrong door",
        _ => return None,
    };
    let text = entered_text(access, refusal).unwrap_or_else(|| refusal.message.to_string());
    Some(DoorResult { tone: "bad", title: title.into(), text, check_in: None })
}

/// When and where, in the venue's hours.
fn entered_text(access: &DoorAccess, refusal: &Refusal) -> Option<String> {
    let details = refusal.details.as_ref()?;
    let at = Timestamp::parse_rfc3339(details["entered_at"].as_str()?).ok()?;
    let gate = details["gate"].as_str().filter(|gate| !gate.is_empty());
    let place = gate.map(|gate| format!(", at {gate}")).unwrap_or_default();
    Some(format!("Somebody came in with this ticket at {}{place}.", hour(access, at)))
}

fn hour(access: &DoorAccess, at: Timestamp) -> String {
    When::new(at, &access.event.fields.venue.timezone).hour
}

fn zone_name(visitor: &Visitor, check_in: &CheckIn) -> String {
    visitor.catalogue.zone(check_in.zone).map_or_else(|| "Zone".into(), |zone| zone.fields.name.clone())
}

async fn counts(state: &PagesState, access: &DoorAccess) -> Result<Vec<DoorCount>, Refusal> {
    let counts = door::counts(&state.app, access).await?;
    let count = |count: door::ZoneCount| DoorCount {
        zone: state.app.public.encode(count.zone),
        name: count.name,
        inside: count.inside,
        sold: count.sold,
    };
    Ok(counts.into_iter().map(count).collect())
}

async fn page(
    state: &PagesState,
    visitor: &Visitor,
    access: &DoorAccess,
    (event_id, gate_typed): (String, String),
    result: Option<DoorResult>,
) -> Result<DoorPage, Refusal> {
    let record = door::record(&state.app, access, None).await?;
    let keys = state.app.ticket_keys.public().iter();
    let keys: Vec<String> = keys.map(|key| key.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
    Ok(DoorPage {
        shell: visitor.shell("The door"),
        script: assets::url("door.js"),
        style: assets::url("door.css"),
        event: access.event.fields.name.clone(),
        event_id,
        gate: access.gate.clone(),
        gate_typed,
        attempt: attempt::draw(state),
        keys: keys.join(" "),
        result,
        counts: counts(state, access).await?,
        rows: record.check_ins.iter().take(ROWS_MAX).map(|one| row(visitor, access, one)).collect(),
        conflicts: record.conflicts.iter().map(|one| conflict(access, one)).collect(),
    })
}

fn row(visitor: &Visitor, access: &DoorAccess, check_in: &CheckIn) -> DoorRow {
    let stands = check_in.undone_at.is_none();
    let place = if check_in.gate.is_empty() { String::new() } else { format!(", at {}", check_in.gate) };
    let undone = if stands { "" } else { ", undone" };
    DoorRow {
        hour: hour(access, check_in.scanned_at),
        text: format!("Ticket {}, {}{place}{undone}", check_in.seat, zone_name(visitor, check_in)),
        check_in: stands.then(|| visitor.encode(check_in.id)),
    }
}

fn conflict(access: &DoorAccess, conflict: &door::Conflict) -> DoorRow {
    DoorRow {
        hour: hour(access, conflict.scanned_at),
        text: format!("Ticket {}, at {}", conflict.seat, conflict.gate),
        check_in: None,
    }
}
