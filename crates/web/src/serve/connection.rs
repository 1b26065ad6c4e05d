//! One connection from its first byte to its last.

use super::activity::Activity;
use super::watched::Watched;
use crate::closing::Closing;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::UPGRADE;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tower::Service;

/// Bytes of a request's head, and of what is read ahead: far above any browser's, far below a nuisance.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// One connection's place among all; it is free when the connection and whatever it was upgraded to are gone.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionSlot {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl ConnectionSlot {
    pub fn new(permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: Arc::new(permit) }
    }
}

pub(super) async fn run(stream: TcpStream, slot: ConnectionSlot, router: Router, mut closing: Closing) {
    let Ok(peer) = stream.peer_addr() else { return };
    // Small answers must not wait for the acknowledgement of the one before. A refusal means that the peer is gone.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let activity = Arc::new(Activity::new());
    let io = TokioIo::new(Watched { stream, activity: activity.clone() });
    let service = service_fn(|mut request: Request<Incoming>| {
        // What a connection is upgraded to outlives this function and must still count as one.
        if request.headers().contains_key(UPGRADE) {
            request.extensions_mut().insert(slot.clone());
        }
        handle(request, peer, router.clone(), activity.clone())
    });
    let served =
        http1::Builder::new().max_buf_size(HEAD_BYTES_MAX).serve_connection(io, service).with_upgrades();
    let (mut served, mut overdue) = (pin!(served), pin!(activity.overdue()));
    let mut ending = false;
    loop {
        tokio::select! {
            biased;
            // An error is the client's doing (reset, malformed head) and hyper has answered where an answer can be given.
            _ended = served.as_mut() => return,
            () = overdue.as_mut() => return,
            () = closing.wait(), if !ending => {
                ending = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

fn handle(
    request: Request<Incoming>,
    peer: SocketAddr,
    mut router: Router,
    activity: Arc<Activity>,
) -> impl Future<Output = Result<Response, Infallible>> {
    activity.request_began();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let answered = router.call(request);
    async move {
        let response = answered.await;
        activity.request_ended();
        response
    }
}
