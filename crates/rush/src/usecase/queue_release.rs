//! Release: rooms open when their sale does, close when all is sold, and let the next people go on.

use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::ids::EventId;
use crate::domain::queue::EventQueue;
use crate::store::{queue_log, queue_passes};
use kernel::Timestamp;
use std::sync::Arc;
use store::{BulkSql, Column, StoreError, Tx};
use waiting_room::{Advance, Entry, Fact, advance};

const STOCK: BulkSql = BulkSql {
    sqlite: "SELECT credits_posted - debits_posted - debits_pending, debits_pending FROM accounts WHERE id = $1",
    postgres: "SELECT u.at, a.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT credits_posted - debits_posted - debits_pending, debits_pending
                 FROM accounts WHERE id = u.id OFFSET 0) a",
};

/// Advances every room that is on; how many passes were given out. Several nodes may run it: whoever comes second finds
/// nothing due.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let (snapshot, now) = (app.catalogue.current(), app.clock.now());
    let mut released = 0;
    for queue in snapshot.queues().filter(|queue| queue.is_on(now)) {
        if is_due(app, queue, now) {
            released += advance_one(app, &snapshot, queue).await?;
        }
    }
    Ok(released)
}

/// Whether looking closer may change something, as far as memory knows.
fn is_due(app: &App, queue: &EventQueue, now: Timestamp) -> bool {
    let waiting = app.waiting.of(&queue.room);
    let room = waiting.shown();
    if room.opening().is_none() {
        return queue.opens_at.is_none_or(|opens_at| opens_at <= now);
    }
    let rested =
        |last: Timestamp| now.as_micros() - last.as_micros() >= queue.room.settings.interval_ms * 1_000;
    room.waiting() > 0 && room.last_release_at().is_none_or(rested)
}

async fn advance_one(app: &App, snapshot: &Snapshot, queue: &Arc<EventQueue>) -> Result<usize, StoreError> {
    let (event, zones) = (queue.room.event, zones(snapshot, queue.room.event));
    let (waiting, ids, clock) = (app.waiting.of(&queue.room), Arc::clone(&app.ids), Arc::clone(&app.clock));
    let queue = Arc::clone(queue);
    let entries = app.store.write(move |tx| {
        let mut room = waiting.lock(tx)?;
        // Only now: the lock may have been waited for.
        let now = clock.now();
        let (available, held) = stock(tx, &zones)?;
        let facts = Advance {
            settings: &queue.room.settings,
            secret: &queue.room.secret,
            opens_at: queue.opens_at,
            live_passes: queue_passes::live(tx, event, room.longest_pass_secs(), now)?,
            available,
            held,
            now,
        };
        let entries = advance(&mut room, &facts, || ids.next(now));
        let passes = passes(&entries);
        queue_passes::insert(tx, event, &passes, now)?;
        queue_log::append(tx, event, &entries)?;
        Ok::<_, StoreError>((entries.len(), passes.len()))
    });
    let (appended, released) = entries.await?;
    if appended > 0 {
        app.waiting.nudge();
        metrics::counter!("queue_released_total").increment(released as u64);
    }
    Ok(released)
}

fn zones(snapshot: &Snapshot, event: EventId) -> Vec<i64> {
    let zones = snapshot.shows(event).iter().flat_map(|show| snapshot.zones(show.id));
    let open = zones.filter(|zone| snapshot.offer(zone.id).is_some_and(crate::domain::offer::Offer::is_open));
    open.map(|zone| zone.id.0).collect()
}

/// Seats that can be taken, and seats that are held, as the accounts have them in this transaction.
fn stock(tx: &mut Tx<'_>, zones: &[i64]) -> Result<(i64, i64), StoreError> {
    let (mut available, mut held) = (0, 0);
    tx.bulk_query(STOCK, &[Column::Int(zones)], |_, row, first| {
        available += row.int(first)?;
        held += row.int(first + 1)?;
        Ok(())
    })?;
    Ok((available, held))
}

fn passes(entries: &[Entry]) -> Vec<(i64, i64, Timestamp)> {
    let released = entries.iter().filter_map(|entry| match entry.fact {
        Fact::Released { user, until } => Some((entry.id, user, until)),
        Fact::Joined { .. } | Fact::Left { .. } | Fact::Opened { .. } | Fact::Closed | Fact::Reopened => None,
    });
    released.collect()
}
