//! The platform as a command line: hand it a table of stalls and it serves, migrates, checks, loads, documents and shows them.
//!
//! `main.rs` hands over the table of this program, `stalls.rs`. A program with another table is another `main`: the example
//! `counter` is one with a single small stall.

mod account;
mod cli;
mod config;
mod control;
mod credential;
mod demo;
mod doctor;
mod limits;
mod log;
mod mocks;
mod output;
mod serve;
mod settings_args;
mod table;
mod tables;

use clap::Parser as _;
use stall::Manifest;
use std::process::ExitCode;

/// Runs the command line of this process over the stalls of `table`, to its end. Called once, by `main`.
#[must_use]
pub fn run(table: &'static [&'static Manifest]) -> ExitCode {
    table::install(table);
    let code = cli::Cli::parse().run();
    log::flush();
    code
}
