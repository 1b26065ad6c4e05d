//! `cargo xtask demo`: the demo, built in release mode. The same as `cargo run --release -- demo`.

use crate::root;
use std::process::{Command, ExitCode};

/// Runs in the foreground so that Ctrl-C reaches the server itself.
pub fn run(args: &[String]) -> Result<ExitCode, String> {
    let status = Command::new(root::cargo())
        .args(["run", "--release", "--package", "fairground", "--", "demo"])
        .args(args)
        .current_dir(root::workspace())
        .status()
        .map_err(|error| error.to_string())?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
