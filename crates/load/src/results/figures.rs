//! What a stall adds to the harness's own results.

use super::percentiles::Percentiles;
use crate::journal::EXAMPLES_MAX;
use serde_json::{Map, Value, json};

/// What the server remembers of what it acknowledged.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct JournalAudit {
    /// How many entries were acknowledged.
    pub acknowledged: u64,
    /// How many of them were looked up.
    pub verified: u64,
    /// How many are missing or in a state that breaks the promise.
    pub lost: u64,
    /// Some of the broken ones, in words.
    pub examples: Vec<String>,
}

impl JournalAudit {
    /// Counts an entry that was looked up; `case` says what is wrong, of the first few that broke their promise.
    pub fn record(&mut self, is_kept: bool, case: impl FnOnce() -> String) {
        self.verified += 1;
        if is_kept {
            return;
        }
        self.lost += 1;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(case());
        }
    }
}

/// What only one stall reports.
#[derive(Debug, Clone, Default)]
pub struct StallFigures {
    /// Fields of the flat JSON object.
    pub fields: Map<String, Value>,
    /// Rows of the table.
    pub rows: Vec<ReportRow>,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReportRow {
    /// What it is, with its unit.
    pub name: &'static str,
    /// The figure; none: it could not be had, and the row is left out.
    pub value: Option<f64>,
    /// Digits after the point.
    pub digits: usize,
}

impl ReportRow {
    /// A row with a figure that is always there.
    #[must_use]
    pub const fn new(name: &'static str, value: f64, digits: usize) -> Self {
        Self { name, value: Some(value), digits }
    }

    /// A row with a whole number, if there is one.
    #[must_use]
    pub fn count(name: &'static str, count: Option<u64>) -> Self {
        Self { name, value: count.map(|count| count as f64), digits: 0 }
    }
}

/// What a stall says of the requests it is about: how many a second, how many taken and refused, how fast.
#[must_use]
pub fn request_fields(rps: f64, accepted: u64, refused: u64, latency: &Percentiles) -> Value {
    json!({ "rps": rps, "accepted": accepted, "refused": refused, "p50_ms": latency.p50_ms,
        "p95_ms": latency.p95_ms, "p99_ms": latency.p99_ms, "p999_ms": latency.p999_ms })
}
