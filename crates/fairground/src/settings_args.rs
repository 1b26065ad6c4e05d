//! The flags of the commands that read the configuration: the ground's own, and those that stalls declare for their keys.

use crate::config::Config;
use crate::table;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use stall::Flag;
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit code of an unusable command line or configuration, the same as clap's.
pub const UNUSABLE: u8 = 2;

/// Where things are; flags win over the environment, the environment over the file, the file over defaults.
#[derive(Debug, Args)]
pub struct Settings {
    /// Address to listen on [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Folder of the embedded databases [default: data].
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// postgres://… instead of the embedded databases.
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    database: Option<String>,
    /// dev, load or production [default: dev].
    #[arg(long)]
    profile: Option<String>,
    #[command(flatten)]
    stalls: StallFlags,
    /// Configuration file [default: fairground.toml, if there is one].
    #[arg(long, value_name = "FILE", env = "FAIRGROUND_CONFIG")]
    config: Option<PathBuf>,
}

impl Settings {
    /// The effective configuration. Errors: every problem, printed; exit code 2.
    pub fn read(&self) -> Result<Config, ExitCode> {
        self.try_read().map_err(|problems| {
            eprintln!("The configuration cannot be used:");
            problems.iter().for_each(|problem| eprintln!("  - {problem}"));
            ExitCode::from(UNUSABLE)
        })
    }

    /// The same. Errors: every problem, a sentence each.
    pub fn try_read(&self) -> Result<Config, Vec<String>> {
        let flags = [
            ("listen", &self.listen),
            ("data", &self.data),
            ("database", &self.database),
            ("profile", &self.profile),
        ];
        let given = flags.into_iter().filter_map(|(key, value)| value.clone().map(|value| (key, value)));
        let given: Vec<_> = given.chain(self.stalls.0.iter().cloned()).collect();
        Config::load(self.config.clone(), &given)
    }

    /// Whether the caller said where the data is.
    #[must_use]
    pub const fn names_data(&self) -> bool {
        self.data.is_some() || self.database.is_some()
    }
}

/// The values of the flags that stalls declare, by their keys.
#[derive(Debug, Default)]
struct StallFlags(Vec<(&'static str, String)>);

fn stall_flags() -> impl Iterator<Item = &'static Flag> {
    table::stalls().iter().flat_map(|manifest| manifest.flags)
}

impl Args for StallFlags {
    fn augment_args(command: Command) -> Command {
        let arg = |flag: &Flag| {
            Arg::new(flag.long).long(flag.long).value_name(flag.value).help(flag.about).required(false)
        };
        command.args(stall_flags().map(arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for StallFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |flag: &Flag| Some((flag.key, matches.get_one::<String>(flag.long)?.clone()));
        Ok(Self(stall_flags().filter_map(value).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
