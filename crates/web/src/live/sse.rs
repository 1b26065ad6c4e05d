//! Server-sent events over a subscription. The bytes of an event are those every other subscriber gets.

use super::{ResumePoint, Subscription, Update};
use crate::closing::Closing;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::convert::Infallible;
use std::time::Duration;

/// A comment this often keeps proxies from closing a quiet stream, and finds readers that are gone.
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_COMMENT: Bytes = Bytes::from_static(b": still here\n\n");
/// Tells the browser how long to wait before it comes back, in milliseconds.
const OPENING: Bytes = Bytes::from_static(b"retry: 2000\n\n");

/// Where a returning browser stopped; an extractor that never refuses.
#[derive(Debug, Clone, Copy)]
pub struct LastEventId(pub Option<ResumePoint>);

impl<S: Send + Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let id = parts.headers.get("last-event-id").and_then(|value| value.to_str().ok());
        Ok(Self(id.and_then(|id| id.parse().ok())))
    }
}

/// What a stream still has to say.
struct StreamState {
    opening: std::vec::IntoIter<Bytes>,
    subscription: Subscription,
    closing: Closing,
}

/// An endless `text/event-stream`: first `snapshot`, then what is published, a comment every 15 s; it ends with the process
/// or when the reader fell too far behind.
pub fn event_stream(subscription: Subscription, snapshot: Vec<Update>, closing: Closing) -> Response {
    let snapshot = snapshot.into_iter().map(|update| subscription.opening(update).event());
    let opening: Vec<Bytes> = std::iter::once(OPENING).chain(snapshot).collect();
    let state = StreamState { opening: opening.into_iter(), subscription, closing };
    let chunks = stream::unfold(state, |mut state| async {
        let chunk = state.next().await?;
        Some((Ok::<_, Infallible>(chunk), state))
    });
    let mut response = Response::new(Body::from_stream(chunks));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

impl StreamState {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(chunk) = self.opening.next() {
            return Some(chunk);
        }
        tokio::select! {
            message = self.subscription.next() => message.map(|message| message.event()),
            () = self.closing.wait() => None,
            () = tokio::time::sleep(KEEPALIVE) => Some(KEEPALIVE_COMMENT),
        }
    }
}
