//! Everything that a run found, before it becomes a report.

use super::figures::{Own, Verified};
use super::phase::Done;
use super::spike::Spiked;
use crate::args::Common;
use crate::server::{Check, Metrics};

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
