//! The doors of an event over HTTP: parse, call, map. A caller is whoever runs the event, or a device with `X-Gate-Key`.

use crate::domain::check_in::{Admission, CheckIn};
use crate::domain::ids::{CheckInId, EventId, ShowId};
use crate::http::door_caller::DoorCaller;
use crate::http::state::RushState;
use crate::usecase::check_in::{self, Shown};
use crate::usecase::check_in_merge::{self, Merged};
use crate::usecase::check_in_undo;
use crate::usecase::door::{self, ZoneCount};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::{Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Created, Data, IdempotencyKey, Path, Query, Refused, replayed};

/// The routes of doors.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(admit, record))
        .routes(routes!(merge))
        .routes(routes!(undo))
        .routes(routes!(counts))
}

/// What a door was shown.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CheckInBody {
    /// The text of the QR code, or the short code that is printed below it.
    code: String,
    /// What the door is called, at most 60 characters; a gate's key names it already.
    #[serde(default)]
    gate: String,
    /// Refuse tickets of other shows.
    show_id: Option<String>,
}

/// An admission.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckInData {
    check_in_id: String,
    booking_id: String,
    show_id: String,
    zone_id: String,
    zone_name: Option<String>,
    /// Which ticket of the booking.
    seat: i64,
    /// The name on the ticket, where it is known.
    name: Option<String>,
    gate: String,
    /// When it was scanned.
    entered_at: String,
    undone_at: Option<String>,
}

fn check_in_data(state: &RushState, check_in: &CheckIn, name: Option<String>) -> CheckInData {
    let public = &state.app.public;
    let zone = state.app.catalogue.current().zone(check_in.zone).map(|zone| zone.fields.name.clone());
    CheckInData {
        check_in_id: public.encode(check_in.id),
        booking_id: public.encode(check_in.booking),
        show_id: public.encode(check_in.show),
        zone_id: public.encode(check_in.zone),
        zone_name: zone,
        seat: check_in.seat,
        name,
        gate: check_in.gate.clone(),
        entered_at: check_in.scanned_at.rfc3339(),
        undone_at: check_in.undone_at.map(Timestamp::rfc3339),
    }
}

fn admitted_data(state: &RushState, admitted: &Admission) -> CheckInData {
    check_in_data(state, &admitted.check_in, admitted.name.clone())
}

/// Lets somebody in. 409 `ALREADY_ENTERED` says when and where; `TICKET_REFUNDED`, `TICKET_CANCELLED`, `TICKET_NOT_PAID`,
/// `TICKET_PASSED_ON`, `WRONG_EVENT`, `WRONG_SHOW`, `CHECK_IN_UNDONE` and 400 `INVALID_TICKET` say why not.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/check-ins", tag = "doors", operation_id = "check_in",
    request_body = CheckInBody,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header, description = "one per scan"),
        ("X-Gate-Key" = Option<String>, Header, description = "a gate's key, instead of a token")),
    responses((status = 201, body = web::openapi::Wrapped<CheckInData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn admit(
    State(state): State<RushState>,
    staff: DoorCaller,
    Path(id): Path<EventId>,
    key: IdempotencyKey,
    Body(body): Body<CheckInBody>,
) -> Result<Response, Refused> {
    let access = staff.access(&state, id).await?;
    let show = show_of(&state, body.show_id.as_deref())?;
    let shown = Shown { code: body.code, gate: body.gate, show, key: key.0, scanned_at: None };
    let admitted = check_in::run(&state.app, &access, shown).await?;
    let answer = Created(admitted_data(&state, &admitted)).into_response();
    Ok(if admitted.replayed { replayed(answer) } else { answer })
}

fn show_of(state: &RushState, text: Option<&str>) -> Result<Option<ShowId>, Refusal> {
    let unknown = |_| Refusal::field("show_id", "is no id of a show");
    text.map(|text| state.app.public.decode(text).map_err(unknown)).transpose()
}

/// Scans that a gate made without a network.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MergeBody {
    /// At most 1,000.
    scans: Vec<ScanBody>,
}

/// One of them.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ScanBody {
    /// The device's own name for this scan, 1 to 128 characters: sending it again changes nothing.
    key: String,
    /// The text of the code.
    code: String,
    /// RFC 3339; at most a week ago.
    scanned_at: String,
    /// What the door is called.
    #[serde(default)]
    gate: String,
}

/// What the scans came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeData {
    /// Admissions that stand, those that were merged before among them.
    merged: usize,
    /// Scans of tickets by which somebody else was inside: the gate let a second one in.
    conflicts: usize,
    /// Scans that would have been refused.
    refused: usize,
    /// Each in its order.
    scans: Vec<MergedData>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergedData {
    key: String,
    /// `merged`, `repeated`, `conflict` or `refused`.
    outcome: &'static str,
    check_in: Option<CheckInData>,
    /// Why not: code, text and details as of a single check-in.
    code: Option<&'static str>,
    message: Option<String>,
    #[schema(value_type = Option<Object>)]
    details: Option<serde_json::Value>,
}

/// Merges what a gate recorded without a network. Sending the same scans again changes nothing; conflicts are kept and reported.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/check-ins/merge", tag = "doors", operation_id = "merge_check_ins",
    request_body = MergeBody, params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<MergeData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn merge(
    State(state): State<RushState>,
    staff: DoorCaller,
    Path(id): Path<EventId>,
    Body(body): Body<MergeBody>,
) -> Result<Data<MergeData>, Refused> {
    let access = staff.access(&state, id).await?;
    let scans = body.scans.into_iter().map(shown_of).collect::<Result<Vec<_>, _>>()?;
    let merged = check_in_merge::run(&state.app, &access, scans).await?;
    Ok(Data(merge_data(&state, merged)))
}

fn shown_of(scan: ScanBody) -> Result<Shown, Refusal> {
    let bad = |_| Refusal::field("scanned_at", "must be a moment as of RFC 3339");
    if !(1..=128).contains(&scan.key.len()) {
        return Err(Refusal::field("key", "must be 1 to 128 characters"));
    }
    let scanned_at = Timestamp::parse_rfc3339(&scan.scanned_at).map_err(bad)?;
    Ok(Shown { code: scan.code, gate: scan.gate, show: None, key: scan.key, scanned_at: Some(scanned_at) })
}

fn merge_data(state: &RushState, merged: Vec<Merged>) -> MergeData {
    let scans: Vec<_> = merged.into_iter().map(|one| merged_data(state, one)).collect();
    let count = |words: &[&str]| scans.iter().filter(|scan| words.contains(&scan.outcome)).count();
    MergeData {
        merged: count(&["merged", "repeated"]),
        conflicts: count(&["conflict"]),
        refused: count(&["refused"]),
        scans,
    }
}

fn merged_data(state: &RushState, merged: Merged) -> MergedData {
    let key = merged.key;
    match merged.admission {
        Ok(admitted) => MergedData {
            key,
            outcome: if admitted.replayed { "repeated" } else { "merged" },
            check_in: Some(admitted_data(state, &admitted)),
            code: None,
            message: None,
            details: None,
        },
        Err(refusal) => MergedData {
            key,
            outcome: if merged.is_conflict { "conflict" } else { "refused" },
            check_in: None,
            code: Some(refusal.code),
            message: Some(refusal.message.into_owned()),
            details: refusal.details,
        },
    }
}

/// Which admission.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UndoBody {
    /// Its id.
    check_in_id: Option<String>,
}

/// Undoes an admission: the ticket admits somebody again. 409 `NOT_ENTERED`.
#[utoipa::path(post, path = "/rush/api/v1/events/{id}/check-ins/undo", tag = "doors", operation_id = "undo_check_in",
    request_body = UndoBody, params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<CheckInData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn undo(
    State(state): State<RushState>,
    staff: DoorCaller,
    Path(id): Path<EventId>,
    Body(body): Body<UndoBody>,
) -> Result<Data<CheckInData>, Refused> {
    let access = staff.access(&state, id).await?;
    let of = |text: &String| state.app.public.decode::<CheckInId>(text).ok();
    let check_in = body.check_in_id.as_ref().and_then(of).ok_or_else(crate::refusals::door::not_entered)?;
    let undone = check_in_undo::run(&state.app, &access, check_in).await?;
    Ok(Data(check_in_data(&state, &undone, None)))
}

/// How a zone stands at the doors.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneCountData {
    zone_id: String,
    show_id: String,
    zone_name: String,
    /// Tickets that are sold.
    sold: i64,
    /// How many of them are inside.
    inside: i64,
}

fn count_data(state: &RushState, count: ZoneCount) -> ZoneCountData {
    ZoneCountData {
        zone_id: state.app.public.encode(count.zone),
        show_id: state.app.public.encode(count.show),
        zone_name: count.name,
        sold: count.sold,
        inside: count.inside,
    }
}

/// How many are inside, by zone.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/check-ins/counts", tag = "doors", operation_id = "door_counts",
    params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Vec<ZoneCountData>>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn counts(
    State(state): State<RushState>,
    staff: DoorCaller,
    Path(id): Path<EventId>,
) -> Result<Data<Vec<ZoneCountData>>, Refused> {
    let access = staff.access(&state, id).await?;
    let counts = door::counts(&state.app, &access).await?;
    Ok(Data(counts.into_iter().map(|count| count_data(&state, count)).collect()))
}

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecordQuery {
    /// Only what is older than this check-in.
    before: Option<String>,
}

/// What the doors recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordData {
    /// The newest hundred admissions, newest first.
    check_ins: Vec<CheckInData>,
    /// The newest hundred conflicts of merged scans.
    conflicts: Vec<ConflictData>,
}

/// A gate without a network let somebody in by a ticket that was used.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictData {
    booking_id: String,
    seat: i64,
    gate: String,
    scanned_at: String,
    /// The admission that stood.
    check_in_id: String,
}

/// What the doors recorded, newest first.
#[utoipa::path(get, path = "/rush/api/v1/events/{id}/check-ins", tag = "doors", operation_id = "door_record",
    params(("id" = String, Path), RecordQuery),
    responses((status = 200, body = web::openapi::Wrapped<RecordData>), web::openapi::Refusals), security(("bearer" = [])))]
pub async fn record(
    State(state): State<RushState>,
    staff: DoorCaller,
    Path(id): Path<EventId>,
    Query(query): Query<RecordQuery>,
) -> Result<Data<RecordData>, Refused> {
    let access = staff.access(&state, id).await?;
    let public = &state.app.public;
    let before = query.before.map(|text| public.decode(&text)).transpose();
    let before = before.map_err(|_| Refusal::field("before", "is no id of a check-in"))?;
    let record = door::record(&state.app, &access, before).await?;
    let conflicts = record.conflicts.iter().map(|conflict| ConflictData {
        booking_id: public.encode(conflict.booking),
        seat: conflict.seat,
        gate: conflict.gate.clone(),
        scanned_at: conflict.scanned_at.rfc3339(),
        check_in_id: public.encode(conflict.check_in),
    });
    let conflicts = conflicts.collect();
    let check_ins = record.check_ins.iter().map(|one| check_in_data(&state, one, None)).collect();
    Ok(Data(RecordData { check_ins, conflicts }))
}
