//! One run from beginning to end: set-up, ceiling, warm-up, measurement, ceiling, audit, report.
//! What does not live here: how any of them is done.

use super::args::{RushArgs, Target};
use super::control::{Check, Control, ControlError, Wishes};
use super::fill::fill;
use super::journal::Entry;
use super::keys::SigningKeys;
use super::machine;
use super::metrics::Metrics;
use super::phase::{self, Done, Kind};
use super::report::Report;
use super::stage::Stage;
use super::table;
use super::verify::{Ages, Verified, verify};
use super::worker::{Seeds, Worker};
use kernel::{Clock as _, SystemClock, Timestamp};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest warm-up before the measurement: connections, caches and maps of the server are cold in the first seconds.
const WARM_UP_MAX: Duration = Duration::from_secs(2);
/// Warm-up before each ceiling, which touches no database.
const CEILING_WARM_UP: Duration = Duration::from_millis(500);
/// Longest measurement of the ceiling; it is steady.
const CEILING_MAX: Duration = Duration::from_secs(5);
/// Tickets a second that a saturated run is given seats for: no server of this kind sells more on two cores.
const TICKETS_PER_S_MAX: u64 = 150_000;

/// Why a run could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum RushError {
    /// The file of the report cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Json { path: PathBuf, error: std::io::Error },
    /// The runtime or the terminal.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A control call failed.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The server stopped filling.
    #[error("the server stopped filling at {reached} of {wanted} bookings; its log says why")]
    FillStopped { reached: u64, wanted: u64 },
    /// Measuring would be pointless.
    #[error("no request of the warm-up was answered as documented, only {0:?}")]
    NothingAnswered(BTreeMap<String, u64>),
    /// The server's set-up is of no use.
    #[error("{0}")]
    Stage(String),
}

impl RushError {
    /// The arguments were unusable, as opposed to the server.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::Json { .. })
    }
}

/// What was measured, before it becomes a report.
#[derive(Debug)]
pub struct Findings {
    /// CPUs' idle time before anything was sent, in percent.
    pub idle_percent: Option<f64>,
    /// The warm-up, of which only failures matter.
    pub warm_up: Done,
    /// The measurement.
    pub measured: Done,
    /// The ceiling before and after, if asked for.
    pub ceilings: Vec<Done>,
    /// The server's counters before and after the measurement.
    pub metrics: [Metrics; 2],
    /// CPU seconds this program used in the measurement.
    pub own_cpu_s: Option<f64>,
    /// Bookings in the database before and after.
    pub bookings: [Option<u64>; 2],
    /// The journal's verdict, or why there is none.
    pub verified: Result<Verified, String>,
    /// The server's invariants, or why they could not be had.
    pub check: Result<Check, String>,
    /// Buyers that were drawn from.
    pub buyers: u32,
}

/// Runs and reports. True when nothing was wrong.
pub fn run_blocking(args: &RushArgs, keys: &SigningKeys) -> Result<bool, RushError> {
    if let Some(path) = &args.json {
        // Better to know before the run than after it.
        write_file(path, b"")?;
    }
    // One thread: the server needs the rest of the machine, and the workers share their tally without contention.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings = runtime.block_on(run(args, keys))?;
    let report = Report::new(args, &findings);
    std::io::stdout().lock().write_all(table::render(&report).as_bytes())?;
    if let Some(path) = &args.json {
        write_file(path, report.to_json().as_bytes())?;
    }
    Ok(report.failures.is_empty())
}

fn write_file(path: &Path, text: &[u8]) -> Result<(), RushError> {
    std::fs::write(path, text).map_err(|error| RushError::Json { path: path.to_path_buf(), error })
}

/// Carries out all phases in their order.
pub async fn run(args: &RushArgs, keys: &SigningKeys) -> Result<Findings, RushError> {
    let idle_percent = machine::idle_percent().await;
    let mut run = Run::prepare(args, keys).await?;
    let mut ceilings = Vec::new();
    ceilings.extend(run.ceiling().await);
    let duration = Duration::from_secs(args.duration);
    eprintln!("warming up, then measuring for {} s", args.duration);
    let mix = || Kind::Mixed(args.mix.clone());
    let warm_up = phase::run(&mut run.workers, mix(), args.rate, duration.min(WARM_UP_MAX)).await;
    if warm_up.tally.answered() == 0 {
        return Err(RushError::NothingAnswered(warm_up.tally.errors));
    }
    let bookings_before = run.bookings().await;
    let (before, cpu_before) = run.sample().await?;
    let measured = phase::run(&mut run.workers, mix(), args.rate, duration).await;
    let (after, cpu_after) = run.sample().await?;
    let bookings_after = run.bookings().await;
    ceilings.extend(run.ceiling().await);
    eprintln!("asking for what was acknowledged");
    let verified = run.verify().await.map_err(|error| error.to_string());
    let check = run.control.check().await.map_err(|error| error.to_string());
    Ok(Findings {
        idle_percent,
        warm_up,
        measured,
        ceilings,
        metrics: [before, after],
        own_cpu_s: cpu_after.zip(cpu_before).map(|(after, before)| after - before),
        bookings: [bookings_before, bookings_after],
        verified,
        check,
        buyers: run.stage.buyers,
    })
}

struct Run<'a> {
    args: &'a RushArgs,
    control: Control,
    stage: Arc<Stage>,
    workers: Vec<Worker>,
    began: Instant,
    began_at: Timestamp,
}

impl<'a> Run<'a> {
    async fn prepare(args: &'a RushArgs, keys: &SigningKeys) -> Result<Self, RushError> {
        let (began, began_at) = (Instant::now(), SystemClock.now());
        let nonce = began_at.as_micros().cast_unsigned();
        let Target { address, host } = &args.url;
        let mut control = Control::new(*address, host, nonce);
        if let Some(bookings) = args.fill {
            fill(&args.url, nonce.rotate_left(32), bookings).await?;
        }
        let setup = control.setup(wishes(args)).await?;
        let stage = Stage::new(&setup, keys, host, began_at.as_secs()).map_err(RushError::Stage)?;
        let stage = Arc::new(stage);
        let seeds = Seeds { choices: args.seed, keys: nonce, began };
        let worker = |number| Worker::new(number, Arc::clone(&stage), *address, seeds);
        let workers = (0..args.connections).map(worker).collect();
        Ok(Self { args, control, stage, workers, began, began_at })
    }

    async fn ceiling(&mut self) -> Option<Done> {
        if !self.args.ceiling {
            return None;
        }
        let duration = Duration::from_secs(self.args.duration).min(CEILING_MAX);
        eprintln!("measuring the ceiling for {} s", duration.as_secs());
        phase::run(&mut self.workers, Kind::Ceiling, None, CEILING_WARM_UP).await;
        Some(phase::run(&mut self.workers, Kind::Ceiling, None, duration).await)
    }

    /// The server's counters and this program's CPU time, between two phases.
    async fn sample(&mut self) -> Result<(Metrics, Option<f64>), ControlError> {
        let metrics = self.control.metrics().await?;
        Ok((metrics, machine::own_cpu_s()))
    }

    /// Bookings there are: a fill up to none only counts.
    async fn bookings(&mut self) -> Option<u64> {
        self.control.fill(0).await.ok().map(|state| state.bookings)
    }

    async fn verify(&mut self) -> Result<Verified, ControlError> {
        let entries: Vec<Entry> =
            self.workers.iter().flat_map(|worker| worker.memory.journal.entries()).copied().collect();
        let now_s = u32::try_from(self.began.elapsed().as_secs()).unwrap_or(u32::MAX);
        let ages = Ages { now_s, hold_s: self.hold_s() };
        verify(&mut self.control, entries, ages, self.args.seed).await
    }

    /// Seconds a hold lasts, from the first deadlines the server gave.
    fn hold_s(&self) -> Option<u32> {
        let holds = self.workers.iter().filter_map(|worker| {
            let (deadline, answered_s) = worker.memory.first_deadline.as_ref()?;
            let answered = self.began_at.plus_secs(i64::from(*answered_s));
            let deadline = Timestamp::parse_rfc3339(deadline).ok()?;
            u32::try_from(answered.secs_until(deadline)).ok()
        });
        holds.min()
    }
}

/// Zones with seats enough for every ticket that this run could buy.
fn wishes(args: &RushArgs) -> Wishes {
    let seconds = args.duration + WARM_UP_MAX.as_secs();
    let tickets = seconds * args.rate.map_or(TICKETS_PER_S_MAX, |rate| rate * 2);
    let open = u64::from(args.zones - (args.zones / 10).max(1));
    // An event without a zone cannot be published.
    let events = args.events.min(args.zones);
    Wishes { zones: args.zones, events, seats_per_zone: (tickets / open).max(1000) }
}
