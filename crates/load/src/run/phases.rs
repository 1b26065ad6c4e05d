//! One run from beginning to end: ceiling, warm-up, measurement, ceiling, audit, report.
//! What does not live here: how any of them is done, and what is requested of a stall.

use super::machine;
use super::phase::LoadModel;
use super::worker::Worker;
use super::workers::run_phase;
use crate::args::{CommonArgs, Spike};
use crate::error::LoadError;
use crate::interrupt;
use crate::journal_file;
use crate::results::{Findings, PhaseResult, SpikeResult};
use crate::server::{ControlError, Metrics};
use crate::stall::{KindOf, Stall, Workload};
use std::time::Duration;

/// Longest warm-up before the measurement: connections, caches and maps of the server are cold in the first seconds.
pub const WARM_UP_MAX: Duration = Duration::from_secs(2);
/// Warm-up before each ceiling, which touches no database.
const CEILING_WARM_UP: Duration = Duration::from_millis(500);
/// Longest measurement of the ceiling; it is steady.
const CEILING_MAX: Duration = Duration::from_secs(5);

/// A long measurement by a timetable is looked at so often.
const SLICE: Duration = Duration::from_secs(60);

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
    let entries_before = run.stall.count_entries().await;
    let (before, cpu_before) = run.sample().await?;
    let (measured, samples) = run.measure(before, duration).await;
    let mut cut_short = run.cut_short(&measured, duration);
    let (after, cpu_after) = run.sample().await.unwrap_or_else(|error| {
        cut_short.push(format!("After the measurement the server did not answer: {error}."));
        (Metrics::default(), machine::own_cpu_s())
    });
    let entries = [entries_before, run.stall.count_entries().await];
    run.stall.after_measuring().await;
    let mut spike = None;
    if cut_short.is_empty() {
        spike = run.spike(&measured).await;
        ceilings.extend(run.ceiling().await);
    }
    eprintln!("asking for what was acknowledged");
    let callers: Vec<&S::Caller> = run.workers.iter().map(|worker| &worker.caller).collect();
    let acknowledged = run.stall.journal(&callers);
    let verified = run.stall.verify(acknowledged.clone()).await.map_err(|error| error.to_string());
    let is_kept = verified.is_err() || !cut_short.is_empty();
    let journal = is_kept.then(|| journal_file::keep(&common, S::COMMAND, &acknowledged)).transpose()?;
    let check = run.stall.check().await.map_err(|error| error.to_string());
    let figures = run.stall.figures(&measured, entries);
    Ok(Findings {
        common: common.clone(),
        command: S::COMMAND,
        entries: S::ENTRIES,
        mix: run.stall.mix(),
        idle_percent,
        warm_up,
        measured,
        spike,
        samples,
        ceilings,
        metrics: [before, after],
        cut_short,
        journal,
        own_cpu_s: cpu_after.zip(cpu_before).map(|(after, before)| after - before),
        verified,
        check,
        figures,
    })
}

struct Run<'s, S: Stall> {
    stall: &'s mut S,
    common: &'s CommonArgs,
    workers: Vec<Worker<S::Caller>>,
}

impl<'s, S: Stall> Run<'s, S> {
    fn new(stall: &'s mut S, common: &'s CommonArgs) -> Self {
        let began = stall.began();
        let worker = |caller| Worker::new(caller, common.url.address, &common.url.host, began);
        let workers = stall.callers().into_iter().map(worker).collect();
        Self { stall, common, workers }
    }

    async fn mix(&mut self, duration: Duration) -> PhaseResult<KindOf<S>> {
        run_phase(&mut self.workers, Workload::Mix, LoadModel::of(self.common.rate), duration).await
    }

    /// The measurement. A long one by a timetable goes in slices, after each of which the server is looked at.
    async fn measure(
        &mut self,
        before: Metrics,
        duration: Duration,
    ) -> (PhaseResult<KindOf<S>>, Vec<Metrics>) {
        let mut samples = vec![before];
        let slice = if self.common.rate.is_some() { duration.min(SLICE) } else { duration };
        let mut done = self.mix(slice).await;
        let mut left = duration.saturating_sub(slice);
        while !left.is_zero() && !interrupt::is_requested() {
            let Ok(sample) = self.stall.metrics().await else { break };
            samples.push(sample);
            let slice = left.min(SLICE);
            done = done.and(self.mix(slice).await);
            left -= slice;
        }
        samples.extend(self.stall.metrics().await);
        (done, samples)
    }

    /// What cut the measurement short, if something did.
    fn cut_short(&self, measured: &PhaseResult<KindOf<S>>, planned: Duration) -> Vec<String> {
        let (done, planned) = (measured.elapsed.as_secs_f64(), planned.as_secs_f64());
        let interrupted = interrupt::is_requested()
            .then(|| format!("The run was interrupted after {done:.1} of {planned:.0} s."));
        let ended_early = (done < planned && interrupted.is_none()).then(|| {
            format!("The measurement ended after {done:.1} of {planned:.0} s: the server did not answer.")
        });
        interrupted.into_iter().chain(ended_early).collect()
    }

    async fn spike(&mut self, measured: &PhaseResult<KindOf<S>>) -> Option<SpikeResult<KindOf<S>>> {
        let Spike { rate, climb_s } = self.common.spike?;
        eprintln!("climbing to {rate} a second within {climb_s} s");
        let (workers, model) = (&mut self.workers, LoadModel::of(self.common.rate));
        let climb =
            run_phase(workers, Workload::Mix, LoadModel::Ramp(rate), Duration::from_secs(climb_s)).await;
        eprintln!("falling back");
        let mut spike = SpikeResult::new(climb, measured);
        while !spike.is_over() {
            spike.push(run_phase(workers, Workload::Mix, model, Duration::from_secs(1)).await);
        }
        Some(spike)
    }

    async fn ceiling(&mut self) -> Option<PhaseResult<KindOf<S>>> {
        if !self.common.ceiling {
            return None;
        }
        let duration = Duration::from_secs(self.common.duration).min(CEILING_MAX);
        eprintln!("measuring the ceiling for {} s", duration.as_secs());
        run_phase(&mut self.workers, Workload::Ceiling, LoadModel::Closed, CEILING_WARM_UP).await;
        Some(run_phase(&mut self.workers, Workload::Ceiling, LoadModel::Closed, duration).await)
    }

    /// The server's counters and this program's CPU time, between two phases.
    async fn sample(&mut self) -> Result<(Metrics, Option<f64>), ControlError> {
        let metrics = self.stall.metrics().await?;
        Ok((metrics, machine::own_cpu_s()))
    }
}
