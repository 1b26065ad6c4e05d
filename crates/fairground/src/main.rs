//! The binary: reads the command line and hands each command to its room.

mod load;

use clap::Parser as _;
use std::process::ExitCode;

/// Fairground sells tickets of hot events without overselling.
#[derive(clap::Parser)]
#[command(version)]
enum Command {
    /// Puts load on a running server of the load profile.
    #[command(subcommand)]
    Load(load::Load),
}

fn main() -> ExitCode {
    let dev = identity::dev_keys();
    let keys =
        load::SigningKeys::new(&dev.signing_key, dev.id_key).expect("the development key is long enough");
    match Command::parse() {
        Command::Load(load) => load::run(&load, &keys),
    }
}
