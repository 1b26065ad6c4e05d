//! One connection from its first byte to its last.

use super::activity::{Activity, BodyLength};
use super::host;
use super::returned_body::{Rest, ReturnedBody, drain};
use super::slots::{ConnectionSlot, Crowded};
use super::streamed_body::StreamedBody;
use super::watched::Watched;
use crate::closing::Closing;
use crate::edge::Unadmitted;
use crate::refused::edge_refusals;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{CONNECTION, UPGRADE};
use axum::response::Response;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kernel::Refusal;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::TcpStream;
use tower::Service;

/// Bytes of a request's head, and of what is read ahead: far above any browser's, far below a nuisance.
const HEAD_BYTES_MAX: usize = 64 * 1024;
const CLOSE: HeaderValue = HeaderValue::from_static("close");

pub(super) async fn run(
    stream: TcpStream,
    peer: SocketAddr,
    slot: ConnectionSlot,
    router: Router,
    mut closing: Closing,
) {
    // Small answers must not wait for the acknowledgement of the one before. A refusal means that the peer is gone.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let activity = slot.activity().clone();
    let io = TokioIo::new(Watched { stream, activity: activity.clone() });
    let service = service_fn(|request: Request<Incoming>| handle(request, peer, &slot, router.clone()));
    let served =
        http1::Builder::new().max_buf_size(HEAD_BYTES_MAX).serve_connection(io, service).with_upgrades();
    let (mut served, mut overdue, mut cut) = (pin!(served), pin!(activity.overdue()), pin!(slot.cut()));
    let mut ending = false;
    loop {
        tokio::select! {
            biased;
            // An error is the client's doing (reset, malformed head) and hyper has answered where an answer can be given.
            _ended = served.as_mut() => return,
            () = overdue.as_mut() => return,
            () = cut.as_mut() => return,
            () = closing.wait(), if !ending => {
                ending = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

fn handle(
    mut request: Request<Incoming>,
    peer: SocketAddr,
    slot: &ConnectionSlot,
    mut router: Router,
) -> impl Future<Output = Result<Response, Infallible>> + use<> {
    let activity: Arc<Activity> = slot.activity().clone();
    activity.request_began(&BodyLength::of(request.body()));
    let refused = refusal(&mut request, slot);
    let ends = refused.is_some();
    let (mut request, rest) = split(request);
    request.extensions_mut().insert(ConnectInfo(peer));
    // What a connection is upgraded to outlives this function and must still count as one.
    if request.headers().contains_key(UPGRADE) {
        request.extensions_mut().insert(slot.clone());
    }
    if let Some(refusal) = refused {
        request.extensions_mut().insert(Unadmitted(refusal));
    }
    let answered = router.call(request);
    async move {
        let mut response = answered.await;
        let in_step = match &rest {
            Some(rest) => drain(rest).await,
            None => true,
        };
        if let Ok(response) = &mut response
            && (ends || !in_step)
        {
            response.headers_mut().insert(CONNECTION, CLOSE);
        }
        match response {
            // A socket is busy as long as it lives.
            Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => Ok(response),
            Ok(response) => {
                activity.request_ended(in_step);
                Ok(streamed(response, activity))
            }
            Err(never) => match never {},
        }
    }
}

/// The answer; while one without an end of its own lives, its connection is not idle.
fn streamed(response: Response, activity: Arc<Activity>) -> Response {
    if response.body().size_hint().exact().is_some() {
        return response;
    }
    activity.set_streaming(true);
    response.map(|inner| Body::new(StreamedBody { inner, activity }))
}

/// Why the request is not even looked at.
fn refusal(request: &mut Request<Incoming>, slot: &ConnectionSlot) -> Option<Refusal> {
    if let Err(problem) = host::settle(request) {
        return Some(edge_refusals::bad_host(problem));
    }
    slot.refuses(request.uri().path()).map(|crowded| match crowded {
        Crowded::Server => edge_refusals::server_is_full(),
        Crowded::Address => edge_refusals::too_many_connections(),
    })
}

/// The request with a body that comes back when it is left unread; without one there is nothing to come back.
fn split(request: Request<Incoming>) -> (Request, Option<Rest>) {
    if request.body().is_end_stream() {
        return (request.map(Body::new), None);
    }
    let rest = Rest::default();
    let back = rest.clone();
    (request.map(|body| Body::new(ReturnedBody::new(body, back))), Some(rest))
}
