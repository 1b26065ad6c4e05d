//! The server loop: accepts, serves HTTP/1.1, and ends without losing a request it took. What is served lives elsewhere.

mod activity;
mod connection;
mod watched;

pub(crate) use connection::ConnectionSlot;

use crate::closing::Closing;
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Connections open at once; further ones wait in the kernel's queue. Each costs about 10 kB while idle.
const CONNECTIONS_MAX: usize = 20_000;
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
pub async fn serve(listener: TcpListener, router: Router, mut closing: Closing) -> Served {
    // Resolving the state here spares every request the conversion of its handler.
    let router: Router = router.with_state(());
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = closing.wait() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            (stream, slot) = accept(&listener, &slots) => {
                connections.spawn(connection::run(stream, slot, router.clone(), closing.clone()));
            }
        }
    }
    drop(listener);
    drain(connections, &slots).await
}

async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, ConnectionSlot) {
    let permit = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
    let slot = ConnectionSlot::new(permit);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Waits for the connections, and for what they were upgraded to, until every slot is free.
async fn drain(mut connections: JoinSet<()>, slots: &Semaphore) -> Served {
    let all_done = async {
        while connections.join_next().await.is_some() {}
        let all = u32::try_from(CONNECTIONS_MAX).expect("a constant below four thousand million");
        slots.acquire_many(all).await.map(drop).expect("the semaphore is never closed");
    };
    let in_time = tokio::time::timeout(DRAIN_MAX, all_done).await;
    let connections_cut = if in_time.is_ok() { 0 } else { CONNECTIONS_MAX - slots.available_permits() };
    if connections_cut > 0 {
        tracing::warn!(connections_cut, "connections outlived the drain and were cut");
    }
    Served { connections_cut }
}
