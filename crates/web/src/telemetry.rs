//! The process's metrics: one recorder, `/metrics` as text, and what the kernel knows about this process.

use crate::closing::Closing;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

/// Upper bounds of every histogram in seconds, 1 ms to 10 s.
const BUCKETS_S: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// How often recorded samples are folded into buckets; without it they pile up while nobody scrapes.
const UPKEEP_EVERY: Duration = Duration::from_secs(1);
/// Clock ticks a second in `/proc/self/stat`: 100 on every architecture Linux runs us on.
const TICKS_PER_S: f64 = 100.0;

/// The handle to the one recorder of the process.
#[derive(Clone)]
pub struct Telemetry(PrometheusHandle);

impl Telemetry {
    /// Installs the recorder on first use; later calls give the same one. Call it before the first metric is touched.
    #[must_use]
    pub fn install() -> Self {
        static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
        let install = || {
            let builder = PrometheusBuilder::new().set_buckets(&BUCKETS_S).expect("the bounds are not empty");
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another metrics recorder is installed already; /metrics stays empty");
            }
            handle
        };
        Self(HANDLE.get_or_init(install).clone())
    }

    /// Folds samples until the end begins. Run it as a task.
    pub async fn upkeep(self, mut closing: Closing) {
        loop {
            tokio::select! {
                () = closing.wait() => return,
                () = tokio::time::sleep(UPKEEP_EVERY) => self.0.run_upkeep(),
            }
        }
    }

    /// Everything in the text format, with the process's own figures as of now.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = self.0.render();
        if let Some(seconds) = cpu_seconds(&read("/proc/self/stat")) {
            append(&mut text, "process_cpu_seconds_total", "counter", seconds);
        }
        let status = read("/proc/self/status");
        if let Some(bytes) = resident_bytes(&status) {
            append(&mut text, "process_resident_memory_bytes", "gauge", bytes);
        }
        if let Some(threads) = status_field(&status, "Threads:") {
            append(&mut text, "process_threads", "gauge", threads);
        }
        if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
            append(&mut text, "process_open_fds", "gauge", open.count());
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            append(&mut text, "process_tasks", "gauge", runtime.metrics().num_alive_tasks());
        }
        text
    }
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telemetry")
    }
}

fn read(path: &str) -> String {
    // A system without /proc lacks these figures, no more.
    std::fs::read_to_string(path).unwrap_or_default()
}

fn append(text: &mut String, name: &str, kind: &str, value: impl std::fmt::Display) {
    writeln!(text, "# TYPE {name} {kind}\n{name} {value}").expect("writing to a string cannot fail");
}

/// User and system seconds; the command's name in parentheses may hold spaces, so fields are counted after it.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let (user, system): (f64, f64) = (fields.nth(11)?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / TICKS_PER_S)
}

fn resident_bytes(status: &str) -> Option<u64> {
    Some(status_field(status, "VmRSS:")? * 1024)
}

/// A number of `/proc/self/status`, in its own unit.
fn status_field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches("kB").trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_proc_are_read_past_odd_names() {
        let stat = "42 (a b) c) S 1 1 1 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 4 0 100 1 1";
        assert_eq!(cpu_seconds(stat), Some(4.0));
        assert_eq!(resident_bytes("Name:\tx\nVmRSS:\t  2048 kB\n"), Some(2_097_152));
        assert_eq!(status_field("Threads:\t12\nVmRSS:\t1 kB\n", "Threads:"), Some(12));
        assert_eq!((cpu_seconds(""), resident_bytes("")), (None, None));
    }
}
