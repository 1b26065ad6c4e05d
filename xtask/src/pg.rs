//! `cargo xtask pg`: a private PostgreSQL for as long as the command runs, for trying things by hand.

use crate::postgres;
use std::process::ExitCode;

/// Starts the server, prints how to use it, and holds it until this process is ended.
pub fn run(_args: &[String]) -> Result<ExitCode, String> {
    let server = postgres::start()?;
    println!("{}", server.url());
    println!("export FAIRGROUND_TEST_POSTGRES={}", server.url());
    println!("Ctrl-C stops it and removes its data.");
    loop {
        std::thread::park();
    }
}
