//! A run against Rush from its set-up to its audit.

use super::args::RushArgs;
use super::caller::{Buyers, Seeds};
use super::control::{RushControl, Wishes};
use super::fill::fill;
use super::fixture::Stage;
use super::journal::Entry;
use super::mix::Class;
use super::verify::{Ages, verify};
use crate::args::Common;
use crate::error::LoadError;
use crate::execute::execute;
use crate::keys::SigningKeys;
use crate::results::{Done, Own, Verified, percentiles};
use crate::run::WARM_UP_MAX;
use crate::server::{Check, ControlError, Metrics};
use crate::stall::Stall;
use clap::{ArgMatches, FromArgMatches as _};
use kernel::{Clock as _, SystemClock, Timestamp};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// Tickets a second that a saturated run is given seats for: no server of this kind sells more on two cores.
const TICKETS_PER_S_MAX: u64 = 150_000;

/// Runs `load rush` to its end; blocks. True when nothing was wrong. Errors: the run was impossible.
pub fn run(matches: &ArgMatches, keys: &SigningKeys) -> Result<bool, LoadError> {
    let args = RushArgs::from_arg_matches(matches)?;
    execute(&args.common, RushRun::prepare(&args, keys))
}

/// A run against Rush.
pub struct RushRun {
    args: RushArgs,
    control: RushControl,
    stage: Arc<Stage>,
    seeds: Seeds,
    began: Instant,
    began_at: Timestamp,
}

impl RushRun {
    /// Fills if asked to, and lets the server set up what this run buys. Errors: the server did not.
    pub async fn prepare(args: &RushArgs, keys: &SigningKeys) -> Result<Self, LoadError> {
        let (began, began_at) = (Instant::now(), SystemClock.now());
        let nonce = began_at.as_micros().cast_unsigned();
        let target = &args.common.url;
        let mut control = RushControl::new(target.address, &target.host, nonce);
        if let Some(bookings) = args.common.fill {
            fill(target, nonce.rotate_left(32), bookings).await?;
        }
        let setup = control.setup(wishes(args)).await?;
        let stage = Stage::new(&setup, keys, began_at.as_secs()).map_err(LoadError::Stage)?;
        let seeds = Seeds { choices: args.common.seed, keys: nonce };
        Ok(Self { args: args.clone(), control, stage: Arc::new(stage), seeds, began, began_at })
    }

    /// Seconds a hold lasts, from the first deadlines the server gave.
    fn hold_s(&self, callers: &[&Buyers]) -> Option<u32> {
        let holds = callers.iter().filter_map(|caller| {
            let (deadline, answered_s) = caller.memory.first_deadline.as_ref()?;
            let answered = self.began_at.plus_secs(i64::from(*answered_s));
            let deadline = Timestamp::parse_rfc3339(deadline).ok()?;
            u32::try_from(answered.secs_until(deadline)).ok()
        });
        holds.min()
    }
}

impl Stall for RushRun {
    type Caller = Buyers;
    const COMMAND: &'static str = "load rush";
    const THINGS: &'static str = "bookings";

    fn common(&self) -> &Common {
        &self.args.common
    }

    fn mix(&self) -> String {
        self.args.mix.to_string()
    }

    fn began(&self) -> Instant {
        self.began
    }

    fn callers(&self) -> Vec<Buyers> {
        let caller = |number| Buyers::new(number, Arc::clone(&self.stage), self.args.mix.clone(), self.seeds);
        (0..self.args.common.connections).map(caller).collect()
    }

    async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.control.metrics().await
    }

    /// A fill up to none only counts.
    async fn things(&mut self) -> Option<u64> {
        self.control.fill(0).await.ok().map(|state| state.bookings)
    }

    async fn verify(&mut self, callers: &[&Buyers]) -> Result<Verified, ControlError> {
        let entries = callers.iter().flat_map(|caller| caller.memory.journal.entries()).copied();
        let entries: Vec<Entry> = entries.collect();
        let now_s = u32::try_from(self.began.elapsed().as_secs()).unwrap_or(u32::MAX);
        let ages = Ages { now_s, hold_s: self.hold_s(callers) };
        verify(&mut self.control, entries, ages, self.args.common.seed).await
    }

    async fn check(&mut self) -> Result<Check, ControlError> {
        self.control.check().await
    }

    fn own(&self, measured: &Done<Class>, [before, after]: [Option<u64>; 2]) -> Own {
        let sold_out = percentiles(&measured.tally.class(Class::SoldOut).latency);
        let mut own = Own::default();
        own.fields.insert("buyers".to_owned(), json!(self.stage.buyers));
        own.fields.insert("bookings_before".to_owned(), json!(before));
        own.fields.insert("bookings_after".to_owned(), json!(after));
        own.fields.insert("sold_out_p95_ms".to_owned(), json!(sold_out.p95_ms));
        own.lines = vec![
            ("bookings before", before.map(|count| count as f64), 0),
            ("bookings after", after.map(|count| count as f64), 0),
        ];
        own
    }
}

/// Zones with seats enough for every ticket that this run could buy.
fn wishes(args: &RushArgs) -> Wishes {
    let seconds = args.common.duration + WARM_UP_MAX.as_secs();
    let tickets = seconds * args.common.rate.map_or(TICKETS_PER_S_MAX, |rate| rate * 2);
    let open = u64::from(args.zones - (args.zones / 10).max(1));
    // An event without a zone cannot be published.
    let events = args.events.min(args.zones);
    Wishes { zones: args.zones, events, seats_per_zone: (tickets / open).max(1000) }
}
