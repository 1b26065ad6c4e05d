//! The report of a run as plain figures: what `--json` writes and the table shows. Pure.
//! `docs/load.md` explains each figure.

use super::failures::{check_text, failures};
use super::soak::SoakFigures;
use super::spike::SpikeFigures;
use crate::results::{Findings, Kind, Percentiles, PhaseResult, ReportRow, StallFigures, percentiles};
use crate::server::{InvariantResult, growth};
use serde::Serialize;
use std::collections::BTreeMap;

/// Below this share of idle CPU before the run others were at work, and the figures say more about them.
const IDLE_PERCENT_MIN: f64 = 95.0;
/// The ceiling is steady on a quiet machine; a larger move means that it was not quiet.
const CEILING_MOVE_PERCENT_MAX: f64 = 10.0;

/// Everything a run tells, one flat JSON object. Figures that could not be had are null.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What was asked for.
    #[serde(flatten)]
    pub plan: Plan,
    /// Accepted and refused answers a second.
    pub rps: f64,
    /// Latencies of all kinds together.
    #[serde(flatten)]
    pub latency: Percentiles,
    /// How requests ended.
    #[serde(flatten)]
    pub counts: Counts,
    /// How far from the best possible.
    #[serde(flatten)]
    pub ceiling: Ceiling,
    /// What it cost.
    #[serde(flatten)]
    pub cost: Cost,
    /// What a spike did; null without one.
    #[serde(flatten)]
    pub spike: SpikeFigures,
    /// What a long run left behind; null in a short one.
    #[serde(flatten)]
    pub soak: SoakFigures,
    /// Whether the server kept its word.
    #[serde(flatten)]
    pub trust: Trust,
    /// What only this stall reports.
    #[serde(flatten)]
    pub stall: serde_json::Map<String, serde_json::Value>,
    /// The same as rows of the table.
    #[serde(skip)]
    pub stall_rows: Vec<ReportRow>,
    /// Latencies of each kind alone.
    pub classes: BTreeMap<&'static str, Percentiles>,
    /// Why the figures are worth little, in plain sentences; usually empty.
    pub doubts: Vec<String>,
    /// Why the run fails, in plain sentences; empty when it does not.
    pub failures: Vec<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The command, e.g. `load rush`.
    pub command: &'static str,
    /// What is acknowledged, in the plural.
    #[serde(skip)]
    pub entries: &'static str,
    /// `open_loop` with `--rate`, else `saturation`.
    pub mode: &'static str,
    /// Seconds measured.
    pub duration_s: f64,
    /// Connections.
    pub connections: u32,
    /// Starts a second the timetable asked for.
    pub offered_rate: Option<u64>,
    /// The weights.
    pub mix: String,
    /// The seed.
    pub seed: u64,
}

/// How requests ended.
#[derive(Debug, Clone, Serialize)]
pub struct Counts {
    /// Answers with 2xx.
    pub accepted: u64,
    /// Documented refusals by code.
    pub refused: BTreeMap<String, u64>,
    /// Documented refusals.
    pub refused_total: u64,
    /// What must not happen, by kind, and their `total`, dropped starts included.
    pub errors: BTreeMap<String, u64>,
    /// Starts of the timetable that never left.
    pub dropped: u64,
    /// Starts that left more than 10 ms late.
    pub late: u64,
}

/// How far from the best possible.
#[derive(Debug, Clone, Serialize)]
pub struct Ceiling {
    /// Mean of the ceiling before and after.
    pub ceiling_rps: Option<f64>,
    /// Ceiling before the run.
    pub ceiling_before_rps: Option<f64>,
    /// Ceiling after the run.
    pub ceiling_after_rps: Option<f64>,
    /// `rps` through `ceiling_rps`.
    pub ratio: Option<f64>,
}

/// What it cost.
#[derive(Debug, Clone, Serialize)]
pub struct Cost {
    /// The server's CPU microseconds for each answer.
    pub cpu_us_per_request: Option<f64>,
    /// This program's CPU microseconds for each answer.
    pub client_cpu_us_per_request: Option<f64>,
    /// Database pages written for each acknowledged change.
    pub pages_per_write: Option<f64>,
    /// Database pages written.
    pub pages_written: Option<f64>,
    /// Acknowledged changes.
    pub writes: u64,
    /// The server's resident memory after the run, in MB of 10^6 bytes.
    pub server_rss_mb: Option<f64>,
    /// Idle CPU before the run, in percent.
    pub idle_percent_before: Option<f64>,
}

/// Whether the server kept its word.
#[derive(Debug, Clone, Serialize)]
pub struct Trust {
    /// Replays not answered with the first answer.
    pub replay_mismatches: u64,
    /// Bookings or bets acknowledged in warm-up and measurement.
    pub acknowledged: u64,
    /// How many of them were looked up at the end.
    pub verified: u64,
    /// How many of those were missing or in a wrong state.
    pub lost_acknowledged: u64,
    /// `ok`, or what is wrong in words.
    pub check: String,
    /// The server's invariants.
    pub check_lines: Vec<InvariantResult>,
}

impl Report {
    /// Works out the figures.
    #[must_use]
    pub fn new<K: Kind>(found: &Findings<K>) -> Self {
        let done = &found.measured;
        let StallFigures { fields, rows } = found.figures.clone();
        Self {
            plan: plan(found),
            rps: done.rps(),
            latency: percentiles(&done.tally.latency()),
            counts: counts(done),
            ceiling: ceiling(found),
            cost: cost(found),
            spike: SpikeFigures::of(found.common.spike, found.spike.as_ref()),
            soak: SoakFigures::of(&found.samples),
            trust: trust(found),
            stall: fields,
            stall_rows: rows,
            classes: classes(done),
            doubts: doubts(found.idle_percent, &ceiling(found)),
            failures: failures(found),
        }
    }

    /// The report as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("figures and texts are always JSON");
        text.push('\n');
        text
    }
}

fn plan<K: Kind>(found: &Findings<K>) -> Plan {
    let common = &found.common;
    Plan {
        command: found.command,
        entries: found.entries,
        mode: if common.rate.is_some() { "open_loop" } else { "saturation" },
        duration_s: found.measured.elapsed.as_secs_f64(),
        connections: common.connections,
        offered_rate: common.rate,
        mix: found.mix.clone(),
        seed: common.seed,
    }
}

fn counts<K: Kind>(done: &PhaseResult<K>) -> Counts {
    let tally = &done.tally;
    Counts {
        accepted: tally.accepted(),
        refused: tally.refused.clone(),
        refused_total: tally.refused.values().sum(),
        errors: errors_with_total(done),
        dropped: done.dropped,
        late: tally.late,
    }
}

fn ceiling<K: Kind>(found: &Findings<K>) -> Ceiling {
    let ceilings: Vec<f64> = found.ceilings.iter().map(PhaseResult::rps).collect();
    let ceiling_rps = mean(&ceilings);
    Ceiling {
        ceiling_rps,
        ceiling_before_rps: ceilings.first().copied(),
        ceiling_after_rps: ceilings.last().copied(),
        ratio: ceiling_rps.map(|ceiling| found.measured.rps() / ceiling),
    }
}

fn cost<K: Kind>(found: &Findings<K>) -> Cost {
    let (tally, [before, after]) = (&found.measured.tally, &found.metrics);
    let per_answer = |seconds: f64| seconds * 1e6 / tally.answered().max(1) as f64;
    let pages_written = growth(before.pages, after.pages);
    Cost {
        cpu_us_per_request: growth(before.cpu_s, after.cpu_s).map(per_answer),
        client_cpu_us_per_request: found.own_cpu_s.map(per_answer),
        pages_per_write: pages_written.map(|pages| pages / tally.writes().max(1) as f64),
        pages_written,
        writes: tally.writes(),
        server_rss_mb: after.resident_bytes.map(|bytes| bytes / 1e6),
        idle_percent_before: found.idle_percent,
    }
}

fn trust<K: Kind>(found: &Findings<K>) -> Trust {
    let verified = found.verified.as_ref().ok();
    Trust {
        replay_mismatches: found.measured.tally.replay_mismatches,
        acknowledged: verified.map_or(0, |verified| verified.acknowledged),
        verified: verified.map_or(0, |verified| verified.verified),
        lost_acknowledged: verified.map_or(0, |verified| verified.lost),
        check: check_text(found),
        check_lines: found.check.as_ref().map_or_else(|_| Vec::new(), |check| check.lines.clone()),
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn classes<K: Kind>(done: &PhaseResult<K>) -> BTreeMap<&'static str, Percentiles> {
    let mixed = K::ALL.iter().filter(|kind| !kind.is_ceiling());
    mixed.map(|kind| (kind.name(), percentiles(&done.tally.of(*kind).latency))).collect()
}

fn errors_with_total<K: Kind>(done: &PhaseResult<K>) -> BTreeMap<String, u64> {
    let mut errors = done.tally.errors.clone();
    if done.dropped > 0 {
        errors.insert(String::from("dropped"), done.dropped);
    }
    let total = errors.values().sum();
    errors.insert(String::from("total"), total);
    errors
}

/// What a careful reader would hold against the figures; none of it is the server's fault.
fn doubts(idle_percent: Option<f64>, ceiling: &Ceiling) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(idle) = idle_percent.filter(|idle| *idle < IDLE_PERCENT_MIN) {
        doubts.push(format!("The machine was only {idle:.0} % idle before the run."));
    }
    if let (Some(before), Some(after)) = (ceiling.ceiling_before_rps, ceiling.ceiling_after_rps) {
        let moved = (before - after).abs() * 100.0 / before.max(after).max(1.0);
        if moved > CEILING_MOVE_PERCENT_MAX {
            doubts.push(format!("The ceiling moved by {moved:.0} % during the run."));
        }
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_machine_and_a_moving_ceiling_are_told() {
        let doubts = |idle, before, after| {
            let (ceiling_before_rps, ceiling_after_rps) = (Some(before), Some(after));
            let ceiling = Ceiling { ceiling_rps: None, ceiling_before_rps, ceiling_after_rps, ratio: None };
            doubts(Some(idle), &ceiling)
        };
        assert_eq!(doubts(99.0, 100.0, 91.0), Vec::<String>::new());
        assert_eq!(doubts(40.2, 100.0, 91.0), ["The machine was only 40 % idle before the run."]);
        assert_eq!(doubts(99.0, 80.0, 100.0), ["The ceiling moved by 20 % during the run."]);
    }
}
