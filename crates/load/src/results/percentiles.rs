//! Latency percentiles, as every report gives them.

use hdrhistogram::Histogram;
use serde::Serialize;

/// Latency percentiles in milliseconds, from the intended start to the whole answer.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Percentiles {
    /// Answers.
    pub count: u64,
    /// Median.
    pub p50_ms: f64,
    /// 95 of 100 are faster.
    pub p95_ms: f64,
    /// 99 of 100 are faster.
    pub p99_ms: f64,
    /// 999 of 1000 are faster.
    pub p999_ms: f64,
    /// The slowest.
    pub max_ms: f64,
}

/// The percentiles of a histogram of microseconds.
#[must_use]
pub fn percentiles(latency: &Histogram<u64>) -> Percentiles {
    let at = |quantile: f64| latency.value_at_quantile(quantile) as f64 / 1000.0;
    Percentiles {
        count: latency.len(),
        p50_ms: at(0.5),
        p95_ms: at(0.95),
        p99_ms: at(0.99),
        p999_ms: at(0.999),
        max_ms: latency.max() as f64 / 1000.0,
    }
}
