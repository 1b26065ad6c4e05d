//! When an operator wants the process to end: the first signal asks for it, the second does not wait.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// Exit code of a process that was ended at once: as a shell says of an interrupt.
const INTERRUPTED: i32 = 130;

/// Listens from now on; the future waits for an interrupt or a request to terminate. Another one after it ends the process at
/// once, whatever is running.
pub fn ended() -> impl Future<Output = ()> {
    let (heard, mut signals) = mpsc::channel(1);
    // A thread of its own: a runtime that is stuck must not keep an operator from ending it.
    let listening = std::thread::Builder::new().name("signals".into()).spawn(move || listen(&heard));
    async move {
        if listening.is_err() {
            tracing::warn!("signals cannot be waited for apart: no thread is left");
            let _ = tokio::signal::ctrl_c().await;
        } else if signals.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

fn listen(heard: &mpsc::Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if heard.try_send(()).is_err() {
                std::process::exit(INTERRUPTED);
            }
        }
    });
}
