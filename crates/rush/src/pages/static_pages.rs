//! Pages that are only words, and the tenant's colours.

use super::state::PagesState;
use super::view::{AboutPage, FaqPage};
use super::visitor::Visitor;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use web::shell::BrandColours;
use web::{PathText, Refused};

/// `GET /rush/faq`.
pub async fn faq(visitor: Visitor) -> Response {
    let hold_minutes = (visitor.tenant.fields.settings.reservation_ttl_secs + 59) / 60;
    visitor.answer(StatusCode::OK, &FaqPage { shell: visitor.shell("Questions"), hold_minutes })
}

/// `GET /rush/about`.
pub async fn about(visitor: Visitor) -> Response {
    visitor.answer(StatusCode::OK, &AboutPage { shell: visitor.shell("About") })
}

/// `GET /rush/brand/{slug}.css`: a tenant's colours, readable on our paper. Its address changes with the tenant.
pub async fn brand(State(state): State<PagesState>, PathText(file): PathText) -> Result<Response, Refused> {
    let catalogue = state.app.catalogue.current();
    let tenant = file.strip_suffix(".css").and_then(|slug| catalogue.tenant_by_slug(slug));
    let tenant = tenant.ok_or_else(|| Refusal::not_found("page"))?;
    let looks = &tenant.fields.settings.branding;
    let colour = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    let colours = BrandColours {
        primary: colour(&looks.primary_color),
        secondary: colour(&looks.secondary_color),
        accent: colour(&looks.accent_color),
    };
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, colours.stylesheet()).into_response())
}
