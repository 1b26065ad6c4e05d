//! The `simulate` subcommand as a type, for a command line that is derived: `#[command(subcommand)] stall: simulate::ChosenStall`.

use super::stalls::{add_stalls, row, run};
use clap::{ArgMatches, Command, Error, FromArgMatches, Subcommand};
use std::process::ExitCode;

/// A stall that was named on the command line, with its arguments.
#[derive(Debug, Clone)]
pub struct ChosenStall(ArgMatches);

impl ChosenStall {
    /// Runs it to its end; blocks. The same as [`run`] with its exit codes and errors.
    pub fn run(&self) -> Result<ExitCode, String> {
        run(&self.0)
    }
}

impl FromArgMatches for ChosenStall {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

impl Subcommand for ChosenStall {
    fn augment_subcommands(command: Command) -> Command {
        add_stalls(command)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        add_stalls(command)
    }

    fn has_subcommand(name: &str) -> bool {
        row(name).is_some()
    }
}
