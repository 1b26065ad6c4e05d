//! The tail: reads facts about bets from the outbox as they are committed and tells the players' open pages, in order.
//!
//! It reads and never marks: losing it costs freshness, and the relay still carries every fact to whoever must act on it.

use crate::app::App;
use crate::domain::bet_event;
use crate::stop::{self, Point};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use store::outbox::{self, Queued};
use store::{Backend, StoreError};
use web::Closing;
use web::live::Update;

/// Between two looks; a player hears of a bet within this and the time of a commit.
const REST: Duration = Duration::from_millis(20);
/// After a look that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Facts of one look.
const LOOK_MAX: usize = 2_000;
/// On PostgreSQL a lower number may be committed later: so many are looked at again.
const OVERLAP: i64 = 256;

/// Tells until the process ends.
pub async fn run(app: Arc<App>, mut closing: Closing) {
    let mut seen = start(&app).await;
    while !closing.has_begun() {
        let rest = match look(&app, &mut seen).await {
            Ok(LOOK_MAX) => Duration::ZERO,
            Ok(_) => REST,
            Err(error) => {
                tracing::error!(%error, "open pages were not told of bets; they will be");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = closing.wait() => {}
        }
    }
}

/// Where to begin: what is older is read from the API.
async fn start(app: &App) -> i64 {
    loop {
        match app.store.read(outbox::newest).await {
            Ok(newest) => return newest,
            Err(error) => tracing::error!(%error, "the outbox cannot be read; trying again"),
        }
        tokio::time::sleep(AFTER_FAILURE).await;
    }
}

/// One look: tells what is new; how many facts it saw.
async fn look(app: &App, seen: &mut i64) -> Result<usize, StoreError> {
    let overlap = if app.store.backend() == Backend::Postgres { OVERLAP } else { 0 };
    let from = (*seen - overlap).max(0);
    let found = app.store.read(move |tx| outbox::after(tx, from, LOOK_MAX)).await?;
    let fresh = found.iter().filter(|queued| queued.seq > *seen).count();
    if fresh > 0 {
        stop::reach(Point::TailRead);
    }
    found.iter().for_each(|queued| tell(app, queued));
    if fresh > 0 {
        stop::reach(Point::TailTold);
    }
    *seen = found.last().map_or(*seen, |last| last.seq.max(*seen));
    Ok(fresh)
}

/// A fact's payload.
#[derive(Deserialize)]
struct Payload<'p> {
    seq: u64,
    #[serde(borrow)]
    data: &'p RawValue,
}

fn tell(app: &App, queued: &Queued) {
    let kind = match queued.event.kind.as_str() {
        bet_event::CONFIRMED => "bet:confirmed",
        bet_event::FAILED => "bet:failed",
        bet_event::RESOLVED => "bet:resolved",
        bet_event::BALANCE => "balance:update",
        _ => return,
    };
    if let Ok(payload) = serde_json::from_str::<Payload<'_>>(&queued.event.payload) {
        app.streams.publish(queued.event.key, payload.seq, Update::fact(kind, payload.data.get()));
    }
}
