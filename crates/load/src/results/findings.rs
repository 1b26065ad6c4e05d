//! Everything that a run found, before it becomes a report.

use super::figures::{JournalAudit, StallFigures};
use super::phase::PhaseResult;
use super::spike::SpikeResult;
use crate::args::CommonArgs;
use crate::server::{CheckReport, Metrics};

/// What was measured, before it becomes a report.
#[derive(Debug)]
pub struct Findings<K> {
    /// What was asked for.
    pub common: CommonArgs,
    /// The command, e.g. `load rush`.
    pub command: &'static str,
    /// What is acknowledged, in the plural.
    pub entries: &'static str,
    /// The weights.
    pub mix: String,
    /// CPUs' idle time before anything was sent, in percent.
    pub idle_percent: Option<f64>,
    /// The warm-up, of which only failures matter.
    pub warm_up: PhaseResult<K>,
    /// The measurement.
    pub measured: PhaseResult<K>,
    /// What a spike did, if one was asked for.
    pub spike: Option<SpikeResult<K>>,
    /// The server's counters at the beginning, and after each slice of a long measurement by a timetable.
    pub samples: Vec<Metrics>,
    /// The ceiling before and after, if asked for.
    pub ceilings: Vec<PhaseResult<K>>,
    /// The server's counters before and after the measurement; empty ones once it was gone.
    pub metrics: [Metrics; 2],
    /// What cut the run short, as a sentence.
    pub cut_short: Vec<String>,
    /// Where the journal is kept, if it could not be verified or the run was cut short.
    pub journal: Option<std::path::PathBuf>,
    /// CPU seconds this program used in the measurement.
    pub own_cpu_s: Option<f64>,
    /// The journal's verdict, or why there is none.
    pub verified: Result<JournalAudit, String>,
    /// The server's invariants, or why they could not be had.
    pub check: Result<CheckReport, String>,
    /// What only this stall tells.
    pub figures: StallFigures,
}
