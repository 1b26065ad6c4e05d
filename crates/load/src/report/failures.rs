//! Why a run must not count as good, in plain sentences. Pure.

use super::spike::is_put_off;
use crate::results::{Findings, Kind, PhaseResult, SpikeResult};

/// Every reason why the run must not count as good. Dropped starts are a matter of capacity and no reason.
pub fn failures<K: Kind>(found: &Findings<K>) -> Vec<String> {
    let phases = [("warm-up", &found.warm_up), ("measurement", &found.measured)];
    let ceilings = found.ceilings.iter().map(|done| ("ceiling", done));
    let mut failures: Vec<String> =
        phases.into_iter().chain(ceilings).flat_map(|(name, done)| phase_failures(name, done)).collect();
    failures.extend(found.spike.iter().flat_map(spike_failures));
    failures.extend(found.cut_short.iter().cloned());
    failures.extend(journal_failure(found));
    failures.extend(found.journal.iter().map(|path| {
        format!(
            "What was acknowledged is kept in {0}; `{1} --audit {0}` looks it up.",
            path.display(),
            found.command
        )
    }));
    let check = check_text(found);
    if check != "ok" {
        failures.push(format!("The server's check {check}."));
    }
    failures
}

fn phase_failures<K: Kind>(name: &str, done: &PhaseResult<K>) -> Vec<String> {
    let errors = done.tally.errors.iter();
    let mut failures: Vec<String> =
        errors.map(|(kind, count)| format!("In the {name}, {count} requests ended as {kind}.")).collect();
    let count = done.tally.replay_mismatches;
    if count > 0 {
        failures.push(format!("In the {name}, {count} replays were not answered with the first answer."));
    }
    failures
}

fn spike_failures<K: Kind>(spike: &SpikeResult<K>) -> Vec<String> {
    let errors = spike.climb.tally.errors.iter().filter(|(kind, _)| !is_put_off(kind));
    let mut failures: Vec<String> =
        errors.map(|(kind, count)| format!("In the spike, {count} requests ended as {kind}.")).collect();
    failures.extend(spike.after.iter().flat_map(|second| phase_failures("time after the spike", second)));
    if spike.recovered_after_s().is_none() {
        failures.push(String::from("Half a minute after the spike, p99 was not as before."));
    }
    failures
}

fn journal_failure<K: Kind>(found: &Findings<K>) -> Option<String> {
    match &found.verified {
        Ok(verified) if verified.lost > 0 => {
            let (lost, looked_up, examples) =
                (verified.lost, verified.verified, verified.examples.join("; "));
            let entries = found.entries;
            Some(format!(
                "Of {looked_up} acknowledged {entries}, {lost} are not as acknowledged: {examples}."
            ))
        }
        Ok(_) => None,
        Err(error) => Some(format!("The acknowledged {} could not be verified: {error}.", found.entries)),
    }
}

/// `ok`, or what the server's check found, or why it could not run.
pub fn check_text<K: Kind>(found: &Findings<K>) -> String {
    match &found.check {
        Ok(check) if check.ok => String::from("ok"),
        Ok(check) => {
            let failed = check.lines.iter().filter(|line| !line.ok);
            let words: Vec<String> = failed
                .map(|line| format!("{}: {}", line.name, line.detail.as_deref().unwrap_or("does not hold")))
                .collect();
            format!("failed: {}", words.join("; "))
        }
        Err(error) => format!("could not run: {error}"),
    }
}
