//! The stalls that load can be put on, a row each, and the command line that is made of the rows.
//! To add a stall: a folder beside this file that implements `stall::Stall`, and a row here.

use super::error::LoadError;
use super::keys::SigningKeys;
use super::{funpot, rush, tap, tiris};
use clap::{ArgMatches, Args as _, Command};
use std::process::ExitCode;

/// Exit code of a run that measured but found something wrong, or that could not be carried out.
const FAILED: u8 = 1;
/// Exit code of unusable arguments, the same as clap's.
const UNUSABLE: u8 = 2;

/// Load on one stall.
#[derive(Debug, Clone, Copy)]
pub struct StallLoad {
    /// The stall's name, the word after `load`.
    pub name: &'static str,
    /// What the help says it does.
    pub about: &'static str,
    /// Adds its arguments to a command.
    pub augment: fn(Command) -> Command,
    /// Runs it to its end; blocks. True when nothing was wrong. Errors: the run was impossible.
    pub run: fn(&ArgMatches, &SigningKeys) -> Result<bool, LoadError>,
}

/// Every stall that load can be put on.
pub const STALLS: &[StallLoad] = &[
    StallLoad {
        name: "rush",
        about: "Buys tickets of an event of its own as hundreds of thousands of buyers, then checks that nothing was lost",
        augment: rush::RushArgs::augment_args,
        run: rush::run,
    },
    StallLoad {
        name: "tap",
        about: "Taps cells as thousands of players with signed bets, then checks that nothing was lost",
        augment: tap::TapArgs::augment_args,
        run: tap::run,
    },
    StallLoad {
        name: "funpot",
        about: "Votes on open events as thousands of voters, then checks that nothing was lost",
        augment: funpot::FunpotArgs::augment_args,
        run: funpot::run,
    },
    StallLoad {
        name: "tiris",
        about: "Writes trading logs as hundreds of bots, then checks that nothing was lost",
        augment: tiris::TirisArgs::augment_args,
        run: tiris::run,
    },
];

impl StallLoad {
    /// The subcommand of this stall.
    fn command(&self) -> Command {
        // The arguments bring a description of their own; the row's is the one that is shown.
        (self.augment)(Command::new(self.name)).about(self.about).long_about(None)
    }
}

/// `load` with a subcommand for each stall.
#[must_use]
pub fn command() -> Command {
    add_stalls(Command::new("load").about("Puts load on a running server of the load profile"))
}

/// Adds a subcommand for each stall, of which one must be given.
pub fn add_stalls(command: Command) -> Command {
    let command = command.subcommand_required(true).arg_required_else_help(true);
    command.subcommands(STALLS.iter().map(StallLoad::command))
}

/// Runs what [`command`] matched to its end on a runtime of its own; blocks. `keys` are those of the server under load.
///
/// Exit codes: 0 all well, 1 a defect was found or the run was impossible, 2 unusable arguments.
#[must_use]
pub fn run(matches: &ArgMatches, keys: &SigningKeys) -> ExitCode {
    let chosen = matches.subcommand().and_then(|(name, matches)| Some((row(name)?, matches)));
    let Some((stall, matches)) = chosen else {
        eprintln!("load: no stall was named");
        return ExitCode::from(UNUSABLE);
    };
    match (stall.run)(matches, keys) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            eprintln!("load {}: {error}", stall.name);
            ExitCode::from(if error.is_usage() { UNUSABLE } else { FAILED })
        }
    }
}

/// The row of a stall.
pub fn row(name: &str) -> Option<&'static StallLoad> {
    STALLS.iter().find(|stall| stall.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_subcommand_with_its_own_words_and_the_shared_arguments() {
        let mut command = command();
        command.build();
        command.clone().debug_assert();
        for stall in STALLS {
            let found = command.find_subcommand(stall.name).unwrap();
            assert_eq!(found.get_about().unwrap().to_string(), stall.about);
            assert!(found.get_arguments().any(|argument| argument.get_id() == "url"), "{}", stall.name);
        }
        assert_eq!(
            command.get_subcommands().filter(|found| found.get_name() != "help").count(),
            STALLS.len()
        );
    }

    #[test]
    fn a_stall_must_be_named_and_known() {
        for words in [&["load"][..], &["load", "nothing"], &["load", "--url", "http://127.0.0.1:1"]] {
            assert!(command().try_get_matches_from(words).is_err(), "{words:?}");
        }
    }
}
