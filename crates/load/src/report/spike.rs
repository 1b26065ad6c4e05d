//! The figures of a spike.

use crate::args::Spike;
use crate::results::{Kind, Spiked, p99_us};
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
    /// Of a spike that was asked for; all null without one.
    #[must_use]
    pub fn of<K: Kind>(asked: Option<Spike>, spiked: Option<&Spiked<K>>) -> Self {
        let Some((asked, spiked)) = asked.zip(spiked) else { return Self::default() };
        let put_off = spiked.climb.tally.errors.iter().filter(|(kind, _)| is_put_off(kind));
        Self {
            spike_rate: Some(asked.rate),
            spike_answered: Some(spiked.climb.tally.answered()),
            spike_put_off: Some(put_off.map(|(_, count)| count).sum()),
            spike_dropped: Some(spiked.climb.dropped),
            spike_p99_ms: Some(p99_us(&spiked.climb) as f64 / 1e3),
            spike_back_s: spiked.back_s(),
        }
    }
}

/// A server may tell a crowd to come again later.
#[must_use]
pub fn is_put_off(kind: &str) -> bool {
    kind.starts_with("http_503_")
}
