//! `fairground mock NAME`: the table of mocks as a part of this command line.

use crate::serve::ended;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use kernel::SystemClock;
use std::sync::Arc;

/// Which mock, with its arguments.
#[derive(Debug)]
pub struct MockArguments(ArgMatches);

impl Args for MockArguments {
    fn augment_args(command: Command) -> Command {
        mock::augment(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        mock::augment(command)
    }
}

impl FromArgMatches for MockArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

/// Runs the mock until a signal ends it. Errors: a sentence.
pub async fn run(MockArguments(matches): &MockArguments) -> Result<(), String> {
    mock::run(matches, Arc::new(SystemClock), ended()).await
}
