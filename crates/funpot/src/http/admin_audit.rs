//! The audit over HTTP: read, never written.

use super::access::Admin;
use super::answer::Data;
use super::query::PageQuery;
use super::state::PotState;
use crate::domain::ids::AuditId;
use crate::domain::receipt::json_of;
use crate::usecase::audit_view::{self, AuditFilter, Entry};
use axum::extract::State;
use kernel::PublicIds;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Query, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(audit))
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
struct AuditQuery {
    /// `user:NUMBER`, `worker:NAME`, `system`.
    actor: Option<String>,
    /// `event.resettle`.
    action: Option<String>,
    /// `event:NUMBER`.
    target: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

/// One act.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ActData {
    id: String,
    at: String,
    actor: String,
    action: String,
    target: String,
    ip: Option<String>,
    /// How it stood before.
    before: Value,
    /// And after.
    after: Value,
}

/// A page of acts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditData {
    acts: Vec<ActData>,
    next_cursor: Option<String>,
}

fn data(public: &PublicIds, entry: &Entry) -> ActData {
    let mut details = json_of(&entry.details);
    ActData {
        id: public.encode(AuditId(entry.seq)),
        at: entry.at.rfc3339(),
        actor: entry.actor.clone(),
        action: entry.action.clone(),
        target: entry.target.clone(),
        ip: Some(entry.origin.ip.clone()).filter(|ip| !ip.is_empty()),
        before: details["before"].take(),
        after: details["after"].take(),
    }
}

/// What operators and the house did, newest first.
#[utoipa::path(get, path = "/funpot/api/admin/audit", tag = "admin", params(AuditQuery),
    responses((status = 200, body = AuditData), web::openapi::Refusals), security(("bearer" = [])))]
async fn audit(
    State(state): State<PotState>,
    _: Admin,
    Query(query): Query<AuditQuery>,
) -> Result<Data<AuditData>, Refused> {
    let public = &state.app.public;
    let page = PageQuery { cursor: query.cursor, limit: query.limit }.page::<AuditId>(public)?;
    let filter = AuditFilter {
        actor: query.actor,
        action: query.action,
        target: query.target,
        before: Some(page.before),
        ..AuditFilter::default()
    };
    let found = audit_view::run(&state.app, filter, page.limit).await?;
    let next_cursor = page.next(public, &found, |entry| AuditId(entry.seq));
    Ok(Data(AuditData { acts: found.iter().map(|entry| data(public, entry)).collect(), next_cursor }))
}
