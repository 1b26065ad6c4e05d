//! A run against Rush from its set-up to its audit.

use super::args::RushArgs;
use super::caller::{Buyers, Seeds};
use super::control::{RushControl, SetupRequest};
use super::fill::fill;
use super::fixture::Fixture;
use super::journal::Entry;
use super::mix::RushKind;
use super::queue;
use super::verify::{HoldAges, verify};
use crate::args::CommonArgs;
use crate::error::LoadError;
use crate::execute::execute;
use crate::journal_file;
use crate::keys::SigningKeys;
use crate::results::{JournalAudit, PhaseResult, ReportRow, StallFigures, percentiles};
use crate::run::WARM_UP_MAX;
use crate::server::{CheckReport, ControlError, Metrics};
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
    if let Some(people) = args.queue {
        return queue::run(&args, people, keys);
    }
    if let Some(path) = &args.common.audit {
        let target = &args.common.url;
        // How long ago the holds were made is not known any more: they may all have run out.
        let ages = HoldAges { now_s: u32::MAX / 2, hold_s: Some(0) };
        return journal_file::audit(path, RushRun::COMMAND, async |entries| {
            let mut control = RushControl::new(target.address, &target.host, 0);
            verify(&mut control, entries, ages, args.common.seed).await
        });
    }
    execute(&args.common, RushRun::prepare(&args, keys))
}

/// A run against Rush.
pub struct RushRun {
    args: RushArgs,
    control: RushControl,
    fixture: Arc<Fixture>,
    seeds: Seeds,
    began: Instant,
    began_at: Timestamp,
    /// Seconds a hold lasts; known when the journal is taken.
    hold_s: Option<u32>,
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
        let setup = control.setup(setup_request(args)).await?;
        let returning = args.common.fill.filter(|_| args.scattered);
        let fixture = Fixture::new(&setup, keys, began_at.as_secs(), returning).map_err(LoadError::Setup)?;
        let seeds = Seeds { choices: args.common.seed, keys: nonce };
        Ok(Self {
            args: args.clone(),
            control,
            fixture: Arc::new(fixture),
            seeds,
            began,
            began_at,
            hold_s: None,
        })
    }

    /// Seconds a hold lasts, from the first deadlines the server gave.
    fn hold_s_of(&self, callers: &[&Buyers]) -> Option<u32> {
        let holds = callers.iter().filter_map(|caller| {
            let (deadline, answered_s) = caller.history.first_deadline.as_ref()?;
            let answered = self.began_at.plus_secs(i64::from(*answered_s));
            let deadline = Timestamp::parse_rfc3339(deadline).ok()?;
            u32::try_from(answered.secs_until(deadline)).ok()
        });
        holds.min()
    }
}

impl Stall for RushRun {
    type Caller = Buyers;
    type Entry = Entry;
    const COMMAND: &'static str = "load rush";
    const ENTRIES: &'static str = "bookings";

    fn common(&self) -> &CommonArgs {
        &self.args.common
    }

    fn mix(&self) -> String {
        self.args.mix.to_string()
    }

    fn began(&self) -> Instant {
        self.began
    }

    fn callers(&self) -> Vec<Buyers> {
        let caller =
            |number| Buyers::new(number, Arc::clone(&self.fixture), self.args.mix.clone(), self.seeds);
        (0..self.args.common.connections).map(caller).collect()
    }

    async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.control.metrics().await
    }

    /// A fill up to none only counts.
    async fn count_entries(&mut self) -> Option<u64> {
        self.control.fill(0).await.ok().map(|state| state.bookings)
    }

    fn journal(&mut self, callers: &[&Buyers]) -> Vec<Entry> {
        self.hold_s = self.hold_s_of(callers);
        callers.iter().flat_map(|caller| caller.history.journal.entries()).copied().collect()
    }

    async fn verify(&mut self, entries: Vec<Entry>) -> Result<JournalAudit, ControlError> {
        let now_s = u32::try_from(self.began.elapsed().as_secs()).unwrap_or(u32::MAX);
        let ages = HoldAges { now_s, hold_s: self.hold_s };
        verify(&mut self.control, entries, ages, self.args.common.seed).await
    }

    async fn check(&mut self) -> Result<CheckReport, ControlError> {
        self.control.check().await
    }

    fn figures(&self, measured: &PhaseResult<RushKind>, [before, after]: [Option<u64>; 2]) -> StallFigures {
        let sold_out = percentiles(&measured.tally.of(RushKind::SoldOut).latency);
        let mut figures = StallFigures::default();
        figures.fields.insert("buyers".to_owned(), json!(self.fixture.buyers));
        figures.fields.insert("bookings_before".to_owned(), json!(before));
        figures.fields.insert("bookings_after".to_owned(), json!(after));
        figures.fields.insert("sold_out_p95_ms".to_owned(), json!(sold_out.p95_ms));
        figures.rows =
            vec![ReportRow::count("bookings before", before), ReportRow::count("bookings after", after)];
        figures
    }
}

/// Zones with seats enough for every ticket that this run could buy.
fn setup_request(args: &RushArgs) -> SetupRequest {
    let seconds = args.common.duration + WARM_UP_MAX.as_secs();
    let tickets = seconds * args.common.rate.map_or(TICKETS_PER_S_MAX, |rate| rate * 2);
    let open = u64::from(args.zones - (args.zones / 10).max(1));
    // An event without a zone cannot be published.
    let events = args.events.min(args.zones);
    SetupRequest { zones: args.zones, events, seats_per_zone: (tickets / open).max(1000) }
}
