//! Keeps what is shown of waiting rooms up to what is committed, on this node and on others, and wakes open streams. One task for
//! the whole process; without a room that is on it costs a look at memory four times a second.

use super::state::PagesState;
use crate::usecase::queue_view;
use std::time::Duration;

/// Another node's commits are seen at most this much later.
const ROUND_MAX: Duration = Duration::from_millis(250);
/// Rounds of a busy room are this far apart at least.
const ROUND_MIN: Duration = Duration::from_millis(50);

/// Runs until the process ends.
pub async fn run(state: PagesState) {
    let mut closing = state.parts.closing.clone();
    loop {
        tokio::select! {
            () = state.app.waiting.appended() => {}
            () = tokio::time::sleep(ROUND_MAX) => {}
            () = closing.wait() => return,
        }
        if let Err(error) = queue_view::follow(&state.app).await {
            tracing::warn!(%error, "waiting rooms are shown as they were; trying again");
        }
        tokio::time::sleep(ROUND_MIN).await;
    }
}
