//! `cargo xtask crash`: the crash tests of `crates/fairground/tests/crash`, as often as asked.
//!
//! The tests themselves live with the binary, because they speak the binary's own protocol; this is only their door. Each
//! stall has a module there, and its tests are named `crash_…_on_sqlite` and `crash_…_on_postgres`.

use crate::postgres;
use crate::process::{Ending, Program};
use crate::root;
use std::process::ExitCode;
use std::time::Duration;

/// The stall whose promises are tried unless another is named.
const DEFAULT_STALL: &str = "rush";
/// Rounds when none are asked for.
const DEFAULT_ROUNDS: u64 = 100;
/// A round takes about 3 s in a debug build (5 s of Tap's); five times that is a hang.
const LIMIT_PER_ROUND: Duration = Duration::from_secs(25);
/// More rounds than any stall has whose number is not asked for, because it has a list of points to crash at.
const FIXED_ROUNDS_MAX: u32 = 40;
/// Time to build what is not built yet.
const BUILD_LIMIT: Duration = Duration::from_secs(600);

#[derive(Debug, PartialEq, Eq)]
struct Options {
    /// Any that has a module of crash tests.
    stall: String,
    rounds: u64,
    seed: Option<u64>,
    postgres: bool,
}

/// Runs the rounds; the seed of a failed run is printed by the test and can be given back with `--seed`.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let options = parse(args)?;
    let server = if options.postgres { Some(postgres::start()?) } else { None };
    let variable =
        if options.postgres { "FAIRGROUND_CRASH_ROUNDS_POSTGRES" } else { "FAIRGROUND_CRASH_ROUNDS" };
    let tests = tests_of(&options.stall);
    // Those that need PostgreSQL are ignored until they are asked for.
    let args =
        ["test", "-p", "fairground", "--test", "crash", "--", &tests, "--nocapture", "--include-ignored"];
    let args: Vec<&str> = args.into_iter().chain(["--skip", other_backend(options.postgres)]).collect();
    let mut program = Program::new(root::cargo(), &args).env(variable, options.rounds.to_string());
    if let Some(seed) = options.seed {
        program = program.env("FAIRGROUND_CRASH_SEED", seed.to_string());
    }
    if let Some(server) = &server {
        program = program.env("FAIRGROUND_TEST_POSTGRES", server.url());
    }
    let rounds = u32::try_from(options.rounds).map_err(|_| "too many rounds".to_owned())?;
    let limit = BUILD_LIMIT + LIMIT_PER_ROUND * rounds.saturating_add(FIXED_ROUNDS_MAX);
    let mut has_test = false;
    let ending = program.run(limit, |line| {
        has_test |= line.starts_with("test ") && line.contains(&tests);
        println!("{line}");
    })?;
    match ending {
        Ending::Success if has_test => Ok(ExitCode::SUCCESS),
        Ending::Success => Err(format!("there is no crash test of {}", options.stall)),
        _ => Ok(ExitCode::FAILURE),
    }
}

/// What the paths of a stall's crash tests have in common.
fn tests_of(stall: &str) -> String {
    format!("{stall}::crash_")
}

/// How the names of tests end that are not wanted.
const fn other_backend(postgres: bool) -> &'static str {
    if postgres { "_on_sqlite" } else { "_on_postgres" }
}

fn parse(args: &[String]) -> Result<Options, String> {
    let mut options =
        Options { stall: DEFAULT_STALL.to_owned(), rounds: DEFAULT_ROUNDS, seed: None, postgres: false };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--stall" {
            options.stall = args.next().ok_or("--stall needs a name")?.clone();
            continue;
        }
        let mut number = || -> Result<u64, String> {
            let value = args.next().ok_or_else(|| format!("{arg} needs a number"))?;
            value.parse().map_err(|_| format!("{arg} {value}: not a number"))
        };
        match arg.as_str() {
            "--rounds" => options.rounds = number()?,
            "--seed" => options.seed = Some(number()?),
            "--postgres" => options.postgres = true,
            other => return Err(format!("unknown option {other}")),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_seed_and_any_stall_are_read() {
        let args: Vec<String> =
            ["--rounds", "7", "--seed", "9", "--stall", "novel"].map(str::to_owned).to_vec();
        let options = Options { stall: "novel".to_owned(), rounds: 7, seed: Some(9), postgres: false };
        assert_eq!(parse(&args), Ok(options));
    }

    #[test]
    fn a_missing_number_and_a_missing_name_are_named() {
        assert_eq!(parse(&["--rounds".to_owned()]), Err("--rounds needs a number".to_owned()));
        assert_eq!(parse(&["--stall".to_owned()]), Err("--stall needs a name".to_owned()));
    }

    #[test]
    fn every_test_that_kills_says_its_backend_at_the_end_of_its_name() {
        let folder = root::workspace().join("crates/fairground/tests/crash");
        let modules = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("mod.rs"));
        let texts = modules.filter_map(|path| std::fs::read_to_string(path).ok()).collect::<Vec<_>>();
        let marker = concat!("fn cra", "sh_");
        let names = texts
            .iter()
            .flat_map(|text| text.split(marker).skip(1))
            .map(|rest| rest.split_once('(').unwrap().0);
        let names: Vec<&str> = names.collect();
        assert!(names.len() > 3, "{names:?}");
        assert!(
            names.iter().all(|name| name.ends_with("on_sqlite") || name.ends_with("on_postgres")),
            "{names:?}"
        );
    }
}
