//! `--fill N`: asks the server to bring its database to N bookings, and waits with a word now and then.

use super::args::Target;
use super::control::{Control, ControlError, FILL_PATIENCE};
use std::time::Duration;

/// How often progress is asked for.
const POLL: Duration = Duration::from_secs(1);
/// How many polls pass between two words of progress.
const POLLS_PER_WORD: u32 = 10;

/// Returns when the server has at least `bookings` bookings.
pub async fn fill(target: &Target, nonce: u64, bookings: u64) -> Result<(), ControlError> {
    let mut asking = Control::patient(target.address, &target.host, nonce, FILL_PATIENCE);
    // The request may be answered at once or only when all is done, so progress is asked for beside it.
    let filling = asking.fill(bookings);
    let watching = watch(target, nonce ^ 1, bookings);
    tokio::pin!(filling, watching);
    tokio::select! {
        answer = &mut filling => {
            answer?;
            watching.await
        }
        watched = &mut watching => watched,
    }
}

/// Polls until the fill is done.
async fn watch(target: &Target, nonce: u64, bookings: u64) -> Result<(), ControlError> {
    let mut polling = Control::new(target.address, &target.host, nonce);
    for poll in 0_u32.. {
        tokio::time::sleep(POLL).await;
        let state = polling.fill_state().await?;
        if state.done && state.bookings >= bookings {
            break;
        }
        if poll % POLLS_PER_WORD == 0 {
            eprintln!("filling: {} of {bookings} bookings", state.bookings);
        }
    }
    Ok(())
}
