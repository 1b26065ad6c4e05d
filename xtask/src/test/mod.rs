//! `cargo xtask test`: every test of the project, in a fixed order, with one summary at the end.
//!
//! The suites are listed in `suites.rs`; this file prepares the machine, runs them and adds up.

mod outcome;
mod suites;

use crate::machine;
use crate::postgres;
use outcome::{Outcome, Totals};
use std::process::ExitCode;
use std::time::{Duration, Instant};
pub use suites::SET_APART;
use suites::{SUITES, Suite};

/// What the suites may use, prepared once.
pub struct Surroundings {
    postgres: Option<postgres::Server>,
    /// One sentence for each thing that could not be provided.
    missing: Vec<String>,
}

/// The names that `test SUITE...` accepts.
pub fn suite_names() -> Vec<&'static str> {
    SUITES.iter().map(|suite| suite.name).collect()
}

/// Runs the named suites, or all, and ends with the line `N passed, N failed, N skipped`.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let chosen = choose(args)?;
    let surroundings = prepare(&chosen);
    let results: Vec<(&Suite, Outcome, Duration)> =
        chosen.into_iter().map(|suite| timed(suite, &surroundings)).collect();
    Ok(report(&results, &surroundings))
}

fn choose(args: &[String]) -> Result<Vec<&'static Suite>, String> {
    if let Some(unknown) = args.iter().find(|name| SUITES.iter().all(|suite| suite.name != *name)) {
        return Err(format!("there is no suite `{unknown}`; there are {}", suite_names().join(", ")));
    }
    Ok(SUITES.iter().filter(|suite| args.is_empty() || args.iter().any(|name| name == suite.name)).collect())
}

fn prepare(chosen: &[&Suite]) -> Surroundings {
    println!("Machine: {}", machine::description());
    if !chosen.iter().any(|suite| suite.uses_tools) {
        return Surroundings { postgres: None, missing: Vec::new() };
    }
    let mut missing = machine::provide_tools();
    let postgres = match postgres::start() {
        Ok(server) => {
            println!("PostgreSQL: a private server at {}", server.url());
            Some(server)
        }
        Err(error) => {
            missing.push(format!("no PostgreSQL tests: {error}"));
            None
        }
    };
    Surroundings { postgres, missing }
}

fn timed(suite: &'static Suite, surroundings: &Surroundings) -> (&'static Suite, Outcome, Duration) {
    println!("\n=== {}: {}", suite.name, suite.purpose);
    let start = Instant::now();
    let outcome = (suite.run)(suite, surroundings).unwrap_or_else(|error| Outcome::broken(&error));
    (suite, outcome, start.elapsed())
}

fn report(results: &[(&Suite, Outcome, Duration)], surroundings: &Surroundings) -> ExitCode {
    let mut total = Totals::default();
    println!("\n{:<10} {:>7} {:>7} {:>8} {:>8}", "suite", "passed", "failed", "skipped", "seconds");
    for (suite, outcome, time) in results {
        let Totals { passed, failed, skipped } = outcome.totals;
        println!("{:<10} {passed:>7} {failed:>7} {skipped:>8} {:>8}", suite.name, time.as_secs());
        total.add(outcome.totals);
    }
    print_list("NOT AVAILABLE HERE", &surroundings.missing);
    print_list("SKIPPED", &gather(results, |outcome| &outcome.skips));
    print_list("FAILED", &gather(results, |outcome| &outcome.failures));
    println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn gather(results: &[(&Suite, Outcome, Duration)], list: fn(&Outcome) -> &Vec<String>) -> Vec<String> {
    let all = results
        .iter()
        .flat_map(|(suite, outcome, _)| list(outcome).iter().map(|line| format!("{}: {line}", suite.name)));
    all.collect()
}

fn print_list(title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    println!("\n{title} ({}):", lines.len());
    for line in lines {
        println!("  {line}");
    }
}

impl Surroundings {
    /// The private server's address, as the tests expect it in `FAIRGROUND_TEST_POSTGRES`.
    pub fn postgres_url(&self) -> Option<&str> {
        self.postgres.as_ref().map(postgres::Server::url)
    }
}
