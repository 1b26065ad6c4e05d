//! One run from beginning to end: ceiling, warm-up, measurement, ceiling, audit, report.
//! What does not live here: how any of them is done, and what a stall is asked.

use super::args::{Common, Spike};
use super::control::{Check, ControlError};
use super::machine;
use super::metrics::Metrics;
use super::phase::{self, Done, Tempo};
use super::report::Report;
use super::spiked::Spiked;
use super::stall::{Goal, Kind, KindOf, Own, Stall, Verified};
use super::table;
use super::worker::Worker;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest warm-up before the measurement: connections, caches and maps of the server are cold in the first seconds.
pub const WARM_UP_MAX: Duration = Duration::from_secs(2);
/// Warm-up before each ceiling, which touches no database.
const CEILING_WARM_UP: Duration = Duration::from_millis(500);
/// Longest measurement of the ceiling; it is steady.
const CEILING_MAX: Duration = Duration::from_secs(5);

/// A long measurement by a timetable is looked at so often.
const SLICE: Duration = Duration::from_secs(60);

/// Why a run could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file of the report cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Json { path: PathBuf, error: std::io::Error },
    /// Arguments that no command line of ours lets through.
    #[error(transparent)]
    Arguments(#[from] clap::Error),
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

impl LoadError {
    /// The arguments were unusable, as opposed to the server.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::Json { .. } | Self::Arguments(_))
    }
}

/// What was measured, before it becomes a report.
#[derive(Debug)]
pub struct Findings<K> {
    /// What was asked for.
    pub common: Common,
    /// The command, e.g. `load rush`.
    pub command: &'static str,
    /// What is acknowledged, in the plural.
    pub things: &'static str,
    /// The weights.
    pub mix: String,
    /// CPUs' idle time before anything was sent, in percent.
    pub idle_percent: Option<f64>,
    /// The warm-up, of which only failures matter.
    pub warm_up: Done<K>,
    /// The measurement.
    pub measured: Done<K>,
    /// What a spike did, if one was asked for.
    pub spike: Option<Spiked<K>>,
    /// The server's counters at the beginning, and after each slice of a long measurement by a timetable.
    pub samples: Vec<Metrics>,
    /// The ceiling before and after, if asked for.
    pub ceilings: Vec<Done<K>>,
    /// The server's counters before and after the measurement.
    pub metrics: [Metrics; 2],
    /// CPU seconds this program used in the measurement.
    pub own_cpu_s: Option<f64>,
    /// The journal's verdict, or why there is none.
    pub verified: Result<Verified, String>,
    /// The server's invariants, or why they could not be had.
    pub check: Result<Check, String>,
    /// What only this stall tells.
    pub own: Own,
}

/// Makes sure that the report can be written: better to know before the run than after it.
pub fn try_json(common: &Common) -> Result<(), LoadError> {
    common.json.as_deref().map_or(Ok(()), |path| write_file(path, b""))
}

/// Prints the report and writes its file. True when nothing was wrong.
pub fn publish<K: Kind>(findings: &Findings<K>) -> Result<bool, LoadError> {
    let report = Report::new(findings);
    std::io::stdout().lock().write_all(table::render(&report).as_bytes())?;
    if let Some(path) = &findings.common.json {
        write_file(path, report.to_json().as_bytes())?;
    }
    Ok(report.failures.is_empty())
}

fn write_file(path: &Path, text: &[u8]) -> Result<(), LoadError> {
    std::fs::write(path, text).map_err(|error| LoadError::Json { path: path.to_path_buf(), error })
}

/// Carries out all phases in their order. `idle_percent` was taken before the set-up.
pub async fn run<S: Stall>(
    stall: &mut S,
    idle_percent: Option<f64>,
) -> Result<Findings<KindOf<S>>, LoadError> {
    let common = stall.common().clone();
    let mut run = Run::new(stall, &common);
    let mut ceilings = Vec::new();
    ceilings.extend(run.ceiling().await);
    let duration = Duration::from_secs(common.duration);
    eprintln!("warming up, then measuring for {} s", common.duration);
    let warm_up = run.mix(duration.min(WARM_UP_MAX)).await;
    if warm_up.tally.answered() == 0 {
        return Err(LoadError::NothingAnswered(warm_up.tally.errors));
    }
    run.stall.before_measuring().await;
    let things_before = run.stall.things().await;
    let (before, cpu_before) = run.sample().await?;
    let (measured, samples) = run.measure(before, duration).await?;
    let (after, cpu_after) = run.sample().await?;
    let things = [things_before, run.stall.things().await];
    run.stall.after_measuring().await;
    let spike = run.spike(&measured).await;
    ceilings.extend(run.ceiling().await);
    eprintln!("asking for what was acknowledged");
    let callers: Vec<&S::Caller> = run.workers.iter().map(|worker| &worker.caller).collect();
    let verified = run.stall.verify(&callers).await.map_err(|error| error.to_string());
    let check = run.stall.check().await.map_err(|error| error.to_string());
    let own = run.stall.own(&measured, things);
    Ok(Findings {
        common: common.clone(),
        command: S::COMMAND,
        things: S::THINGS,
        mix: run.stall.mix(),
        idle_percent,
        warm_up,
        measured,
        spike,
        samples,
        ceilings,
        metrics: [before, after],
        own_cpu_s: cpu_after.zip(cpu_before).map(|(after, before)| after - before),
        verified,
        check,
        own,
    })
}

struct Run<'s, S: Stall> {
    stall: &'s mut S,
    common: &'s Common,
    workers: Vec<Worker<S::Caller>>,
}

impl<'s, S: Stall> Run<'s, S> {
    fn new(stall: &'s mut S, common: &'s Common) -> Self {
        let began = stall.began();
        let worker = |caller| Worker::new(caller, common.url.address, &common.url.host, began);
        let workers = stall.callers().into_iter().map(worker).collect();
        Self { stall, common, workers }
    }

    async fn mix(&mut self, duration: Duration) -> Done<KindOf<S>> {
        phase::run(&mut self.workers, Goal::Mix, Tempo::of(self.common.rate), duration).await
    }

    /// The measurement. A long one by a timetable goes in slices, after each of which the server is looked at.
    async fn measure(
        &mut self,
        before: Metrics,
        duration: Duration,
    ) -> Result<(Done<KindOf<S>>, Vec<Metrics>), ControlError> {
        let mut samples = vec![before];
        let slice = if self.common.rate.is_some() { duration.min(SLICE) } else { duration };
        let mut done = self.mix(slice).await;
        let mut left = duration.saturating_sub(slice);
        while !left.is_zero() {
            samples.push(self.stall.metrics().await?);
            let slice = left.min(SLICE);
            done = done.and(self.mix(slice).await);
            left -= slice;
        }
        samples.push(self.stall.metrics().await?);
        Ok((done, samples))
    }

    async fn spike(&mut self, measured: &Done<KindOf<S>>) -> Option<Spiked<KindOf<S>>> {
        let Spike { rate, climb_s } = self.common.spike?;
        eprintln!("climbing to {rate} a second within {climb_s} s");
        let (workers, tempo) = (&mut self.workers, Tempo::of(self.common.rate));
        let climb = phase::run(workers, Goal::Mix, Tempo::Climb(rate), Duration::from_secs(climb_s)).await;
        eprintln!("falling back");
        let mut spiked = Spiked::new(climb, measured);
        while !spiked.is_over() {
            spiked.note(phase::run(workers, Goal::Mix, tempo, Duration::from_secs(1)).await);
        }
        Some(spiked)
    }

    async fn ceiling(&mut self) -> Option<Done<KindOf<S>>> {
        if !self.common.ceiling {
            return None;
        }
        let duration = Duration::from_secs(self.common.duration).min(CEILING_MAX);
        eprintln!("measuring the ceiling for {} s", duration.as_secs());
        phase::run(&mut self.workers, Goal::Ceiling, Tempo::Saturated, CEILING_WARM_UP).await;
        Some(phase::run(&mut self.workers, Goal::Ceiling, Tempo::Saturated, duration).await)
    }

    /// The server's counters and this program's CPU time, between two phases.
    async fn sample(&mut self) -> Result<(Metrics, Option<f64>), ControlError> {
        let metrics = self.stall.metrics().await?;
        Ok((metrics, machine::own_cpu_s()))
    }
}
