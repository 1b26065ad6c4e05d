//! Whether the machine is idle, from the kernel's own counters.

use std::time::Duration;

/// Idle share of all processors over one second, from the kernel's own counters.
pub(super) fn idle_percent() -> u64 {
    let before = processor_ticks();
    std::thread::sleep(Duration::from_secs(1));
    let after = processor_ticks();
    let (idle, all) = (after.0.saturating_sub(before.0), after.1.saturating_sub(before.1));
    (idle * 100).checked_div(all).unwrap_or(0)
}

/// Idle ticks and all ticks since the machine started; zeros where the kernel does not tell.
fn processor_ticks() -> (u64, u64) {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
    let idle = ticks.iter().skip(3).take(2).sum();
    (idle, ticks.iter().sum())
}
