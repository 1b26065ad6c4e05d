//! Which site a request is for, and where it comes from: what the verbs of accounts are told besides the body.

use crate::domain::tenant_choice::{TenantHints, choose};
use crate::http::state::RushState;
use crate::usecase::auth_signed_in::SignInContext;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HOST, USER_AGENT};
use axum::http::request::Parts;
use identity::proofs::password::device;
use identity::{Client, SessionKind};
use kernel::{Refusal, TenantId};
use web::{Refused, RequestFacts};

/// The tenant whose site a stranger is on; none on a platform that has no tenant yet. An extractor that reads no body and
/// no token. Refusal: 404 for a header that names no tenant, and for a tenant that is switched off.
#[derive(Debug, Clone, Copy)]
pub struct Site(pub Option<TenantId>);

impl FromRequestParts<RushState> for Site {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &RushState) -> Result<Self, Refused> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let hints = TenantHints { actor: None, host: text(HOST.as_str()), slug: text("x-tenant-slug") };
        let catalogue = state.app.catalogue.current();
        match choose(&catalogue, hints, &state.default_tenant) {
            Ok(tenant) => Ok(Self(Some(tenant.id))),
            Err(_) if hints.slug.is_none() && catalogue.tenant_by_slug(&state.default_tenant).is_none() => {
                Ok(Self(None))
            }
            Err(_) => Err(Refusal::not_found("tenant").into()),
        }
    }
}

/// What a browser or program shows of an earlier log-in.
fn device_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.filter_map(device::find).next().map(str::to_owned)
}

/// A program at the API's door.
#[derive(Debug, Clone)]
pub struct ApiClient(pub SignInContext);

impl FromRequestParts<RushState> for ApiClient {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &RushState) -> Result<Self, Refused> {
        let facts = RequestFacts::from_request_parts(parts, state).await?;
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let client =
            Client { ip: facts.client_ip.to_string(), user_agent: user_agent.unwrap_or_default().to_owned() };
        let device = device_of(&parts.headers);
        Ok(Self(SignInContext { kind: SessionKind::Api, client, device }))
    }
}
