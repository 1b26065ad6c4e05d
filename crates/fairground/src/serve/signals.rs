//! When an operator wants the process to end.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for an interrupt or a request to terminate.
pub async fn ended() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
