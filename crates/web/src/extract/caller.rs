//! Who asks, from a bearer token alone. Headers such as `X-User-Id` or `X-Tenant-ID` are never read.

use crate::Refused;
use crate::edge::{Edge, RequestFacts};
use crate::refused::edge_refusals::{invalid_token, missing_token};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kernel::{Actor, Refusal, Timestamp};

/// Believes or refuses access tokens. Pure of I/O: it is asked on every request, on the thread that serves it.
pub trait TokenVerifier: Send + Sync {
    /// The actor a token speaks for. Errors: 401 `INVALID_TOKEN`, 401 `TOKEN_EXPIRED`, 403 `USER_INACTIVE`.
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal>;
}

impl TokenVerifier for identity::Identity {
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        Self::verify(self, token, now)
    }
}

/// Accepts no token: what stands where no stall verifies any.
#[derive(Debug, Clone, Copy)]
pub struct DenyAll;

impl TokenVerifier for DenyAll {
    fn verify(&self, _: &str, _: Timestamp) -> Result<Actor, Refusal> {
        Err(invalid_token())
    }
}

/// A believed caller. Refusals: 401 `MISSING_TOKEN`, `INVALID_TOKEN`, `TOKEN_EXPIRED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller(pub Actor);

/// A believed caller, or nobody when no token was sent. A token that was sent and is bad is refused all the same:
/// answering as to a stranger would hide from a client that it must renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaybeCaller(pub Option<Actor>);

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let MaybeCaller(actor) = MaybeCaller::from_request_parts(parts, state).await?;
        Ok(Self(actor.ok_or_else(missing_token)?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeCaller
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        // The edge layer has verified the token already, to know whose rate bucket pays.
        let claim = match parts.extensions.get::<RequestFacts>() {
            Some(facts) => facts.caller.clone(),
            None => Edge::from_ref(state).verify_token(parts.uri.path(), &parts.headers),
        };
        Ok(Self(claim.transpose()?))
    }
}

/// The token of an `Authorization: Bearer …` header; `None` without the header. Errors: another scheme or unreadable bytes.
pub fn bearer(headers: &HeaderMap) -> Option<Result<&str, Refusal>> {
    let value = headers.get(AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token.trim())
    });
    Some(token.ok_or_else(invalid_token))
}
