//! `cargo xtask crash`: the crash tests of `crates/fairground/tests/crash`, as often as asked.
//!
//! The test itself lives with the binary, because it speaks the binary's own protocol; this is only its door.

use crate::postgres;
use crate::process::{Ending, Program};
use crate::root;
use std::process::ExitCode;
use std::time::Duration;

/// Rounds when none are asked for.
const DEFAULT_ROUNDS: u64 = 100;
/// A round takes about 3 s in a debug build (5 s of Tap's); five times that is a hang.
const LIMIT_PER_ROUND: Duration = Duration::from_secs(25);
/// Time to build what is not built yet.
const BUILD_LIMIT: Duration = Duration::from_secs(600);

#[derive(Debug, PartialEq, Eq)]
struct Wish {
    rounds: u64,
    seed: Option<u64>,
    postgres: bool,
    stall: Stall,
}

/// Whose promises are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stall {
    Rush,
    Tap,
}

/// Runs the rounds; the seed of a failed run is printed by the test and can be given back with `--seed`.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let wish = parse(args)?;
    let server = if wish.postgres { Some(postgres::start()?) } else { None };
    let variable = if wish.postgres { "FAIRGROUND_CRASH_ROUNDS_POSTGRES" } else { "FAIRGROUND_CRASH_ROUNDS" };
    let test = test_of(wish.stall, wish.postgres);
    let args = ["test", "-p", "fairground", "--test", "crash", "--", "--exact", test, "--nocapture"];
    let mut program = Program::new(root::cargo(), &args).env(variable, wish.rounds.to_string());
    if let Some(seed) = wish.seed {
        program = program.env("FAIRGROUND_CRASH_SEED", seed.to_string());
    }
    if let Some(server) = &server {
        program = program.env("FAIRGROUND_TEST_POSTGRES", server.url());
    }
    let rounds = u32::try_from(wish.rounds).map_err(|_| "too many rounds".to_owned())?;
    let ending = program.run(BUILD_LIMIT + LIMIT_PER_ROUND * rounds, |line| println!("{line}"))?;
    Ok(if ending == Ending::Success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tap's rounds end at drawn moments on SQLite, and at the named points of money on PostgreSQL.
const fn test_of(stall: Stall, postgres: bool) -> &'static str {
    match (stall, postgres) {
        (Stall::Rush, false) => "rush::crash_on_sqlite",
        (Stall::Rush, true) => "rush::crash_on_postgres",
        (Stall::Tap, false) => "tap::crash_at_drawn_moments_on_sqlite",
        (Stall::Tap, true) => "tap::crash_at_some_named_points_on_postgres",
    }
}

fn parse(args: &[String]) -> Result<Wish, String> {
    let mut wish = Wish { rounds: DEFAULT_ROUNDS, seed: None, postgres: false, stall: Stall::Rush };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--stall" {
            wish.stall = stall(args.next())?;
            continue;
        }
        let mut number = || -> Result<u64, String> {
            let value = args.next().ok_or_else(|| format!("{arg} needs a number"))?;
            value.parse().map_err(|_| format!("{arg} {value}: not a number"))
        };
        match arg.as_str() {
            "--rounds" => wish.rounds = number()?,
            "--seed" => wish.seed = Some(number()?),
            "--postgres" => wish.postgres = true,
            other => return Err(format!("unknown option {other}")),
        }
    }
    Ok(wish)
}

fn stall(name: Option<&String>) -> Result<Stall, String> {
    match name.map(String::as_str) {
        Some("rush") => Ok(Stall::Rush),
        Some("tap") => Ok(Stall::Tap),
        _ => Err("--stall is rush or tap".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_and_seed_are_read() {
        let args: Vec<String> =
            ["--rounds", "7", "--seed", "9", "--stall", "tap"].map(str::to_owned).to_vec();
        let wish = Wish { rounds: 7, seed: Some(9), postgres: false, stall: Stall::Tap };
        assert_eq!(parse(&args), Ok(wish));
    }

    #[test]
    fn a_missing_number_is_named() {
        assert_eq!(parse(&["--rounds".to_owned()]), Err("--rounds needs a number".to_owned()));
    }
}
