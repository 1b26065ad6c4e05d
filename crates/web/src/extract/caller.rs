//! Who asks, from a bearer token alone. Headers such as `X-User-Id` or `X-Tenant-ID` are never read.

use crate::Refused;
use crate::edge::{Edge, RequestFacts};
use crate::refused::edge_refusals::missing_token;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use kernel::Actor;

/// A verified caller. Refusals: 401 `MISSING_TOKEN`, `INVALID_TOKEN`, `TOKEN_EXPIRED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller(pub Actor);

/// A verified caller, or nobody when no token was sent. A token that was sent and is bad is refused all the same:
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
