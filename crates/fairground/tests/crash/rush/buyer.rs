//! One connection that buys, pays and cancels until the server is gone, and writes down what it was told.

use super::journal::{Attempt, Promise, Reserve};
use super::shop::Shop;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::http::Client;

/// Of ten orders this many come from a small crowd of buyers, so that caps and rivals are met too.
const CROWD_OF_TEN: u32 = 2;
/// The size of that crowd.
const CROWD: u32 = 32;
/// After a reserve, of ten: this many pay, and this many cancel.
const PAY_OF_TEN: u32 = 3;
const CANCEL_OF_TEN: u32 = 2;

/// A buyer at work.
pub struct Buyer {
    pub shop: Arc<Shop>,
    pub address: SocketAddr,
    pub seed: u64,
}

impl Buyer {
    /// Buys until it is `over` or until an answer does not come; the journal in the order of asking.
    pub fn run(&self, over: &AtomicBool) -> Vec<Attempt> {
        let mut rng = SmallRng::seed_from_u64(self.seed);
        let mut client = Client::new(self.address);
        let mut journal = Vec::new();
        while !over.load(Ordering::Relaxed) {
            let mut attempt = self.draw(&mut rng);
            attempt.answer = reserve(&self.shop, &mut client, &attempt);
            self.go_on(&mut rng, &mut client, &mut attempt);
            let gone = attempt.answer == Reserve::Unknown;
            journal.push(attempt);
            if gone {
                break;
            }
        }
        journal
    }

    fn draw(&self, rng: &mut SmallRng) -> Attempt {
        let crowd = if rng.random_range(0..10) < CROWD_OF_TEN { CROWD } else { self.shop.buyers };
        Attempt {
            buyer: rng.random_range(0..crowd),
            zone: rng.random_range(0..self.shop.zones.len()),
            quantity: rng.random_range(1..=2),
            key: format!("crash-{:016x}{:016x}", self.seed, rng.random::<u64>()),
            answer: Reserve::Unknown,
        }
    }

    /// Pays or cancels what was just reserved, or leaves it.
    fn go_on(&self, rng: &mut SmallRng, client: &mut Client, attempt: &mut Attempt) {
        let Reserve::Acknowledged { booking, promise } = &mut attempt.answer else { return };
        let draw = rng.random_range(0..10);
        let key = format!("{}-next", attempt.key);
        if draw < PAY_OF_TEN {
            let order = (attempt.buyer, attempt.zone, attempt.quantity);
            let answer = self.shop.pay(client, order, booking, &key);
            let paid = answer.is_ok_and(|answer| answer.json["data"]["status"] == "succeeded");
            *promise = if paid { Promise::Confirmed } else { Promise::MaybeConfirmed };
        } else if draw < PAY_OF_TEN + CANCEL_OF_TEN {
            let answer = self.shop.cancel(client, attempt.buyer, booking, &key);
            let cancelled = answer.is_ok_and(|answer| answer.status == 200);
            *promise = if cancelled { Promise::Cancelled } else { Promise::MaybeCancelled };
        }
    }
}

/// Sends a reserve, for the first time or again, and reads the answer. Panics on an answer that no
/// documented reserve gives.
pub fn reserve(shop: &Shop, client: &mut Client, attempt: &Attempt) -> Reserve {
    let answer = shop.reserve(client, attempt.buyer, attempt.zone, attempt.quantity, &attempt.key);
    let Ok(answer) = answer else { return Reserve::Unknown };
    let body = answer.json;
    match answer.status {
        // A whole answer from a server that is being killed still counts as a promise.
        200 | 201 => {
            let booking =
                body["data"]["booking_id"].as_str().expect("a reserve answers its booking").to_owned();
            Reserve::Acknowledged { booking, promise: Promise::Reserved }
        }
        // Overloaded or stopping: nothing was done, and the same key may be tried again.
        409 | 429 | 503 => Reserve::Refused,
        status => panic!("a reserve was answered with {status}: {body}"),
    }
}
