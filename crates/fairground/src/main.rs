//! The binary: reads the command line and hands each command to its room.

mod cli;
mod config;
mod credential;
mod demo;
mod mocks;
mod output;
mod serve;
mod settings_args;
mod simulate;
mod stalls;
mod tables;

use clap::Parser as _;
use std::process::ExitCode;

/// Five to eleven per cent less CPU under load than the system's allocator (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::Cli::parse().run()
}
