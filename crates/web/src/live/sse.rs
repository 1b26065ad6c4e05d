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
use futures_util::{Stream, StreamExt, stream};
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::Instant;

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
    response_of(Body::from_stream(chunks))
}

fn response_of(body: Body) -> Response {
    let mut response = Response::new(body);
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

/// One event of a stream that is made for one reader.
#[derive(Debug, Clone)]
pub struct OwnEvent {
    /// What a returning browser names.
    pub id: i64,
    /// The event's name.
    pub kind: &'static str,
    /// JSON.
    pub body: String,
}

impl OwnEvent {
    fn bytes(&self) -> Bytes {
        let Self { id, kind, body } = self;
        Bytes::from(format!("id: {id}\nevent: {kind}\ndata: {body}\n\n"))
    }
}

/// A `text/event-stream` for one reader: what `events` has, a comment every 15 s. It ends with `events`, with the process, or after
/// `life`, then with the event `error` that says `timeout`: whoever still reads comes back.
pub fn own_event_stream<S>(events: S, closing: Closing, life: Duration) -> Response
where
    S: Stream<Item = OwnEvent> + Send + 'static,
{
    let state =
        OwnStream { events: Box::pin(events), closing, ends_at: Instant::now() + life, is_over: false };
    let chunks = stream::unfold(state, |mut state| async {
        let chunk = state.next().await?;
        Some((Ok::<_, Infallible>(chunk), state))
    });
    let opening = stream::once(async { Ok::<_, Infallible>(OPENING) });
    response_of(Body::from_stream(opening.chain(chunks)))
}

struct OwnStream {
    events: Pin<Box<dyn Stream<Item = OwnEvent> + Send>>,
    closing: Closing,
    ends_at: Instant,
    is_over: bool,
}

impl OwnStream {
    async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        tokio::select! {
            event = self.events.next() => event.map(|event| event.bytes()),
            () = self.closing.wait() => None,
            () = tokio::time::sleep_until(self.ends_at) => {
                self.is_over = true;
                Some(Bytes::from_static(b"event: error\ndata: {\"code\":\"timeout\"}\n\n"))
            }
            () = tokio::time::sleep(KEEPALIVE) => Some(KEEPALIVE_COMMENT),
        }
    }
}
