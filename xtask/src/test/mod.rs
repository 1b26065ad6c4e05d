//! `cargo xtask test`: every test of the project, in a fixed order, with one summary at the end.
//!
//! The suites are listed in `suites.rs`; this file prepares the machine, runs them and adds up. Suites that mostly wait run
//! side by side with their neighbours of that kind.

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
    let turns = chosen.chunk_by(|one, next| one.mostly_waits && next.mostly_waits);
    let results: Vec<Done> = turns.flat_map(|turn| side_by_side(turn, &surroundings)).collect();
    Ok(report(&results, &surroundings))
}

/// A suite, what it did, and how long it took.
struct Done {
    suite: &'static Suite,
    outcome: Outcome,
    time: Duration,
}

/// Runs suites at once; their lines come mixed, and a test's own name says whose they are.
fn side_by_side(suites: &[&'static Suite], surroundings: &Surroundings) -> Vec<Done> {
    std::thread::scope(|scope| {
        let running: Vec<_> = suites.iter().map(|suite| scope.spawn(|| timed(suite, surroundings))).collect();
        running
            .into_iter()
            .map(|suite| suite.join().expect("a suite reports its failures, it does not panic"))
            .collect()
    })
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

fn timed(suite: &'static Suite, surroundings: &Surroundings) -> Done {
    println!("\n=== {}: {}", suite.name, suite.purpose);
    let start = Instant::now();
    let outcome = (suite.run)(suite, surroundings).unwrap_or_else(|error| Outcome::broken(&error));
    Done { suite, outcome, time: start.elapsed() }
}

fn report(results: &[Done], surroundings: &Surroundings) -> ExitCode {
    let mut total = Totals::default();
    println!("\n{:<10} {:>7} {:>7} {:>8} {:>8}", "suite", "passed", "failed", "skipped", "seconds");
    for Done { suite, outcome, time } in results {
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

fn gather(results: &[Done], list: fn(&Outcome) -> &Vec<String>) -> Vec<String> {
    let all = results
        .iter()
        .flat_map(|done| list(&done.outcome).iter().map(|line| format!("{}: {line}", done.suite.name)));
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
