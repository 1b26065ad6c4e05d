//! Tenants over HTTP: parse, call, map.

use crate::domain::tenant::{Tenant, TenantInput};
use crate::domain::tenant_settings::TenantSettings;
use crate::http::shop::{Written, page_of};
use crate::http::state::RushState;
use crate::usecase::{tenant, tenant_create};
use axum::extract::State;
use kernel::{Paged, PublicIds, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, Listed, Path, PathText, Query, Refused};

/// The routes of tenants.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(get, change, remove))
        .routes(routes!(get_by_slug))
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantData {
    id: String,
    name: String,
    slug: String,
    domain: Option<String>,
    logo_url: Option<String>,
    settings: TenantSettings,
    is_active: bool,
    created_at: String,
    updated_at: String,
}

fn tenant_data(ids: &PublicIds, tenant: &Tenant) -> TenantData {
    let fields = &tenant.fields;
    TenantData {
        id: ids.encode(tenant.id),
        name: fields.name.clone(),
        slug: fields.slug.clone(),
        domain: fields.domain.clone(),
        logo_url: fields.logo_url.clone(),
        settings: fields.settings.clone(),
        is_active: fields.is_active,
        created_at: tenant.created_at.rfc3339(),
        updated_at: tenant.updated_at.rfc3339(),
    }
}

/// Opens a shop; super administrators alone. 400 `INVALID_SLUG`, 409 `TENANT_EXISTS`.
#[utoipa::path(post, path = "/rush/api/v1/tenants", tag = "tenants", request_body = TenantInput,
    responses((status = 201, body = web::openapi::Wrapped<TenantData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn create(
    State(state): State<RushState>,
    Written { actor, value, attempt }: Written<TenantInput>,
) -> Result<Created<TenantData>, Refused> {
    let tenant = tenant_create::once(&state.app, actor, attempt, value).await?;
    Ok(Created(tenant_data(&state.app.public, &tenant)))
}

/// Which tenants.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListQuery {
    /// Whether they do business.
    is_active: Option<bool>,
    /// A part of name, slug or domain.
    search: Option<String>,
    /// From 1.
    page: Option<u32>,
    /// Rows a page, at most 100.
    per_page: Option<u32>,
    /// Rows, at most 100.
    limit: Option<u32>,
    /// Rows to skip, in the offset style.
    offset: Option<u64>,
}

/// Tenants by name; an admin sees the own one.
#[utoipa::path(get, path = "/rush/api/v1/tenants", tag = "tenants", params(ListQuery),
    responses((status = 200, body = web::openapi::WrappedList<TenantData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Query(query): Query<ListQuery>,
) -> Result<Listed<TenantData>, Refused> {
    let page = page_of(query.page, query.per_page, query.limit, query.offset);
    let query = tenant::TenantQuery { is_active: query.is_active, search: query.search };
    let Paged { items, meta } = tenant::list(&state.app, actor, &query, page)?;
    let items = items.iter().map(|tenant| tenant_data(&state.app.public, tenant)).collect();
    Ok(Listed(Paged { items, meta }))
}

/// One tenant.
#[utoipa::path(get, path = "/rush/api/v1/tenants/{id}", tag = "tenants", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<TenantData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
) -> Result<Data<TenantData>, Refused> {
    Ok(Data(tenant_data(&state.app.public, &*tenant::by_id(&state.app, actor, id)?)))
}

/// One tenant by its slug.
#[utoipa::path(get, path = "/rush/api/v1/tenants/slug/{slug}", tag = "tenants", params(("slug" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<TenantData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn get_by_slug(
    State(state): State<RushState>,
    Caller(actor): Caller,
    PathText(slug): PathText,
) -> Result<Data<TenantData>, Refused> {
    Ok(Data(tenant_data(&state.app.public, &*tenant::by_slug(&state.app, actor, &slug)?)))
}

/// Changes a tenant. 400 `INVALID_UPDATE`, `INVALID_SLUG`; 409 `TENANT_EXISTS`.
#[utoipa::path(put, path = "/rush/api/v1/tenants/{id}", tag = "tenants", params(("id" = String, Path)),
    request_body = TenantInput,
    responses((status = 200, body = web::openapi::Wrapped<TenantData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
    Body(input): Body<TenantInput>,
) -> Result<Data<TenantData>, Refused> {
    let tenant = tenant::update(&state.app, actor, id, input).await?;
    Ok(Data(tenant_data(&state.app.public, &tenant)))
}

/// Closes a shop for good; super administrators alone. 409 `CONFLICT` while it has published events.
#[utoipa::path(delete, path = "/rush/api/v1/tenants/{id}", tag = "tenants", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Deleted>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn remove(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
) -> Result<Data<Deleted>, Refused> {
    tenant::delete(&state.app, actor, id).await?;
    Ok(Data(Deleted { id: state.app.public.encode(id), deleted: true }))
}

/// What was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// Its id.
    pub id: String,
    /// True.
    pub deleted: bool,
}
