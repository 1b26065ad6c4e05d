//! The stall's part of the demonstration: streamers who are on air, a simulated worker that opens predictions and brings their
//! verdicts, and viewers who vote. All of it goes through the verbs that everybody uses; visitors play beside them, signed in as
//! an invented person of the simulated Telegram.

mod crowd;
mod script;
mod worker;

use crate::app::App;
use crate::domain::ids::StreamerId;
use crate::usecase::demo_seed;
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use script::STREAMS;
use std::sync::Arc;

/// Simulated viewers.
const VIEWERS: i64 = 60;
/// What each begins with, and is given again when it is spent.
const CREDIT: i64 = 5_000;

/// Streams, a worker and viewers over an open stall.
#[must_use]
pub fn demo(app: &Arc<App>) -> stall::Demo {
    let (seeded, crowded) = (Arc::clone(app), Arc::clone(app));
    let planted = Arc::new(Mutex::new((Vec::new(), Vec::new())));
    let kept = Arc::clone(&planted);
    stall::Demo {
        seed: Box::new(move || {
            async move {
                let found = plant(&seeded).await.map_err(|refusal| refusal.to_string())?;
                *kept.lock() = found;
                Ok(())
            }
            .boxed()
        }),
        crowd: Box::new(move || {
            let (streamers, viewers) = std::mem::take(&mut *planted.lock());
            vec![worker::start(&crowded, streamers), crowd::start(&crowded, viewers)]
        }),
        welcome: format!(
            "{} streams are on air and {VIEWERS} simulated viewers vote; a verdict comes about every ten seconds.\n\
             You play in a simulated Telegram, as an invented person with 2,500 Stars to spend; Bruno operates.",
            STREAMS.len()
        ),
    }
}

async fn plant(app: &App) -> Result<(Vec<StreamerId>, Vec<kernel::UserId>), kernel::Refusal> {
    let streamers = demo_seed::streamers(app, script::ON_AIR).await?;
    let viewers = demo_seed::viewers(app, VIEWERS, CREDIT).await?;
    // There is something to vote on before the first visitor looks.
    for (stream, streamer) in STREAMS.iter().zip(&streamers).take(worker::OPEN_AT_FIRST) {
        worker::open(app, stream, *streamer, 0).await?;
    }
    Ok((streamers, viewers))
}
