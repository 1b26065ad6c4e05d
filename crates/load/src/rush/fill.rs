//! `--fill N`: asks the server to bring its database to N bookings, and waits with a word now and then.

use super::control::{FillState, RushControl, SetupRequest};
use crate::args::Target;
use crate::error::LoadError;
use crate::server::ControlError;
use std::time::Duration;

/// How often progress is asked for.
const POLL: Duration = Duration::from_secs(1);
/// How many polls pass between two messages of progress.
const POLLS_PER_MESSAGE: u32 = 10;
/// Zones and events to fill into: as many as a usual run has.
const ZONES: u32 = 20;
/// See `ZONES`.
const EVENTS: u32 = 5;

/// Returns when the server has at least `bookings` bookings. Errors: it stopped before.
pub async fn fill(target: &Target, nonce: u64, bookings: u64) -> Result<(), LoadError> {
    let mut filler = RushControl::for_filling(target.address, &target.host, nonce);
    if filler.fill(0).await?.bookings >= bookings {
        return Ok(());
    }
    // The server fills what is on sale, and a fresh one has nothing on sale. Seats for all in any half of the zones.
    let seats_per_zone = (bookings / u64::from(ZONES / 2)).max(1000);
    filler.setup(SetupRequest { zones: ZONES, events: EVENTS, seats_per_zone }).await?;
    // The request may be answered at once or only when all is done, so progress is asked for beside it.
    let filling = filler.fill(bookings);
    let watching = watch(target, nonce ^ 1, bookings);
    tokio::pin!(filling, watching);
    let state = tokio::select! {
        answer = &mut filling => {
            answer?;
            watching.await?
        }
        watched = &mut watching => watched?,
    };
    if state.bookings < bookings {
        return Err(LoadError::FillStopped { reached: state.bookings, wanted: bookings });
    }
    Ok(())
}

/// Polls until nothing is being filled any more.
async fn watch(target: &Target, nonce: u64, bookings: u64) -> Result<FillState, ControlError> {
    let mut poller = RushControl::new(target.address, &target.host, nonce);
    let mut polls = 0_u32;
    loop {
        tokio::time::sleep(POLL).await;
        let state = poller.fill_state().await?;
        if state.done {
            return Ok(state);
        }
        if polls.is_multiple_of(POLLS_PER_MESSAGE) {
            eprintln!("filling: {} of {bookings} bookings", state.bookings);
        }
        polls += 1;
    }
}
