//! The suites of the test command, in the order they run: what fails fast comes first.
//!
//! To add one, add a row to `SUITES`. Each has a time limit, so that one hanging test cannot eat the whole run.

use super::Surroundings;
use super::outcome::Outcome;
use crate::lint;
use crate::machine;
use crate::openapi;
use crate::process::{Ending, Program};
use crate::promtool;
use crate::root;
use crate::tidy;
use std::time::Duration;

/// One suite: its name for the command line, its purpose for the reader, its limit and what runs it.
pub struct Suite {
    pub name: &'static str,
    pub purpose: &'static str,
    /// True when it needs PostgreSQL or Chromium.
    pub uses_tools: bool,
    /// True when it leaves the processors idle most of the time, so that its neighbour may run beside it.
    pub mostly_waits: bool,
    limit: Duration,
    pub run: fn(&Suite, &Surroundings) -> Result<Outcome, String>,
}

/// Rounds of the crash test in the everyday run; `cargo xtask crash --rounds N` does more.
const CRASH_ROUNDS: &str = "20";
/// Fewer on PostgreSQL, which is not killed itself.
const CRASH_ROUNDS_POSTGRES: &str = "5";

/// Words of the names of tests that have a suite of their own: the everyday tests pass over them.
pub const SET_APART: [&str; 2] = ["crash_", "browser_"];

pub const SUITES: &[Suite] = &[
    Suite {
        name: "format",
        purpose: "rustfmt has nothing to change",
        uses_tools: false,
        mostly_waits: false,
        limit: minutes(1),
        run: |suite, _| step(suite, &lint::format()),
    },
    Suite {
        name: "tidy",
        purpose: "the house rules clippy cannot see",
        uses_tools: false,
        mostly_waits: false,
        limit: minutes(1),
        run: |_, _| Ok(run_tidy()),
    },
    Suite {
        name: "clippy",
        purpose: "no warning in any target",
        uses_tools: false,
        mostly_waits: false,
        limit: minutes(15),
        run: |suite, _| step(suite, &lint::clippy()),
    },
    Suite {
        name: "alerts",
        purpose: "every alert rule fires when it should and is silent when it should be",
        uses_tools: false,
        mostly_waits: false,
        limit: minutes(1),
        run: |suite, _| alerts(suite),
    },
    Suite {
        name: "tests",
        purpose: "unit, story and whole-system tests of every crate",
        uses_tools: true,
        mostly_waits: false,
        limit: minutes(40),
        run: |suite, around| {
            let [one, other] = SET_APART;
            let args = ["test", "--workspace", "--no-fail-fast", "--", "--skip", one, "--skip", other];
            cargo_test(suite, around, &with_ignored(&args, around.postgres_url().is_some()))
        },
    },
    Suite {
        name: "run",
        purpose: "`cargo run`, as the README says it, reaches the program with nothing that it refuses",
        uses_tools: false,
        mostly_waits: false,
        limit: minutes(5),
        run: |suite, _| step(suite, &Program::new(root::cargo(), &["run", "--quiet", "--", "config"])),
    },
    Suite {
        name: "openapi",
        purpose: "every stall's document is valid to the validator of the ecosystem",
        uses_tools: false,
        mostly_waits: false,
        limit: minutes(5),
        run: |_, _| documents(),
    },
    Suite {
        name: "crash",
        purpose: "kill -9 under load, 20 times: every acknowledged booking is there",
        uses_tools: true,
        mostly_waits: true,
        limit: minutes(8),
        run: |suite, around| {
            // The seed is worth seeing also when all is well.
            let args = ["test", "-p", "fairground", "--test", "crash", "--", "rush::", "--nocapture"];
            cargo_test(suite, around, &with_ignored(&args, around.postgres_url().is_some()))
        },
    },
    Suite {
        name: "crash-tap",
        purpose: "kill -9 between tap and payout, at 22 named points and 20 times at drawn moments",
        uses_tools: true,
        mostly_waits: true,
        limit: minutes(10),
        run: |suite, around| {
            let args = ["test", "-p", "fairground", "--test", "crash", "--", "tap::", "--nocapture"];
            cargo_test(suite, around, &with_ignored(&args, around.postgres_url().is_some()))
        },
    },
    Suite {
        name: "crash-funpot",
        purpose: "kill -9 between vote and payout",
        uses_tools: true,
        mostly_waits: true,
        limit: minutes(5),
        run: |suite, around| {
            let args = ["test", "-p", "fairground", "--test", "crash", "--", "funpot::", "--nocapture"];
            cargo_test(suite, around, &with_ignored(&args, around.postgres_url().is_some()))
        },
    },
    Suite {
        name: "browser",
        purpose: "real Chromium walks both stalls' main paths",
        uses_tools: true,
        mostly_waits: false,
        limit: minutes(12),
        run: |suite, around| {
            // One browser, one demo and its visitors at a time are enough for two cores.
            let args = ["test", "-p", "fairground", "--test", "browser", "--", "--test-threads=1"];
            cargo_test(suite, around, &with_ignored(&args, machine::has_browser()))
        },
    },
];

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

fn step(suite: &Suite, program: &Program) -> Result<Outcome, String> {
    let ending = program.run(suite.limit, |line| println!("{line}"))?;
    Ok(Outcome::step(&describe(suite, ending), ending == Ending::Success))
}

fn run_tidy() -> Outcome {
    let mut outcome = Outcome::default();
    for (rule, findings) in tidy::check_workspace() {
        outcome.totals.add(Outcome::step(rule, findings.is_empty()).totals);
        outcome.failures.extend(findings);
    }
    outcome
}

/// Alert rules are tested by Prometheus' own tool; where it can neither be found nor fetched, that is said.
fn alerts(suite: &Suite) -> Result<Outcome, String> {
    match promtool::provide() {
        Ok(tool) => {
            let args = ["test", "rules", "deploy/alerts/fairground.test.yml"];
            step(suite, &Program::new(tool.display().to_string(), &args))
        }
        Err(reason) => Ok(Outcome::skipped(&format!("alert rules: {reason}"))),
    }
}

/// Where the validator can neither be found nor installed, that is said.
fn documents() -> Result<Outcome, String> {
    let tool = match openapi::provide() {
        Ok(tool) => tool,
        Err(reason) => return Ok(Outcome::skipped(&format!("OpenAPI documents: {reason}"))),
    };
    let mut outcome = Outcome::default();
    for (stall, faults) in openapi::check(&tool)? {
        outcome.totals.add(Outcome::step(stall, faults.is_empty()).totals);
        if !faults.is_empty() {
            outcome.failures.push(format!("{stall}: {faults}"));
        }
    }
    Ok(outcome)
}

/// Tests that need a tool are ignored unless the machine has it; what a run leaves out so is in its count.
fn with_ignored<'a>(args: &[&'a str], tool_is_here: bool) -> Vec<&'a str> {
    args.iter().copied().chain(tool_is_here.then_some("--include-ignored")).collect()
}

fn cargo_test(suite: &Suite, around: &Surroundings, args: &[&str]) -> Result<Outcome, String> {
    let mut program = Program::new(root::cargo(), args)
        .env("FAIRGROUND_CRASH_ROUNDS", CRASH_ROUNDS)
        .env("FAIRGROUND_CRASH_ROUNDS_POSTGRES", CRASH_ROUNDS_POSTGRES);
    if let Some(url) = around.postgres_url() {
        program = program.env("FAIRGROUND_TEST_POSTGRES", url);
    }
    let mut outcome = Outcome::default();
    let ending = program.run(suite.limit, |line| {
        println!("{line}");
        outcome.read(line);
    })?;
    let ended = if ending == Ending::Success { Ok(()) } else { Err(describe(suite, ending)) };
    Ok(outcome.close(ended))
}

fn describe(suite: &Suite, ending: Ending) -> String {
    match ending {
        Ending::Success => "done".to_owned(),
        Ending::Failure => format!("`cargo xtask test {}` ended with an error", suite.name),
        Ending::TimedOut => format!("stopped after its limit of {} s", suite.limit.as_secs()),
    }
}
