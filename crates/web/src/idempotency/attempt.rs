//! Whose attempt it is and what it asks for: the scope, the request's hash, and the extractor that makes both.

use crate::{BodyAndBytes, Caller, Edge, IdempotencyKey, Refused};
use axum::extract::{FromRef, FromRequest, FromRequestParts, MatchedPath, Request};
use axum::http::Method;
use axum::http::request::Parts;
use kernel::{Actor, TypedId, UserId};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Whose key it is: nobody can probe another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The tenant's number; 0 for none.
    pub(super) tenant: i64,
    /// The user's number.
    pub(super) user: i64,
    /// The client's key.
    pub(super) key: String,
}

impl Scope {
    /// The scope of `key` as sent by `actor`.
    #[must_use]
    pub fn new(actor: &Actor, key: IdempotencyKey) -> Self {
        let tenant = actor.tenant.map_or(0, TypedId::as_i64);
        Self { tenant, user: actor.user.as_i64(), key: key.0 }
    }
}

/// One attempt: whose it is and what exactly was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Whose key.
    pub scope: Scope,
    /// SHA-256 over method, path, user and body.
    pub hash: [u8; 32],
}

/// SHA-256 over method, path (with query), user and body; parts are set apart so that none can flow into the next.
#[must_use]
pub fn request_hash(method: &Method, path: &str, user: UserId, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [method.as_str().as_bytes(), path.as_bytes(), &user.as_i64().to_be_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// A believed caller's body and attempt, in one extractor for non-hot writes.
/// Refusals: those of `Caller`, `IdempotencyKey` and `Body`, in this order.
#[derive(Debug)]
pub struct Keyed<T> {
    /// Who asks.
    pub actor: Actor,
    /// The parsed body (`()` where none is expected).
    pub value: T,
    /// For [`once`](super::once).
    pub attempt: Attempt,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Keyed<T>
where
    Edge: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let Caller(actor) = Caller::from_request_parts(&mut parts, state).await?;
        let key = IdempotencyKey::from_headers(&parts.headers)?;
        let method = parts.method.clone();
        let path = asked_path(&parts);
        let request = Request::from_parts(parts, body);
        let BodyAndBytes { value, bytes } = BodyAndBytes::from_request(request, state).await?;
        let hash = request_hash(&method, &path, actor.user, &bytes);
        Ok(Self { actor, value, attempt: Attempt { scope: Scope::new(&actor, key), hash } })
    }
}

/// Template and path together: a nested router shows its handlers only the rest of the path, the template is whole.
fn asked_path(parts: &Parts) -> String {
    let template = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    format!("{template} {path}")
}
