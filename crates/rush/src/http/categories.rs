//! Categories over HTTP: parse, call, map.

use crate::domain::category::{Category, CategoryInput};
use crate::domain::ids::CategoryId;
use crate::http::shop::{Shop, Written};
use crate::http::state::RushState;
use crate::http::tenants::Deleted;
use crate::usecase::{category, category_create};
use axum::extract::State;
use kernel::PublicIds;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Caller, Created, Data, Path, Refused};

/// The routes of categories.
pub fn routes() -> OpenApiRouter<RushState> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(change, remove))
}

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryData {
    id: String,
    name: String,
    slug: String,
    description: Option<String>,
    icon: Option<String>,
    color: Option<String>,
    sort_order: i64,
    is_active: bool,
}

/// A category as it is written.
pub fn category_data(ids: &PublicIds, category: &Category) -> CategoryData {
    let fields = &category.fields;
    CategoryData {
        id: ids.encode(category.id),
        name: fields.name.clone(),
        slug: fields.slug.clone(),
        description: fields.description.clone(),
        icon: fields.icon.clone(),
        color: fields.color.clone(),
        sort_order: fields.sort_order,
        is_active: fields.is_active,
    }
}

/// The active categories of a shop; its staff sees all.
#[utoipa::path(get, path = "/rush/api/v1/categories", tag = "categories",
    responses((status = 200, body = web::openapi::Wrapped<Vec<CategoryData>>), web::openapi::Refusals))]
pub async fn list(
    State(state): State<RushState>,
    Shop(visitor): Shop,
) -> Result<Data<Vec<CategoryData>>, Refused> {
    let found = category::list(&state.app, visitor.tenant, visitor.actor);
    Ok(Data(found.iter().map(|category| category_data(&state.app.public, category)).collect()))
}

/// Adds a category; admins alone. 409 `CONFLICT` where the slug is taken.
#[utoipa::path(post, path = "/rush/api/v1/categories", tag = "categories", request_body = CategoryInput,
    responses((status = 201, body = web::openapi::Wrapped<CategoryData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn create(
    State(state): State<RushState>,
    Written { actor, value, attempt }: Written<CategoryInput>,
) -> Result<Created<CategoryData>, Refused> {
    let category = category_create::once(&state.app, actor, attempt, value).await?;
    Ok(Created(category_data(&state.app.public, &category)))
}

/// Changes a category.
#[utoipa::path(put, path = "/rush/api/v1/categories/{id}", tag = "categories", params(("id" = String, Path)),
    request_body = CategoryInput,
    responses((status = 200, body = web::openapi::Wrapped<CategoryData>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn change(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<CategoryId>,
    Body(input): Body<CategoryInput>,
) -> Result<Data<CategoryData>, Refused> {
    let category = category::update(&state.app, actor, id, input).await?;
    Ok(Data(category_data(&state.app.public, &category)))
}

/// Deletes a category that no event is in.
#[utoipa::path(delete, path = "/rush/api/v1/categories/{id}", tag = "categories", params(("id" = String, Path)),
    responses((status = 200, body = web::openapi::Wrapped<Deleted>), web::openapi::Refusals),
    security(("bearer" = [])))]
pub async fn remove(
    State(state): State<RushState>,
    Caller(actor): Caller,
    Path(id): Path<CategoryId>,
) -> Result<Data<Deleted>, Refused> {
    category::delete(&state.app, actor, id).await?;
    Ok(Data(Deleted { id: state.app.public.encode(id), deleted: true }))
}
