//! The command line: what can be said, and which room does it.

use crate::config::Config;
use crate::serve::{self, LogStyle, start_log};
use crate::{config, load};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit code of an unusable command line or configuration, the same as clap's.
const UNUSABLE: u8 = 2;

/// Fairground: every seat, star, coin and dollar is a unit on one provable ledger.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the stalls until a signal ends it.
    Serve(Settings),
    /// Prints the effective configuration, secrets left out.
    Config(Settings),
    /// Puts load on a running server of the load profile.
    Load {
        #[command(subcommand)]
        stall: load::Load,
    },
}

/// Where things are; flags win over the environment, the environment over the file, the file over defaults.
#[derive(Debug, Args)]
pub struct Settings {
    /// Address to listen on [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Folder of the embedded databases [default: data].
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// postgres://… instead of the embedded databases.
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    database: Option<String>,
    /// dev, load or production [default: dev].
    #[arg(long)]
    profile: Option<String>,
    /// Configuration file [default: fairground.toml, if there is one].
    #[arg(long, value_name = "FILE", env = "FAIRGROUND_CONFIG")]
    config: Option<PathBuf>,
}

impl Settings {
    /// The effective configuration. Errors: every problem, printed; exit code 2.
    pub fn read(&self) -> Result<Config, ExitCode> {
        let flags = [
            ("listen", &self.listen),
            ("data", &self.data),
            ("database", &self.database),
            ("profile", &self.profile),
        ];
        let given = flags.into_iter().filter_map(|(key, value)| value.clone().map(|value| (key, value)));
        Config::load(self.config.clone(), &given.collect::<Vec<_>>()).map_err(|problems| {
            eprintln!("The configuration cannot be used:");
            problems.iter().for_each(|problem| eprintln!("  - {problem}"));
            ExitCode::from(UNUSABLE)
        })
    }
}

impl Cli {
    /// Runs the command to its end.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Serve(settings) => with_config(&settings, |config| {
                start_logging(&config)?;
                runtime()?.block_on(serve::run(&config))
            }),
            Command::Config(settings) => with_config(&settings, |config| {
                print_out(&config::print(&config));
                Ok(())
            }),
            Command::Load { stall } => run_load(&stall),
        }
    }
}

fn run_load(stall: &load::Load) -> ExitCode {
    let config = match Config::load(None, &[("profile", "load".to_owned())]) {
        Ok(config) => config,
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("load: {problem}"));
            return ExitCode::from(UNUSABLE);
        }
    };
    match load::SigningKeys::new(&config.signing_key(), config.id_key()) {
        Ok(keys) => load::run(stall, &keys),
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::from(UNUSABLE)
        }
    }
}

fn with_config(settings: &Settings, run: impl FnOnce(Config) -> Result<(), String>) -> ExitCode {
    let config = match settings.read() {
        Ok(config) => config,
        Err(code) => return code,
    };
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fairground: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start_logging(config: &Config) -> Result<(), String> {
    let style = if config.text("log.format") == "text" { LogStyle::Text } else { LogStyle::Json };
    start_log(style, config.text("log.level"))
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())
}

/// Writes to standard output; a reader that has gone away is no error of ours.
fn print_out(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
