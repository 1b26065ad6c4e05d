//! `load rush --queue PEOPLE`: people join a waiting room, watch their place on a stream each, and buy with their pass, once. What
//! is promised of the room is looked up from what each of them was told.

mod figures;
mod person;

use super::args::RushArgs;
use super::control::{RushControl, SetupEvent, SetupRequest};
use super::fixture::Fixture;
use crate::error::LoadError;
use crate::keys::SigningKeys;
use crate::server::ControlError;
use figures::{Figures, Joins};
use hdrhistogram::Histogram;
use kernel::{Clock as _, SystemClock};
use parking_lot::Mutex;
use person::{Crowd, PER_ADDRESS, Turn};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Seats for each person: nobody goes home because nothing is left.
const SEATS_EACH: u64 = 2;
/// How long streams may take to open, and how long the last pass may take beyond what the settings say.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs to the end; blocks. True when nothing was wrong. Errors: the run was impossible.
pub fn run(args: &RushArgs, people: u32, keys: &SigningKeys) -> Result<bool, LoadError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(measure(args, people, keys))?;
    std::io::stdout().lock().write_all(figures.text().as_bytes())?;
    Ok(figures.failures().is_empty())
}

async fn measure(args: &RushArgs, people: u32, keys: &SigningKeys) -> Result<Figures, LoadError> {
    let target = &args.common.url;
    let began_at = SystemClock.now();
    let mut control = RushControl::new(target.address, &target.host, began_at.as_micros().cast_unsigned());
    let seats_per_zone = (u64::from(people) * SEATS_EACH).max(1_000);
    let setup = control.setup(SetupRequest { zones: 2, events: 1, seats_per_zone }).await?;
    let fixture = Fixture::new(&setup, keys, began_at.as_secs(), None).map_err(LoadError::Setup)?;
    let event = setup.events.into_iter().next().ok_or_else(|| LoadError::Setup("no event".into()))?;
    // Nearly shut until everybody watches.
    control.queue(&event.event_id, 1, 1).await?;
    let crowd = crowd(target.address, &target.host, fixture, &event);
    let joins = join_all(&crowd, people, args.common.connections).await;
    let before = resident(&mut control).await?;
    let turns = Arc::new(Mutex::new(Vec::with_capacity(people as usize)));
    watch_all(&crowd, people, &turns);
    wait_until(PATIENCE, || crowd.watching() + turns.lock().len() as u32 >= people).await;
    let (watching, after) = (crowd.watching(), resident(&mut control).await?);
    let opened = Instant::now();
    control.queue(&event.event_id, args.queue_batch, args.queue_batch.saturating_mul(4)).await?;
    let due = Duration::from_secs(u64::from(people / args.queue_batch)) * 2;
    wait_until(PATIENCE + due, || turns.lock().len() as u32 >= people).await;
    let took = opened.elapsed();
    let check = control.check().await?;
    let turns: Vec<Turn> = std::mem::take(&mut *turns.lock());
    Ok(Figures {
        people,
        joins,
        watching,
        bytes_per_stream: (after - before) / f64::from(watching.max(1)),
        turns,
        batch: args.queue_batch,
        took,
        broken_streams: crowd.broken(),
        books_are_sound: check.ok,
    })
}

fn crowd(address: SocketAddr, host: &str, fixture: Fixture, event: &SetupEvent) -> Arc<Crowd> {
    Arc::new(Crowd::new(address, host.to_owned(), fixture, event.event_id.clone()))
}

async fn resident(control: &mut RushControl) -> Result<f64, ControlError> {
    Ok(control.metrics().await?.resident_bytes.unwrap_or_default())
}

async fn wait_until(patience: Duration, is_done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_done() && begun.elapsed() < patience {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Everybody joins, over so many connections.
async fn join_all(crowd: &Arc<Crowd>, people: u32, connections: u32) -> Joins {
    let (next, refused) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let latency = Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are in order");
    let latency = Arc::new(Mutex::new(latency));
    let begun = Instant::now();
    let mut joining = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (crowd, next, refused, latency) =
            (Arc::clone(crowd), Arc::clone(&next), Arc::clone(&refused), Arc::clone(&latency));
        joining.spawn(async move {
            // Neighbours share an address and its connection.
            let mut first = next.fetch_add(PER_ADDRESS, Ordering::Relaxed);
            let mut connection = crowd.connection_of(first).await;
            let mut number = first;
            while number < people {
                let sent = Instant::now();
                let joined = crowd.join(&mut connection, number).await;
                latency
                    .lock()
                    .saturating_record(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
                refused.fetch_add(u32::from(joined != 201), Ordering::Relaxed);
                number += 1;
                if number == first + PER_ADDRESS {
                    first = next.fetch_add(PER_ADDRESS, Ordering::Relaxed);
                    number = first;
                    connection = crowd.connection_of(first).await;
                }
            }
        });
    }
    joining.join_all().await;
    let latency = latency.lock().clone();
    Joins { refused: refused.load(Ordering::Relaxed), took: begun.elapsed(), latency }
}

/// Everybody watches, and goes on when the turn comes.
fn watch_all(crowd: &Arc<Crowd>, people: u32, turns: &Arc<Mutex<Vec<Turn>>>) {
    for number in 0..people {
        let (crowd, turns) = (Arc::clone(crowd), Arc::clone(turns));
        tokio::spawn(async move {
            // Not all at once: a listener's queue is short.
            tokio::time::sleep(Duration::from_micros(u64::from(number) * 300)).await;
            if let Some(turn) = crowd.wait_and_buy(number).await {
                turns.lock().push(turn);
            }
        });
    }
}
