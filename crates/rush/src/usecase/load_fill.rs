//! For load runs: brings the database to a number of bookings, through the same batches and rules as real buyers, without
//! their HTTP.

use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::reserve::ReserveRequest;
use kernel::{Refusal, UserId};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::StoreError;

/// Requests under way at once: two full batches, one being committed and one gathering.
const UNDER_WAY: u64 = 1024;
/// Buyers of a fill begin here, far from real and from load-run users.
const FIRST_BUYER: i64 = 1 << 61;

/// How far a fill is.
#[derive(Debug, Default)]
pub struct Filling {
    target: AtomicU64,
    done: AtomicU64,
    running: AtomicBool,
    refused: AtomicU64,
}

/// Starts filling up to `bookings` in all. Answers at once; `progress` tells.
pub async fn start(app: &Arc<App>, bookings: u64) -> Result<Value, Refusal> {
    let have =
        app.store.read(|tx| tx.query_one("SELECT COUNT(*) FROM bookings", &[], |row| row.int(0))).await?;
    let have = have.unsigned_abs();
    let filling = &app.filling;
    filling.target.store(bookings, Ordering::Release);
    filling.done.store(have, Ordering::Release);
    if have < bookings && !filling.running.swap(true, Ordering::AcqRel) {
        let app = Arc::clone(app);
        tokio::spawn(async move {
            fill(&app, bookings - have).await;
            app.filling.running.store(false, Ordering::Release);
        });
    }
    progress(app).await
}

/// How many there are, how many there shall be, whether it is done.
pub async fn progress(app: &App) -> Result<Value, Refusal> {
    let filling = &app.filling;
    Ok(json!({
        "bookings": filling.done.load(Ordering::Acquire),
        "target": filling.target.load(Ordering::Acquire),
        "refused": filling.refused.load(Ordering::Acquire),
        "done": !filling.running.load(Ordering::Acquire),
    }))
}

async fn fill(app: &Arc<App>, missing: u64) {
    let offers = open_offers(&app.catalogue.current());
    if offers.is_empty() {
        tracing::error!("there is nothing on sale to fill with");
        return;
    }
    let offers = Arc::new(offers);
    let next = Arc::new(AtomicU64::new(0));
    let base = app.ids.next(app.clock.now()) & 0xffff_ffff_ffff;
    let workers = (0..UNDER_WAY.min(missing)).map(|_| {
        let (app, offers, next) = (Arc::clone(app), Arc::clone(&offers), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                // A batch that met a full zone is not repeated for ever: twice the missing number is the end.
                if number >= missing * 2
                    || app.filling.done.load(Ordering::Relaxed) >= app.filling.target.load(Ordering::Relaxed)
                {
                    return;
                }
                one(&app, &offers, base, number).await;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        let _ = worker.await;
    }
}

async fn one(app: &App, offers: &[Offer], base: i64, number: u64) {
    let pick = usize::try_from(number % offers.len() as u64).unwrap_or_default();
    let offer = &offers[pick];
    // Buyers arrive in no order: an odd multiplier scatters their numbers over the tree as real ones would be.
    let buyer = (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8).cast_signed() ^ base;
    let request = ReserveRequest {
        user: UserId(FIRST_BUYER | buyer),
        tenant: None,
        event: offer.event,
        show: offer.show,
        zone: offer.zone,
        quantity: offer.min_per_order.max(1),
        key_hash: number.cast_signed(),
        request_hash: 0,
    };
    match app.reserve.submit(request).await {
        Ok(outcome) if outcome.verdict.is_ok() => drop(app.filling.done.fetch_add(1, Ordering::Relaxed)),
        Ok(_) => drop(app.filling.refused.fetch_add(1, Ordering::Relaxed)),
        Err(StoreError::Overloaded) => tokio::task::yield_now().await,
        Err(error) => tracing::error!(%error, "filling failed"),
    }
}

fn open_offers(snapshot: &Snapshot) -> Vec<Offer> {
    let offers = snapshot.all_zones().filter_map(|zone| snapshot.offer(zone.id).copied());
    offers.filter(|offer| offer.state == OfferState::Open && offer.price_minor > 0).collect()
}
