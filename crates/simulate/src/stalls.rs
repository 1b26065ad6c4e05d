//! The stalls that can be simulated, a row each, and the command line that is made of the rows.
//! To add a stall: a folder beside this file, and a row here.

use super::tap;
use clap::{ArgMatches, Args as _, Command};
use std::process::ExitCode;

/// The simulation of one stall.
#[derive(Debug, Clone, Copy)]
pub struct StallSimulation {
    /// The stall's name, the word after `simulate`.
    pub name: &'static str,
    /// What the help says it does.
    pub about: &'static str,
    /// Adds its arguments to a command.
    pub augment: fn(Command) -> Command,
    /// Runs it to its end; blocks. Exit code 0: the books are right and the proofs hold. Errors: a sentence for the operator.
    pub run: fn(&ArgMatches) -> Result<ExitCode, String>,
}

/// Every stall that can be simulated.
pub const STALLS: &[StallSimulation] = &[StallSimulation {
    name: "tap",
    about: "Bots tap cells over synthetic or recorded prices; tells the house's margin by probability, then checks the books",
    augment: tap::TapArgs::augment_args,
    run: tap::run,
}];

impl StallSimulation {
    /// The subcommand of this stall.
    fn command(&self) -> Command {
        // The arguments bring a description of their own; the row's is the one that is shown.
        (self.augment)(Command::new(self.name)).about(self.about).long_about(None)
    }
}

/// `simulate` with a subcommand for each stall.
#[must_use]
pub fn command() -> Command {
    add_stalls(Command::new("simulate").about("Plays a stall by itself, faster than time"))
}

/// Adds a subcommand for each stall, of which one must be given.
pub fn add_stalls(command: Command) -> Command {
    let command = command.subcommand_required(true).arg_required_else_help(true);
    command.subcommands(STALLS.iter().map(StallSimulation::command))
}

/// Runs what [`command`] matched to its end; blocks. Exit code 0: the books are right and the proofs hold.
/// Errors: a sentence for the operator.
pub fn run(matches: &ArgMatches) -> Result<ExitCode, String> {
    let chosen = matches.subcommand().and_then(|(name, matches)| Some((row(name)?, matches)));
    let (stall, matches) = chosen.ok_or("no stall was named")?;
    (stall.run)(matches)
}

/// The row of a stall.
pub fn row(name: &str) -> Option<&'static StallSimulation> {
    STALLS.iter().find(|stall| stall.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_subcommand_with_its_own_words() {
        let mut command = command();
        command.build();
        command.clone().debug_assert();
        for stall in STALLS {
            let found = command.find_subcommand(stall.name).unwrap();
            assert_eq!(found.get_about().unwrap().to_string(), stall.about);
        }
        assert_eq!(
            command.get_subcommands().filter(|found| found.get_name() != "help").count(),
            STALLS.len()
        );
    }

    #[test]
    fn a_number_that_cannot_be_meant_is_refused_in_words() {
        let matches = command().try_get_matches_from(["simulate", "tap", "--hours", "0"]).unwrap();
        assert_eq!(run(&matches), Err("--hours must be above 0 and at most 168".to_owned()));
    }
}
