//! The figures of a spike.

use crate::args::Spike;
use crate::results::{Kind, SpikeResult, p99_us};
use serde::Serialize;

/// What a crowd that came within seconds did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SpikeFigures {
    /// Starts a second at its height.
    pub spike_rate: Option<u64>,
    /// Answers while it climbed and until the last came.
    pub spike_answered: Option<u64>,
    /// Told to come again later (503).
    pub spike_put_off: Option<u64>,
    /// Starts that never left: every connection was busy.
    pub spike_dropped: Option<u64>,
    /// p99 while it climbed.
    pub spike_p99_ms: Option<f64>,
    /// Seconds after it until p99 was as before.
    pub spike_back_s: Option<usize>,
}

impl SpikeFigures {
    /// Of a spike that was requested; all null without one.
    #[must_use]
    pub fn of<K: Kind>(requested: Option<Spike>, spike: Option<&SpikeResult<K>>) -> Self {
        let Some((requested, spike)) = requested.zip(spike) else { return Self::default() };
        let put_off = spike.climb.tally.errors.iter().filter(|(kind, _)| is_put_off(kind));
        Self {
            spike_rate: Some(requested.rate),
            spike_answered: Some(spike.climb.tally.answered()),
            spike_put_off: Some(put_off.map(|(_, count)| count).sum()),
            spike_dropped: Some(spike.climb.dropped),
            spike_p99_ms: Some(p99_us(&spike.climb) as f64 / 1e3),
            spike_back_s: spike.recovered_after_s(),
        }
    }
}

/// A server may tell a crowd to come again later.
#[must_use]
pub fn is_put_off(kind: &str) -> bool {
    kind.starts_with("http_503_")
}
