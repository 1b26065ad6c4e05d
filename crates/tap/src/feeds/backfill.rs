//! Trades that never came are asked for at the venue's history, by their ids. What is found goes to history only; whether
//! it is all that was missing is said, because only that proves a column complete.

use super::adapter::{HISTORY_PAGE, Hole, PastTrade};
use super::fetch;
use super::venue_feed::VenueFeed;
use crate::domain::venue_update::Venue;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::sleep;
use web::Closing;

/// Pages asked for one hole. A larger hole is an outage of many minutes: its columns are void long before it is filled.
const PAGES_MAX: i64 = 10;
/// Answers without progress before a hole is given up; the history may lag behind the stream by seconds.
const FAILURES_MAX: u32 = 4;
/// Holes that wait. More at once means that the stream itself is broken.
pub(super) const HOLES_WAITING_MAX: usize = 64;

/// Where trades for history came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The venue's history.
    History,
    /// A frame that came too late to be live, or told of a trade from before its connection.
    LateFrame,
}

/// Trades for history, never for live pricing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backfilled {
    /// Whose.
    pub venue: Venue,
    /// The range that was missing.
    pub hole: Hole,
    /// What was found of it, by growing id, each id once.
    pub trades: Vec<PastTrade>,
    /// Whether every id of the range was found.
    pub is_complete: bool,
    /// Where it was found.
    pub source: Source,
}

/// What is known of a hole while it is being filled. Pure.
#[derive(Debug)]
struct Filling {
    hole: Hole,
    found: BTreeMap<i64, PastTrade>,
}

impl Filling {
    const fn new(hole: Hole) -> Self {
        Self { hole, found: BTreeMap::new() }
    }

    /// Takes what lies in the hole. Returns whether that was news.
    fn take(&mut self, trades: &[PastTrade]) -> bool {
        let known = self.found.len();
        let inside = trades.iter().filter(|trade| self.hole.contains(trade.trade_id));
        self.found.extend(inside.map(|trade| (trade.trade_id, *trade)));
        self.found.len() > known
    }

    /// From the first id that is missing to the last; `None` when none is.
    fn rest(&self) -> Option<Hole> {
        let missing = |id: &i64| !self.found.contains_key(id);
        let first_id = (self.hole.first_id..=self.hole.last_id).find(missing)?;
        let last_id = (first_id..=self.hole.last_id).rev().find(missing)?;
        let before = self.found.get(&first_id.saturating_sub(1)).map(|trade| trade.event_ms);
        Some(Hole { first_id, last_id, after_ms: before.or(self.hole.after_ms) })
    }

    fn done(self, venue: Venue) -> Backfilled {
        let is_complete = self.rest().is_none();
        let trades = self.found.into_values().collect();
        Backfilled { venue, hole: self.hole, trades, is_complete, source: Source::History }
    }
}

/// Fills holes one after the other until `closing` begins.
pub(super) async fn run(feed: Arc<VenueFeed>, mut holes: mpsc::Receiver<Hole>, mut closing: Closing) {
    loop {
        tokio::select! {
            () = closing.wait() => return,
            hole = holes.recv() => match hole {
                Some(hole) => tokio::select! {
                    () = closing.wait() => return,
                    () = fill(&feed, hole) => {}
                },
                None => return,
            },
        }
    }
}

async fn fill(feed: &VenueFeed, hole: Hole) {
    // Another connection may bring the trades meanwhile.
    sleep(feed.patience.backfill).await;
    let parts = feed.intake.lock().open_parts(&hole);
    for part in parts {
        let filled = match &feed.settings.history_url {
            Some(base) if part.len() <= HISTORY_PAGE * PAGES_MAX => ask(feed, base, part).await,
            _ => Filling::new(part),
        };
        report(feed, filled).await;
    }
}

async fn report(feed: &VenueFeed, filled: Filling) {
    let backfilled = filled.done(feed.venue);
    if !backfilled.is_complete {
        feed.drop_counted("hole_left_open");
    }
    feed.intake.lock().fill(&backfilled.trades);
    let (first_id, found) = (backfilled.hole.first_id, backfilled.trades.len());
    tracing::info!(venue = %feed.settings.name, first_id, found, complete = backfilled.is_complete, "backfilled");
    // An error means that nobody listens any more: the process ends.
    let _nobody = feed.doors.past.send(backfilled).await;
}

async fn ask(feed: &VenueFeed, base: &str, hole: Hole) -> Filling {
    let mut filling = Filling::new(hole);
    let (mut pages, mut failures) = (0, 0);
    while let Some(rest) = filling.rest()
        && pages < PAGES_MAX
        && failures < FAILURES_MAX
    {
        let trades = page(feed, base, &rest).await;
        if trades.is_some_and(|trades| filling.take(&trades)) {
            pages += 1;
        } else {
            failures += 1;
            sleep(feed.patience.backoff.pause(failures, rand::random())).await;
        }
    }
    filling
}

/// One page; `None` when there was no answer of use, counted.
async fn page(feed: &VenueFeed, base: &str, rest: &Hole) -> Option<Vec<PastTrade>> {
    let url = format!("{}{}", base.trim_end_matches('/'), feed.adapter.history_path(rest));
    let body = match fetch::text(&feed.dialer, &url).await {
        Ok(body) => body,
        Err(fault) => {
            tracing::warn!(venue = %feed.settings.name, %fault, "no history");
            feed.drop_counted("history_not_fetched");
            return None;
        }
    };
    let read = feed.adapter.read_history(&body);
    read.inspect_err(|fault| feed.drop_counted(fault.reason())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trades(ids: &[i64]) -> Vec<PastTrade> {
        ids.iter().map(|id| PastTrade { trade_id: *id, price: 1, event_ms: 1_000 + id }).collect()
    }

    const HOLE: Hole = Hole { first_id: 10, last_id: 15, after_ms: Some(1_009) };

    #[test]
    fn only_trades_of_the_hole_are_taken_and_each_once() {
        let mut filling = Filling::new(HOLE);
        assert!(filling.take(&trades(&[9, 10, 11, 11, 16])));
        assert!(!filling.take(&trades(&[10, 9, 20])));
        assert_eq!(filling.rest(), Some(Hole { first_id: 12, last_id: 15, after_ms: Some(1_011) }));
    }

    #[test]
    fn a_hole_filled_from_behind_is_asked_for_from_the_front() {
        let mut filling = Filling::new(HOLE);
        filling.take(&trades(&[15, 14, 12]));
        assert_eq!(filling.rest(), Some(Hole { first_id: 10, last_id: 13, after_ms: Some(1_009) }));
    }

    #[test]
    fn complete_means_every_id() {
        let mut filling = Filling::new(HOLE);
        filling.take(&trades(&[10, 11, 12, 13, 15]));
        let lacking = Filling { hole: HOLE, found: filling.found.clone() }.done(Venue(0));
        assert!(!lacking.is_complete);
        filling.take(&trades(&[14]));
        let whole = filling.done(Venue(0));
        assert!(whole.is_complete);
        assert_eq!(whole.trades, trades(&[10, 11, 12, 13, 14, 15]));
    }
}
