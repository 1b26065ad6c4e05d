//! Reads the few counters of the server's Prometheus page that the report needs. Pure.

/// CPU time of the server.
const CPU_SECONDS: &str = "process_cpu_seconds_total";
/// Resident memory of the server.
const RESIDENT_BYTES: &str = "process_resident_memory_bytes";
/// Files and sockets the server has open, its threads, and its tasks.
const OPEN_FDS: &str = "process_open_fds";
const THREADS: &str = "process_threads";
const TASKS: &str = "process_tasks";
/// Database pages written.
const PAGES: &str = "store_pages_written_total";
/// Commands carried out by the writer.
const COMMANDS: &str = "store_commands_total";

/// One sample of the server's counters; what the server does not export is none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Metrics {
    /// Seconds of CPU, user and system.
    pub cpu_s: Option<f64>,
    /// Bytes of resident memory.
    pub resident_bytes: Option<f64>,
    /// Open files and sockets.
    pub open_fds: Option<f64>,
    /// Threads.
    pub threads: Option<f64>,
    /// Tasks that have not ended.
    pub tasks: Option<f64>,
    /// Pages written to the store's database.
    pub pages: Option<f64>,
    /// Commands carried out in it, all verbs together.
    pub commands: Option<f64>,
}

impl Metrics {
    /// Reads a page in Prometheus' text form, of one store's series; lines it does not understand are skipped.
    #[must_use]
    pub fn parse(page: &str, store: &str) -> Self {
        let store = format!("store=\"{store}\"");
        Self {
            cpu_s: sum(page, CPU_SECONDS, ""),
            resident_bytes: sum(page, RESIDENT_BYTES, ""),
            open_fds: sum(page, OPEN_FDS, ""),
            threads: sum(page, THREADS, ""),
            tasks: sum(page, TASKS, ""),
            pages: sum(page, PAGES, &store),
            commands: sum(page, COMMANDS, &store),
        }
    }
}

/// How much a counter grew between two samples.
#[must_use]
pub fn growth(before: Option<f64>, after: Option<f64>) -> Option<f64> {
    Some(after? - before.unwrap_or(0.0))
}

/// The sum of all series of `name` whose labels contain `label`; none if there is no such series.
fn sum(page: &str, name: &str, label: &str) -> Option<f64> {
    let values = page.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?;
        let (labels, value) = split_labels(rest)?;
        labels.contains(label).then(|| value.split_whitespace().next()?.parse::<f64>().ok()).flatten()
    });
    values.fold(None, |sum: Option<f64>, value| Some(sum.unwrap_or(0.0) + value))
}

/// `{a="b"} 3` -> (`a="b"`, ` 3`); ` 3` -> (``, ` 3`).
fn split_labels(rest: &str) -> Option<(&str, &str)> {
    match rest.strip_prefix('{') {
        Some(rest) => rest.rsplit_once('}'),
        None => rest.starts_with(' ').then_some(("", rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# HELP process_cpu_seconds_total CPU\n\
process_cpu_seconds_total 12.5\n\
process_cpu_seconds_total_other 99\n\
process_resident_memory_bytes 1.5e8\n\
process_open_fds 40\n\
store_pages_written_total{store=\"rush\"} 100\n\
store_pages_written_total{store=\"other\"} 7\n\
store_commands_total{store=\"rush\",verb=\"reserve\"} 30\n\
store_commands_total{verb=\"confirm\",store=\"rush\"} 3 1700000000\n\
junk{\n";

    #[test]
    fn counters_are_summed_over_the_series_of_our_store() {
        let expected = Metrics {
            cpu_s: Some(12.5),
            resident_bytes: Some(1.5e8),
            open_fds: Some(40.0),
            threads: None,
            tasks: None,
            pages: Some(100.0),
            commands: Some(33.0),
        };
        assert_eq!(Metrics::parse(PAGE, "rush"), expected);
    }

    #[test]
    fn what_is_not_exported_is_none_and_a_counter_born_between_grew_from_zero() {
        assert_eq!(Metrics::parse("x 1\n", "rush"), Metrics::default());
        assert_eq!(
            (growth(None, Some(3.0)), growth(Some(1.0), Some(3.0)), growth(Some(1.0), None)),
            (Some(3.0), Some(2.0), None)
        );
    }
}
