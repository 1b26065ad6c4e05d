//! An interrupted run: it ends early, and what was measured and acknowledged until then is still told.

use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a program that a signal ended, as shells know it.
const ENDED_BY_SIGNAL: i32 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Whether the run is to end early.
#[must_use]
pub fn is_requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Listens for the signals that ask a program to end, on the runtime that calls. The first ends the measurement, the second
/// the program. Errors: signals cannot be listened to.
pub fn listen() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupts, mut terminations) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupts.recv() => {}
                _ = terminations.recv() => {}
            }
            if REQUESTED.swap(true, Ordering::Relaxed) {
                std::process::exit(ENDED_BY_SIGNAL);
            }
            eprintln!("interrupted: telling what was measured so far (a second signal ends at once)");
        }
    });
    Ok(())
}
