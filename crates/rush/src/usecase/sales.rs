//! How an event sells: seats from the accounts as of the last commit, money and the minutes from its bookings.
//!
//! Seats are a look into memory. Money is summed up along the bookings, which takes a while for millions; so what was summed is kept, and
//! summed again at most once in as long as twenty times what it took. A page of a large sale waits once and never again.

use super::event_read;
use super::sales_memory::Sum;
use super::visitor::seats_of;
use crate::app::App;
use crate::domain::catalogue_view::{EventView, SeatCount, event_view};
use crate::domain::ids::EventId;
use crate::store::sales::{self, SoldInMinute};
use kernel::{Actor, Refusal, Timestamp};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The shortest time between two sums of one event.
const AGAIN_MIN: Duration = Duration::from_secs(1);
/// Summing takes at most so much of the time.
const AGAIN_TIMES: u32 = 20;
/// Events whose sums are kept; the oldest go first.
const KEPT_MAX: usize = 256;

/// How an event sells.
#[derive(Debug, Clone)]
pub struct Sales {
    /// The event, its shows and zones with their seats now.
    pub view: EventView,
    /// All of its seats.
    pub seats: SeatCount,
    /// What was paid and not given back by zone and minute.
    pub minutes: Arc<Vec<SoldInMinute>>,
    /// As of when the money is.
    pub as_of: Timestamp,
}

impl Sales {
    /// What is paid, minor units of the event's currency.
    #[must_use]
    pub fn money_minor(&self) -> i64 {
        self.minutes.iter().map(|sold| sold.money_minor).sum()
    }

    /// Seats sold in each of the `count` minutes up to the present one, oldest first.
    #[must_use]
    pub fn last_minutes(&self, count: usize) -> Vec<i64> {
        let first = self.as_of.as_secs() / 60 + 1 - i64::try_from(count).unwrap_or(i64::MAX);
        let mut seats = vec![0; count];
        for sold in self.minutes.iter() {
            if let Some(place) = usize::try_from(sold.minute - first).ok().and_then(|at| seats.get_mut(at)) {
                *place += sold.seats;
            }
        }
        seats
    }
}

/// How the event sells, for whoever runs it.
pub async fn of_event(app: &App, actor: Actor, id: EventId) -> Result<Sales, Refusal> {
    let event = event_read::of_runner(app, actor, id)?;
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let view = event_view(&snapshot, &seats_of(app), &event, now);
    let sum = sum(app, id, now).await?;
    let counts = view.shows.iter().flat_map(|show| &show.zones).map(|zone| zone.seats);
    let seats = counts.fold(SeatCount::default(), SeatCount::plus);
    Ok(Sales { view, seats, minutes: sum.minutes, as_of: sum.as_of })
}

async fn sum(app: &App, id: EventId, now: Timestamp) -> Result<Sum, Refusal> {
    let known = app.sales.sums.lock().get(&id).cloned();
    if let Some(sum) = known.filter(|sum| sum.made.elapsed() < AGAIN_MIN.max(sum.took * AGAIN_TIMES)) {
        return Ok(sum);
    }
    let begun = Instant::now();
    let minutes = app.store.read(move |tx| sales::by_minute(tx, id)).await?;
    let sum = Sum { minutes: Arc::new(minutes), as_of: now, made: Instant::now(), took: begun.elapsed() };
    let mut sums = app.sales.sums.lock();
    if sums.len() >= KEPT_MAX {
        let oldest = sums.iter().min_by_key(|(_, sum)| sum.made).map(|(id, _)| *id);
        oldest.map(|id| sums.remove(&id));
    }
    sums.insert(id, sum.clone());
    Ok(sum)
}
