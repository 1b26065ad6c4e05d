//! One connection that taps until the server is gone, and writes down what it was told.

use super::journal::{PlaceResponse, Tap};
use super::table::{Grid, Table};
use crate::counts::Answer as _;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use testkit::http::Client;

/// Columns ahead that are tapped: near ones, so that they are decided while the test still runs.
const COLUMNS: i64 = 4;
/// Stakes: presets of the server.
const AMOUNTS: [i64; 3] = [100, 500, 1_000];
/// The grid is looked at again after so long: well before its quotes are too old.
const LOOK: Duration = Duration::from_millis(200);
/// Between two looks while nothing is offered.
const REST: Duration = Duration::from_millis(30);
/// One of so many taps is sent twice at once.
const TWICE_ONE_OF: u32 = 16;

/// A bettor at work.
pub struct Bettor {
    pub table: Arc<Table>,
    pub address: SocketAddr,
    pub seed: u64,
    /// Counts the confirmed taps of everybody.
    pub confirmed: Arc<AtomicU64>,
}

impl Bettor {
    /// Taps until it is `over` or until an answer does not come; the journal in the order of asking.
    pub fn run(&self, over: &AtomicBool) -> Vec<Tap> {
        let mut rng = SmallRng::seed_from_u64(self.seed);
        let mut client = Client::new(self.address);
        let mut journal = Vec::new();
        while !over.load(Ordering::Relaxed) {
            let Ok(grid) = Grid::look(&mut client, COLUMNS) else { break };
            if grid.cells.is_empty() {
                std::thread::sleep(REST);
                continue;
            }
            let until = Instant::now() + LOOK;
            while Instant::now() < until && !over.load(Ordering::Relaxed) {
                let tap = self.tap(&mut rng, &mut client, &grid);
                let gone = tap.response == PlaceResponse::Unknown;
                journal.push(tap);
                if gone {
                    return journal;
                }
            }
        }
        journal
    }

    fn tap(&self, rng: &mut SmallRng, client: &mut Client, grid: &Grid) -> Tap {
        let player = rng.random_range(0..self.table.players.len());
        let cell = &grid.cells[rng.random_range(0..grid.cells.len())];
        let amount = AMOUNTS[rng.random_range(0..AMOUNTS.len())];
        let body = self.table.sign(player, grid, (cell, amount), (&nonce(rng), now_ms()));
        let payout = amount * cell.rate / 100;
        let mut tap =
            Tap { player, body, amount, payout, at: Instant::now(), response: PlaceResponse::Unknown };
        tap.response = place(&self.table, client, &tap);
        if tap.response.made().is_some() {
            self.confirmed.fetch_add(1, Ordering::Relaxed);
            if rng.random_range(0..TWICE_ONE_OF) == 0 {
                let again = place(&self.table, client, &tap);
                assert!(
                    again == tap.response || again == PlaceResponse::Unknown,
                    "{:?} and again {again:?}",
                    tap.response
                );
            }
        }
        tap
    }
}

/// Sends a tap, for the first time or again, and reads the answer. Panics on an answer that no documented tap gives.
pub fn place(table: &Table, client: &mut Client, tap: &Tap) -> PlaceResponse {
    let Ok(answer) = table.place(client, tap.player, &tap.body) else { return PlaceResponse::Unknown };
    let body = answer.json;
    match answer.status {
        // A whole answer from a server that is being killed still counts as a promise.
        200 | 201 => {
            let bet = body["bet_id"].as_str().expect("a confirmed tap answers its bet").to_owned();
            let same = body["amount"] == tap.amount && body["payout"] == tap.payout;
            assert!(same, "{} was confirmed as {body}", tap.body);
            PlaceResponse::Confirmed { bet, body }
        }
        // Too late, moved, taken, at a limit, stale, warming up, overloaded or stopping: nothing was done.
        400 | 409 | 422 | 503 => {
            PlaceResponse::Refused(body["error"].as_str().unwrap_or_default().to_owned())
        }
        status => panic!("a tap was answered with {status}: {body}"),
    }
}

/// A random UUID in lower case.
fn nonce(rng: &mut SmallRng) -> String {
    let digits = format!("{:032x}", rng.random::<u128>());
    let (a, b, c, d, e) = (&digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..]);
    format!("{a}-{b}-4{c}-8{d}-{e}")
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("now is after 1970");
    i64::try_from(since.as_millis()).expect("milliseconds fit")
}
