//! The server loop: accepts, serves HTTP/1.1, and ends without losing a request it took. What is served lives elsewhere.

mod activity;
mod connection;
mod host;
mod returned_body;
mod slots;
mod streamed_body;
mod watched;

pub use slots::ConnectionLimits;
pub(crate) use slots::ConnectionSlot;

use crate::closing::Closing;
use axum::Router;
use slots::ConnectionSlots;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How long running requests may take to finish once the end has begun.
const DRAIN_MAX: Duration = Duration::from_secs(30);
/// Pause after a failed accept: the machine is out of descriptors, and asking at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// Connections that were cut because they outlived the drain; 0 when every request was finished and every socket closed.
    pub connections_cut: usize,
}

/// Serves `router` on `listener` until `closing` begins, then finishes what is running, for at most 30 s.
pub async fn serve(listener: TcpListener, router: Router, closing: Closing) -> Served {
    serve_within(ConnectionLimits::default(), listener, router, closing).await
}

/// The same with limits of its own.
pub async fn serve_within(
    limits: ConnectionLimits,
    listener: TcpListener,
    router: Router,
    mut closing: Closing,
) -> Served {
    // Resolving the state here spares every request the conversion of its handler.
    let router: Router = router.with_state(());
    let slots = ConnectionSlots::new(limits);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = closing.wait() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            (stream, peer) = accept(&listener) => {
                // Where there is no room at all the stream is closed at once: a queue would only hide it.
                if let Some(slot) = slots.take(peer.ip()) {
                    connections.spawn(connection::run(stream, peer, slot, router.clone(), closing.clone()));
                }
            }
        }
    }
    drop(listener);
    drain(connections, &slots).await
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Waits for the connections, and for what they were upgraded to, until every slot is free.
async fn drain(mut connections: JoinSet<()>, slots: &ConnectionSlots) -> Served {
    let all_done = async {
        while connections.join_next().await.is_some() {}
        slots.all_gone().await;
    };
    let in_time = tokio::time::timeout(DRAIN_MAX, all_done).await;
    let connections_cut = if in_time.is_ok() { 0 } else { slots.count() };
    if connections_cut > 0 {
        tracing::warn!(connections_cut, "connections outlived the drain and were cut");
    }
    Served { connections_cut }
}
