//! `cargo xtask lint`: formatting and clippy, with warnings as errors. The reasons for each lint setting stand
//! beside it in `Cargo.toml` and `clippy.toml`.

use crate::process::{Ending, Program};
use crate::root;
use std::process::ExitCode;
use std::time::Duration;

/// A clean clippy run builds every dependency's metadata once.
const LIMIT: Duration = Duration::from_secs(600);

/// The format check.
pub fn format() -> Program {
    Program::new(root::cargo(), &["fmt", "--all", "--check"])
}

/// Clippy over libraries, binaries and tests.
pub fn clippy() -> Program {
    Program::new(
        root::cargo(),
        &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
    )
}

/// Runs both and fails when either finds something.
pub fn run(_args: &[String]) -> Result<ExitCode, String> {
    for program in [format(), clippy()] {
        if program.run(LIMIT, |line| println!("{line}"))? != Ending::Success {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
