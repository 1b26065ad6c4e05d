//! What a long run leaves in the server: memory, open files, threads and tasks, from its first slice to its last. Pure.

use crate::server::Metrics;
use serde::Serialize;

/// Seconds between two samples.
const SLICE_S: f64 = 60.0;
/// Samples without which nothing can be said; the first slices fill caches.
const SAMPLES_MIN: usize = 4;

/// Figures of a long run; null in a short one.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SoakFigures {
    /// Resident memory after the first slice, MB of 10^6 bytes.
    pub soak_rss_first_mb: Option<f64>,
    /// The same after the last one.
    pub soak_rss_last_mb: Option<f64>,
    /// How fast it grew over the second half of the run, MB an hour: the slope of the line nearest to its samples.
    pub soak_rss_mb_per_hour: Option<f64>,
    /// Open files and sockets after the first slice and after the last.
    pub soak_open_fds: Option<[f64; 2]>,
    /// Threads.
    pub soak_threads: Option<[f64; 2]>,
    /// Tasks.
    pub soak_tasks: Option<[f64; 2]>,
}

impl SoakFigures {
    /// What the samples say: the first is of the beginning, the others of the end of each slice.
    #[must_use]
    pub fn of(samples: &[Metrics]) -> Self {
        if samples.len() < SAMPLES_MIN {
            return Self::default();
        }
        let (first, last) = (samples[1], samples[samples.len() - 1]);
        let mb = |metrics: &Metrics| metrics.resident_bytes.map(|bytes| bytes / 1e6);
        let both = |of: fn(&Metrics) -> Option<f64>| Some([of(&first)?, of(&last)?]);
        let second_half: Option<Vec<f64>> = samples[samples.len() / 2..].iter().map(mb).collect();
        Self {
            soak_rss_first_mb: mb(&first),
            soak_rss_last_mb: mb(&last),
            soak_rss_mb_per_hour: second_half
                .and_then(|values| slope(&values))
                .map(|mb| mb * 3_600.0 / SLICE_S),
            soak_open_fds: both(|metrics| metrics.open_fds),
            soak_threads: both(|metrics| metrics.threads),
            soak_tasks: both(|metrics| metrics.tasks),
        }
    }
}

/// Least squares: how much `values` grow from one to the next.
fn slope(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / count;
    let (mut above, mut below) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let off = at as f64 - middle;
        above += off * (value - mean);
        below += off * off;
    }
    (below > 0.0).then(|| above / below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_the_slope_of_the_second_half() {
        let sample =
            |mb: f64| Metrics { resident_bytes: Some(mb * 1e6), open_fds: Some(mb), ..Metrics::default() };
        let filled: Vec<_> = [10.0, 50.0, 80.0, 81.0, 82.0, 83.0, 84.0].map(sample).to_vec();
        let soaked = SoakFigures::of(&filled);
        assert_eq!((soaked.soak_rss_first_mb, soaked.soak_rss_last_mb), (Some(50.0), Some(84.0)));
        assert!((soaked.soak_rss_mb_per_hour.unwrap() - 60.0).abs() < 1e-9);
        assert_eq!((soaked.soak_open_fds, soaked.soak_threads), (Some([50.0, 84.0]), None));
        assert_eq!(SoakFigures::of(&filled[..3]), SoakFigures::default());
        assert!(SoakFigures::of(&[sample(9.0); 8]).soak_rss_mb_per_hour.unwrap().abs() < 1e-9);
    }
}
