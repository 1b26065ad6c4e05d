//! Whose shop a request looks at, which page of a list it wants, and how it may name its attempt: what the catalogue's
//! handlers share.

use crate::domain::tenant_choice::{TenantHints, choose};
use crate::http::state::RushState;
use crate::usecase::visitor::Visitor;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::HOST;
use axum::http::request::Parts;
use kernel::{Actor, PageRequest, Refusal};
use serde::de::DeserializeOwned;
use web::idempotency::{Attempt, Scope, request_hash};
use web::{BodyAndBytes, Caller, IdempotencyKey, MaybeCaller, Refused};

/// The visitor of a shop: token over domain over `X-Tenant-Slug` over the default tenant. Refusals: those of a bad token,
/// and 404 where no such tenant does business.
#[derive(Debug, Clone, Copy)]
pub struct Shop(pub Visitor);

impl FromRequestParts<RushState> for Shop {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &RushState) -> Result<Self, Refused> {
        let MaybeCaller(actor) = MaybeCaller::from_request_parts(parts, state).await?;
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let hints = TenantHints { actor, host: text(HOST.as_str()), slug: text("x-tenant-slug") };
        let tenant =
            choose(&state.app.catalogue.current(), hints, &state.default_tenant).map_err(Refusal::from)?;
        Ok(Self(Visitor { tenant: tenant.id, actor }))
    }
}

/// A believed caller's body, and the attempt it belongs to where an `Idempotency-Key` was sent.
#[derive(Debug)]
pub struct Written<T> {
    /// Who asks.
    pub actor: Actor,
    /// The parsed body.
    pub value: T,
    /// The attempt; none: the caller takes the risk of doing it twice.
    pub attempt: Option<Attempt>,
}

impl<T: DeserializeOwned> FromRequest<RushState> for Written<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &RushState) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let Caller(actor) = Caller::from_request_parts(&mut parts, state).await?;
        let sent =
            ["idempotency-key", "x-idempotency-key"].iter().any(|name| parts.headers.contains_key(*name));
        let key = sent.then(|| IdempotencyKey::from_headers(&parts.headers)).transpose()?;
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let request = Request::from_parts(parts, body);
        let BodyAndBytes { value, bytes } = BodyAndBytes::from_request(request, state).await?;
        let attempt = key.map(|key| {
            let hash = request_hash(&method, &path, actor.user, &bytes);
            Attempt { scope: Scope::new(&actor, key), hash }
        });
        Ok(Self { actor, value, attempt })
    }
}

/// The page somebody asked for in either style: `page` with `per_page` (or `limit`), or `limit` with `offset`.
pub fn page_of(
    page: Option<u32>,
    per_page: Option<u32>,
    limit: Option<u32>,
    offset: Option<u64>,
) -> PageRequest {
    if page.is_some() || per_page.is_some() {
        PageRequest::from_page(page, per_page.or(limit))
    } else {
        PageRequest::from_offset(limit, offset)
    }
}
