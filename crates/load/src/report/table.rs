//! The report as a table for people. Pure.

use super::figures::{Report, Trust};
use crate::results::Percentiles;
use std::fmt::Write as _;

/// The whole text, with the verdict last.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    // Writing to memory cannot fail.
    let _ = head(&mut text, report);
    let _ = latencies(&mut text, report);
    let _ = counts(&mut text, report);
    let _ = costs(&mut text, report);
    let _ = verdict(&mut text, report);
    text
}

fn head(text: &mut String, report: &Report) -> std::fmt::Result {
    let mode = match report.plan.offered_rate {
        Some(rate) => format!("open loop, {rate}/s offered"),
        None => String::from("saturation (closed loop)"),
    };
    let (connections, seconds) = (report.plan.connections, report.plan.duration_s);
    let (command, seed) = (report.plan.command, report.plan.seed);
    writeln!(text, "{command}: {mode}, {connections} connections, {seconds:.1} s, seed {seed}")?;
    writeln!(text, "  {:<22}{:>12.0} /s", "answers", report.rps)
}

fn latencies(text: &mut String, report: &Report) -> std::fmt::Result {
    let names = ["latency, ms", "count", "p50", "p95", "p99", "p99.9", "max"];
    writeln!(
        text,
        "\n  {:<22}{:>12}{:>10}{:>10}{:>10}{:>10}{:>10}",
        names[0], names[1], names[2], names[3], names[4], names[5], names[6]
    )?;
    latency_row(text, "all", &report.latency)?;
    for (name, latency) in report.classes.iter().filter(|(_, latency)| latency.count > 0) {
        latency_row(text, name, latency)?;
    }
    Ok(())
}

fn latency_row(text: &mut String, name: &str, row: &Percentiles) -> std::fmt::Result {
    let Percentiles { count, p50_ms, p95_ms, p99_ms, p999_ms, max_ms } = row;
    writeln!(
        text,
        "  {name:<22}{count:>12}{p50_ms:>10.2}{p95_ms:>10.2}{p99_ms:>10.2}{p999_ms:>10.2}{max_ms:>10.2}"
    )
}

fn counts(text: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(text)?;
    count_row(text, "accepted", report.counts.accepted)?;
    for (code, count) in &report.counts.refused {
        count_row(text, &format!("refused {code}"), *count)?;
    }
    for (kind, count) in &report.counts.errors {
        count_row(text, &format!("errors {kind}"), *count)?;
    }
    if report.plan.offered_rate.is_some() {
        count_row(text, "late (> 10 ms)", report.counts.late)?;
    }
    Ok(())
}

fn count_row(text: &mut String, name: &str, count: u64) -> std::fmt::Result {
    writeln!(text, "  {name:<34}{count:>12}")
}

fn costs(text: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(text)?;
    figure(text, "ceiling before, /s", report.ceiling.ceiling_before_rps, 0)?;
    figure(text, "ceiling after, /s", report.ceiling.ceiling_after_rps, 0)?;
    figure(text, "ratio to the mean ceiling", report.ceiling.ratio, 3)?;
    figure(text, "server CPU, us a request", report.cost.cpu_us_per_request, 1)?;
    figure(text, "client CPU, us a request", report.cost.client_cpu_us_per_request, 1)?;
    figure(text, "pages written a write", report.cost.pages_per_write, 2)?;
    figure(text, "server memory, MB", report.cost.server_rss_mb, 0)?;
    figure(text, "machine idle before, %", report.cost.idle_percent_before, 0)?;
    spike_rows(text, report)?;
    soak_rows(text, report)?;
    report.stall_rows.iter().try_for_each(|row| figure(text, row.name, row.value, row.digits))
}

fn spike_rows(text: &mut String, report: &Report) -> std::fmt::Result {
    let spike = &report.spike;
    let whole = |value: Option<u64>| value.map(|value| value as f64);
    figure(text, "spike to, /s", whole(spike.spike_rate), 0)?;
    figure(text, "answered in it", whole(spike.spike_answered), 0)?;
    figure(text, "put off with 503", whole(spike.spike_put_off), 0)?;
    figure(text, "never left", whole(spike.spike_dropped), 0)?;
    figure(text, "p99 in it, ms", spike.spike_p99_ms, 1)?;
    figure(text, "as before after, s", spike.spike_back_s.map(|seconds| seconds as f64), 0)
}

fn soak_rows(text: &mut String, report: &Report) -> std::fmt::Result {
    let soak = &report.soak;
    figure(text, "memory after one minute, MB", soak.soak_rss_first_mb, 1)?;
    figure(text, "memory at the end, MB", soak.soak_rss_last_mb, 1)?;
    figure(text, "growth in the second half, MB/h", soak.soak_rss_mb_per_hour, 1)?;
    let pairs =
        [("open files", soak.soak_open_fds), ("threads", soak.soak_threads), ("tasks", soak.soak_tasks)];
    for (name, [first, last]) in pairs.into_iter().filter_map(|(name, pair)| Some((name, pair?))) {
        writeln!(text, "  {:<34}{:>12}", format!("{name}, first and last"), format!("{first:.0} {last:.0}"))?;
    }
    Ok(())
}

fn figure(text: &mut String, name: &str, value: Option<f64>, digits: usize) -> std::fmt::Result {
    match value {
        Some(value) => writeln!(text, "  {name:<34}{value:>12.digits$}"),
        None => Ok(()),
    }
}

fn verdict(text: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(text)?;
    let Trust { verified, acknowledged, lost_acknowledged, .. } = &report.trust;
    let entries = report.plan.entries;
    writeln!(
        text,
        "  journal: {verified} of {acknowledged} acknowledged {entries} looked up, {lost_acknowledged} lost"
    )?;
    for line in &report.trust.check_lines {
        let (word, detail) = (if line.ok { "ok" } else { "FAILED" }, line.detail.as_deref().unwrap_or(""));
        writeln!(text, "  check: {word:<7}{:>12}  {} {detail}", line.count, line.name)?;
    }
    writeln!(text, "  check: {}", report.trust.check)?;
    for doubt in &report.doubts {
        writeln!(text, "DOUBT: {doubt}")?;
    }
    for failure in &report.failures {
        writeln!(text, "FAILED: {failure}")?;
    }
    Ok(())
}
