//! For load runs: brings the database to a number of bookings, through the same batches and rules as real buyers, without
//! their HTTP.

use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::queue::PresentedPass;
use crate::domain::reserve::ReserveRequest;
use crate::store::bookings;
use kernel::{Refusal, UserId};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::StoreError;

/// Requests under way at once: two full batches, one being committed and one gathering.
const UNDER_WAY: u64 = 1024;
/// Buyers of a fill begin here, far from real and from load-run users. `fairground load rush --scattered` knows this number and how
/// they are scattered.
const FIRST_BUYER: i64 = 1 << 61;

/// A fill, and how far it is.
#[derive(Debug, Default)]
pub struct Fill {
    target: AtomicU64,
    done: AtomicU64,
    running: AtomicBool,
    refused: AtomicU64,
}

impl Fill {
    /// How many there are, how many there shall be, whether it is done.
    #[must_use]
    pub fn progress(&self) -> Value {
        json!({
            "bookings": self.done.load(Ordering::Acquire),
            "target": self.target.load(Ordering::Acquire),
            "refused": self.refused.load(Ordering::Acquire),
            "done": !self.running.load(Ordering::Acquire),
        })
    }
}

/// Starts filling up to `bookings` in all. Answers at once; its `progress` says how far it is.
pub async fn start(app: &Arc<App>, filling: &Arc<Fill>, bookings: u64) -> Result<Value, Refusal> {
    let have = app.store.read(bookings::count).await?.unsigned_abs();
    filling.target.store(bookings, Ordering::Release);
    filling.done.store(have, Ordering::Release);
    if have < bookings && !filling.running.swap(true, Ordering::AcqRel) {
        let (app, filling) = (Arc::clone(app), Arc::clone(filling));
        // The buyers of a first fill can be named again by whoever lets them return; those of a later one are others.
        let base = if have == 0 { 0 } else { app.ids.next(app.clock.now()) & 0xffff_ffff_ffff };
        tokio::spawn(async move {
            fill(&app, &filling, bookings - have, base).await;
            filling.running.store(false, Ordering::Release);
        });
    }
    Ok(filling.progress())
}

async fn fill(app: &Arc<App>, filling: &Arc<Fill>, missing: u64, base: i64) {
    let offers = open_offers(&app.catalogue.current());
    if offers.is_empty() {
        tracing::error!("there is nothing on sale to fill with");
        return;
    }
    let offers = Arc::new(offers);
    let next = Arc::new(AtomicU64::new(0));
    let workers = (0..UNDER_WAY.min(missing)).map(|_| {
        let (app, filling) = (Arc::clone(app), Arc::clone(filling));
        let (offers, next) = (Arc::clone(&offers), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                // A batch that met a full zone is not repeated for ever: twice the missing number is the end.
                if number >= missing * 2
                    || filling.done.load(Ordering::Relaxed) >= filling.target.load(Ordering::Relaxed)
                {
                    return;
                }
                match app.reserve.submit(request(&offers, base, number)).await {
                    Ok(outcome) if outcome.verdict.is_ok() => {
                        filling.done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(_) => drop(filling.refused.fetch_add(1, Ordering::Relaxed)),
                    Err(StoreError::Overloaded) => tokio::task::yield_now().await,
                    Err(error) => tracing::error!(%error, "filling failed"),
                }
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        let _ = worker.await;
    }
}

/// The reservation of the buyer of this number.
fn request(offers: &[Offer], base: i64, number: u64) -> ReserveRequest {
    let pick = usize::try_from(number % offers.len() as u64).unwrap_or_default();
    let offer = &offers[pick];
    // Buyers arrive in no order: an odd multiplier scatters their numbers over the tree as real ones would be.
    let buyer = (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8).cast_signed() ^ base;
    ReserveRequest {
        pass: PresentedPass::Missing,
        user: UserId(FIRST_BUYER | buyer),
        tenant: None,
        event: offer.event,
        show: offer.show,
        zone: offer.zone,
        quantity: offer.min_per_order.max(1),
        key_hash: number.cast_signed(),
        request_hash: 0,
    }
}

fn open_offers(snapshot: &Snapshot) -> Vec<Offer> {
    let offers = snapshot.all_zones().filter_map(|zone| snapshot.offer(zone.id).copied());
    offers.filter(|offer| offer.state == OfferState::Open && offer.price_minor > 0).collect()
}
