//! The HTTP side of keyed requests: the extractor that makes an attempt of a request, and a recorded answer as a response.
//! The record itself is `store::keyed`.

use crate::answer::replayed;
use crate::envelope::json_response;
use crate::{BodyAndBytes, Caller, Edge, IdempotencyKey, Refused};
use axum::extract::{FromRef, FromRequest, FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, TypedId, UserId};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub use store::keyed::{Answer, Attempt, Scope};

/// A recorded answer as a response: its status, its JSON body byte for byte, and a header when it was given before.
#[derive(Debug)]
pub struct Answered(pub Answer);

impl From<Answer> for Answered {
    fn from(answer: Answer) -> Self {
        Self(answer)
    }
}

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let answer = json_response(status, self.0.body);
        if self.0.replayed { replayed(answer) } else { answer }
    }
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
    /// For [`store::keyed::answer`].
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
        let path = request_path(&parts);
        let request = Request::from_parts(parts, body);
        let BodyAndBytes { value, bytes } = BodyAndBytes::from_request(request, state).await?;
        let hash = request_hash(&method, &path, actor.user, &bytes);
        Ok(Self { actor, value, attempt: Attempt { scope: Scope::new(&actor, key), hash } })
    }
}

/// Template and path together: a nested router shows its handlers only the rest of the path, the template is whole.
fn request_path(parts: &Parts) -> String {
    let template = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    format!("{template} {path}")
}
