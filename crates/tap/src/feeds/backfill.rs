//! Trades that never came are asked for at the venue's history, by their ids. What is found goes to history only; whether
//! it is all that was missing is said, because only that proves a column complete.

use super::adapter::{HISTORY_PAGE, Hole, PastTrade};
use super::backfilled::Backfilled;
use super::fetch;
use super::filling::Filling;
use super::venue_feed::VenueFeed;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::sleep;
use web::Closing;

/// Pages asked for holes that lie together.
const PAGES_MAX: i64 = 12;
/// A larger hole is an outage of many minutes: its columns are void long before it is filled.
const SPAN_MAX: i64 = 10 * HISTORY_PAGE;
/// Answers without progress before a hole is given up; the history may lag behind the stream by seconds.
const FAILURES_MAX: u32 = 4;
/// Holes that wait. More at once means that the stream itself is broken.
pub(super) const HOLES_WAITING_MAX: usize = 256;

/// Fills holes until `closing` begins; those that come together are asked for together.
pub(super) async fn run(feed: Arc<VenueFeed>, mut holes: mpsc::Receiver<Hole>, mut closing: Closing) {
    let mut waiting = Vec::new();
    loop {
        tokio::select! {
            () = closing.wait() => return,
            count = holes.recv_many(&mut waiting, HOLES_WAITING_MAX) => if count == 0 { return },
        }
        // Another connection may bring the trades meanwhile, and more holes may come.
        sleep(feed.timeouts.backfill).await;
        while waiting.len() < HOLES_WAITING_MAX
            && let Ok(hole) = holes.try_recv()
        {
            waiting.push(hole);
        }
        tokio::select! {
            () = closing.wait() => return,
            () = fill(&feed, std::mem::take(&mut waiting)) => {}
        }
    }
}

async fn fill(feed: &VenueFeed, holes: Vec<Hole>) {
    let open = {
        let intake = feed.intake.lock();
        holes.iter().flat_map(|hole| intake.open_parts(hole)).collect()
    };
    for mut filling in Filling::groups(open, SPAN_MAX) {
        if let Some(base) = &feed.settings.history_url
            && filling.span() <= SPAN_MAX
        {
            fetch_pages(feed, base, &mut filling).await;
        }
        for backfilled in filling.reports(feed.venue) {
            report(feed, backfilled).await;
        }
    }
}

async fn report(feed: &VenueFeed, backfilled: Backfilled) {
    if !backfilled.is_complete {
        feed.gauge.drop_counted("hole_left_open");
    }
    feed.intake.lock().fill(&backfilled.trades);
    let (first_id, found) = (backfilled.hole.first_id, backfilled.trades.len());
    tracing::info!(venue = %feed.settings.name, first_id, found, complete = backfilled.is_complete, "backfilled");
    // An error means that nobody listens any more: the process ends.
    let _nobody = feed.channels.past.send(backfilled).await;
}

async fn fetch_pages(feed: &VenueFeed, base: &str, filling: &mut Filling) {
    let (mut pages, mut failures) = (0, 0);
    while let Some(rest) = filling.rest()
        && pages < PAGES_MAX
        && failures < FAILURES_MAX
    {
        let trades = fetch_page(feed, base, &rest).await;
        if trades.is_some_and(|trades| filling.take(&trades)) {
            pages += 1;
        } else {
            failures += 1;
            sleep(feed.timeouts.backoff.pause(failures, rand::random())).await;
        }
    }
}

/// One page; `None` when there was no answer of use, counted.
async fn fetch_page(feed: &VenueFeed, base: &str, rest: &Hole) -> Option<Vec<PastTrade>> {
    let url = format!("{}{}", base.trim_end_matches('/'), feed.adapter.history_path(rest));
    let body = match fetch::text(&feed.connector, &url).await {
        Ok(body) => body,
        Err(fault) => {
            tracing::warn!(venue = %feed.settings.name, %fault, "no history");
            feed.gauge.drop_counted("history_not_fetched");
            return None;
        }
    };
    let read = feed.adapter.read_history(&body);
    read.inspect_err(|fault| feed.gauge.drop_counted(fault.reason())).ok()
}
