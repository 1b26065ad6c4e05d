//! API keys over HTTP: parse, call, map. A key never makes another key.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::caller::{Origin, Session};
use super::path::Id;
use super::state::TirisState;
use super::tradings::named;
use crate::domain::ids::ApiKeyId;
use crate::usecase::api_key::{self, ApiKeyInput, ApiKeyRow, Shown};
use axum::extract::State;
use identity::proofs::api_key::ApiKeyKind;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Refused};

/// The routes of API keys.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(rotate)).routes(routes!(revoke))
}

/// A key, without itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyData {
    id: String,
    name: String,
    /// Its beginning.
    masked_key: String,
    permissions: Vec<String>,
    allowed_ips: Vec<String>,
    is_active: bool,
    last_used_at: Option<String>,
    expires_at: Option<String>,
    created_at: String,
    /// The key itself: shown now and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
}

fn data(public: &PublicIds, row: &ApiKeyRow) -> ApiKeyData {
    let (permissions, allowed_ips) = api_key::lists(row);
    ApiKeyData {
        id: public.encode(row.id),
        name: row.name.clone(),
        masked_key: row.mask.clone(),
        permissions,
        allowed_ips,
        is_active: row.is_active,
        last_used_at: row.last_used_at.map(Timestamp::rfc3339),
        expires_at: row.expires_at.map(Timestamp::rfc3339),
        created_at: row.created_at.rfc3339(),
        api_key: None,
    }
}

fn shown(public: &PublicIds, shown: &Shown) -> ApiKeyData {
    ApiKeyData { api_key: Some(shown.key.text().to_owned()), ..data(public, &shown.row) }
}

/// One's keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeysData {
    api_keys: Vec<ApiKeyData>,
}

/// A key that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateBody {
    /// 1 to 100 characters.
    name: String,
    /// `user`, `exchange`, `service` or `webhook`; `user` where it is left out.
    kind: Option<String>,
    /// Some of what its kind may do.
    permissions: Option<Vec<String>>,
    /// Addresses and networks; none: everywhere.
    #[serde(default)]
    allowed_ips: Vec<String>,
    /// RFC 3339; none: never.
    expires_at: Option<String>,
}

/// Makes a key and shows it once. 400.
#[utoipa::path(post, path = "/tiris/v1/api-keys", tag = "api keys", request_body = CreateBody,
    responses((status = 201, body = Enveloped<ApiKeyData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Body(body): Body<CreateBody>,
) -> Result<Created<ApiKeyData>, Refused> {
    let kind = ApiKeyKind::named(body.kind.as_deref().unwrap_or("user"));
    let moment = |text: &str| {
        Timestamp::parse_rfc3339(text)
            .map_err(|_| Refusal::field("expires_at", "must be a moment in RFC 3339"))
    };
    let input = ApiKeyInput {
        name: named(&body.name)?,
        kind: kind.ok_or_else(|| Refusal::field("kind", "must be user, exchange, service or webhook"))?,
        permissions: body.permissions,
        allowed_ips: body.allowed_ips,
        expires_at: body.expires_at.as_deref().map(moment).transpose()?,
    };
    let made = api_key::create(&state.app, present.actor.user, input, from).await?;
    Ok(Created(shown(&state.app.public, &made)))
}

/// One's keys, newest first, without themselves.
#[utoipa::path(get, path = "/tiris/v1/api-keys", tag = "api keys",
    responses((status = 200, body = Enveloped<ApiKeysData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TirisState>,
    Session(present): Session,
) -> Result<Data<ApiKeysData>, Refused> {
    let rows = api_key::list(&state.app, present.actor.user).await?;
    Ok(Data(ApiKeysData { api_keys: rows.iter().map(|row| data(&state.app.public, row)).collect() }))
}

/// Replaces a key by a fresh one, which is shown once; the old one is over. 404 `API_KEY_NOT_FOUND`.
#[utoipa::path(post, path = "/tiris/v1/api-keys/{id}/rotate", tag = "api keys", params(("id" = String, Path)),
    responses((status = 201, body = Enveloped<ApiKeyData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn rotate(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ApiKeyId>,
) -> Result<Created<ApiKeyData>, Refused> {
    let made = api_key::rotate(&state.app, present.actor.user, id, from).await?;
    Ok(Created(shown(&state.app.public, &made)))
}

/// Takes a key back. 404 `API_KEY_NOT_FOUND`.
#[utoipa::path(delete, path = "/tiris/v1/api-keys/{id}", tag = "api keys", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn revoke(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Id(id): Id<ApiKeyId>,
) -> Result<Data<MessageData>, Refused> {
    api_key::revoke(&state.app, present.actor.user, id, from).await?;
    Ok(Data(MessageData { message: "The API key was taken back." }))
}
