//! `cargo xtask crash`: the crash test of `crates/fairground/tests/crash.rs`, as often as asked.
//!
//! The test itself lives with the binary, because it speaks the binary's own protocol; this is only its door.

use crate::postgres;
use crate::process::{Ending, Program};
use crate::root;
use std::process::ExitCode;
use std::time::Duration;

/// Rounds when none are asked for.
const DEFAULT_ROUNDS: u64 = 100;
/// A round takes about 3 s in a debug build; five times that is a hang.
const LIMIT_PER_ROUND: Duration = Duration::from_secs(15);
/// Time to build what is not built yet.
const BUILD_LIMIT: Duration = Duration::from_secs(600);

#[derive(Debug, PartialEq, Eq)]
struct Wish {
    rounds: u64,
    seed: Option<u64>,
    postgres: bool,
}

/// Runs the rounds; the seed of a failed run is printed by the test and can be given back with `--seed`.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let wish = parse(args)?;
    let server = if wish.postgres { Some(postgres::start()?) } else { None };
    let (test, variable) = if wish.postgres {
        ("crash_on_postgres", "FAIRGROUND_CRASH_ROUNDS_POSTGRES")
    } else {
        ("crash_on_sqlite", "FAIRGROUND_CRASH_ROUNDS")
    };
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

fn parse(args: &[String]) -> Result<Wish, String> {
    let mut wish = Wish { rounds: DEFAULT_ROUNDS, seed: None, postgres: false };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_and_seed_are_read() {
        let args: Vec<String> = ["--rounds", "7", "--seed", "9"].map(str::to_owned).to_vec();
        assert_eq!(parse(&args), Ok(Wish { rounds: 7, seed: Some(9), postgres: false }));
    }

    #[test]
    fn a_missing_number_is_named() {
        assert_eq!(parse(&["--rounds".to_owned()]), Err("--rounds needs a number".to_owned()));
    }
}
