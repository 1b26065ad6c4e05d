//! The command: checks stall by stall and prints a line per claim; and the same for programs.

use crate::claim::ClaimResult;
use crate::{CheckFault, Target, check};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

/// What [`check`] finds, for a program: `{"ok": bool, "lines": [{"name", "count", "ok", "detail"}]}`. Where the tables cannot be
/// read, that is the one claim that fails.
pub async fn as_json(stall: &str, target: Target) -> Value {
    let results = check(stall, target).await.unwrap_or_else(|fault| vec![unreadable(&fault)]);
    let row = |result: &ClaimResult| json!({ "name": result.name, "count": result.count, "ok": result.ok, "detail": result.detail });
    json!({ "ok": all_hold(&results), "lines": results.iter().map(row).collect::<Vec<_>>() })
}

fn unreadable(fault: &CheckFault) -> ClaimResult {
    ClaimResult { name: "the tables can be read", count: 0, ok: false, detail: fault.to_string() }
}

/// Prints one line per invariant with its count, stall by stall. A stall without a database is passed over in so many words,
/// unless it was named or no other has one. Exit code 0: all hold; 1: one does not, or nothing could be read.
pub async fn run(targets: Vec<(&str, Target)>, is_named: bool) -> ExitCode {
    let (mut all_hold, mut checked_count) = (true, 0);
    let last = targets.len();
    for (at, (stall, target)) in targets.into_iter().enumerate() {
        let is_required = is_named || (checked_count == 0 && at + 1 == last);
        if !is_required && !target.exists() {
            print_line(&format!("{stall}: no database here, nothing to check"));
            continue;
        }
        checked_count += 1;
        all_hold &= run_one(stall, target).await;
    }
    if all_hold && checked_count > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print_line(text: &str) {
    // Whoever closed our output does not want the rest of it.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Checks and prints one stall; whether all its claims hold.
async fn run_one(stall: &str, target: Target) -> bool {
    let begun = Instant::now();
    let checked = check(stall, target).await;
    print_line(&format!("{stall}:"));
    let _ = match &checked {
        Ok(results) => write_results(&mut std::io::stdout().lock(), results, begun),
        Err(fault) => writeln!(std::io::stderr(), "check: {fault}"),
    };
    checked.is_ok_and(|results| all_hold(&results))
}

fn all_hold(results: &[ClaimResult]) -> bool {
    results.iter().all(|result| result.ok)
}

fn write_results(out: &mut impl Write, results: &[ClaimResult], begun: Instant) -> std::io::Result<()> {
    for result in results {
        writeln!(out, "{result}")?;
    }
    let broken = results.iter().filter(|result| !result.ok).count();
    let all = results.len();
    let summary =
        if broken == 0 { format!("all {all} hold") } else { format!("{broken} of {all} do NOT hold") };
    writeln!(out, "{summary} ({:.1} s)", begun.elapsed().as_secs_f64())
}
