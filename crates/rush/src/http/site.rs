//! Which site a request is for, and where it comes from: what the verbs of accounts are told besides the body.

use crate::http::state::RushState;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use identity::{Client, SessionKind};
use kernel::TenantId;
use web::{Refused, RequestFacts};

use crate::usecase::auth_signed_in::Door;

/// The tenant whose site a stranger is on; none where there is none. An extractor that reads no body and no token.
#[derive(Debug, Clone, Copy)]
pub struct Site(pub Option<TenantId>);

impl FromRequestParts<RushState> for Site {
    type Rejection = Refused;

    async fn from_request_parts(_parts: &mut Parts, _state: &RushState) -> Result<Self, Refused> {
        Ok(Self(None))
    }
}

/// A program at the API's door.
#[derive(Debug, Clone)]
pub struct ApiDoor(pub Door);

impl FromRequestParts<RushState> for ApiDoor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &RushState) -> Result<Self, Refused> {
        let facts = RequestFacts::from_request_parts(parts, state).await?;
        let client = client_of(parts, &facts);
        Ok(Self(Door { kind: SessionKind::Api, client }))
    }
}

/// Where a request comes from, as far as it says so.
#[must_use]
pub fn client_of(parts: &Parts, facts: &RequestFacts) -> Client {
    let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    Client { ip: facts.client_ip.to_string(), user_agent: user_agent.unwrap_or_default().to_owned() }
}
