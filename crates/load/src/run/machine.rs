//! What the operating system says about this machine and about this program (Linux; elsewhere: nothing).

use std::time::Duration;

/// Ticks a second in which /proc counts CPU time: 100 on every Linux that Rust supports.
const TICKS_PER_S: f64 = 100.0;
/// How long the machine is watched for idleness.
const WATCH: Duration = Duration::from_millis(300);

/// CPU seconds this program has used, user and system.
#[must_use]
pub fn own_cpu_s() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold spaces; after it, user and system time are the 12th and 13th field.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / TICKS_PER_S)
}

/// Percent of all CPUs' time that was idle while watching for a moment. A figure from a busy machine is worth little.
pub async fn idle_percent() -> Option<f64> {
    let before = cpu_times()?;
    tokio::time::sleep(WATCH).await;
    let after = cpu_times()?;
    let total = after.total.checked_sub(before.total).filter(|total| *total > 0)?;
    Some(after.idle.saturating_sub(before.idle) as f64 * 100.0 / total as f64)
}

struct CpuTimes {
    idle: u64,
    total: u64,
}

fn cpu_times() -> Option<CpuTimes> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let fields: Vec<u64> =
        stat.lines().next()?.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    // user nice system idle iowait irq softirq steal; guest time is already inside user.
    Some(CpuTimes { idle: fields.get(3)? + fields.get(4)?, total: fields.iter().take(8).sum() })
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn this_program_has_used_some_cpu_time() {
        assert!(super::own_cpu_s().is_some_and(|seconds| seconds >= 0.0));
    }
}
