//! The command line: what can be said, and which room does it.

use crate::config::Config;
use crate::serve::{self, LogStyle, start_log};
use crate::{config, credential, demo, mocks, simulate, tables};
use clap::{Args, Parser, Subcommand, ValueEnum};
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
    /// Shows everything at once: a seeded catalogue, simulated visitors, nothing else installed.
    Demo(Settings),
    /// Serves the stalls until a signal ends it.
    Serve(Settings),
    /// Prints the effective configuration, secrets left out.
    Config(Settings),
    /// Brings the databases up to date, or takes their last migrations back.
    Migrate {
        #[command(flatten)]
        settings: Settings,
        /// Takes this many migrations back instead, newest first; needs --stall.
        #[arg(long, value_name = "STEPS", requires = "stall")]
        down: Option<usize>,
        /// One stall alone [default: all that are open].
        #[arg(long)]
        stall: Option<Stall>,
    },
    /// Proves the books from the raw tables, one line per invariant; exit code 0 only if all hold.
    Check {
        #[command(flatten)]
        settings: Settings,
        /// One stall alone [default: every stall that has a database].
        #[arg(long)]
        stall: Option<Stall>,
    },
    /// Writes accounts, transfers and domain rows as JSON lines, for a second checker.
    Dump {
        /// rush or tap
        stall: Stall,
        #[command(flatten)]
        settings: Settings,
    },
    /// Prints the OpenAPI document of a stall.
    Openapi {
        /// rush or tap
        stall: Stall,
    },
    /// Reads JSON lines {input, keys, now} and answers accept or reject:<reason>, purely.
    #[command(after_long_help = credential::help())]
    Credential {
        /// jwt, webhook, siwe or address
        kind: Credential,
    },
    /// Lists, replays or discards facts that a subscriber could not handle.
    DeadLetters {
        #[command(flatten)]
        settings: Settings,
        /// Whose.
        #[arg(long, default_value = "rush")]
        stall: Stall,
        /// Tries this one again.
        #[arg(long, value_name = "ID", conflicts_with = "discard")]
        replay: Option<i64>,
        /// Forgets this one.
        #[arg(long, value_name = "ID")]
        discard: Option<i64>,
    },
    /// Recomputes a settled bet from its proof, trusting no server; exit code 0: it holds, 1: it does not, 2: unusable.
    Verify {
        /// The proof, exactly as it was published.
        file: PathBuf,
        /// The hash that was published for the last minute in the proof.
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// Pretends to be a part of the outside world on loopback, with faults that can be switched on.
    Mock(mocks::MockArguments),
    /// Plays a stall by itself, faster than time: prices, bots, settlement; then checks the books.
    Simulate {
        #[command(subcommand)]
        what: simulate::Simulate,
    },
    /// Puts load on a running server of the load profile.
    Load {
        #[command(subcommand)]
        stall: load::ChosenStall,
    },
}

/// Which stall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stall {
    /// Tickets.
    Rush,
    /// The grid over the BTC price.
    Tap,
}

impl Stall {
    const fn name(self) -> &'static str {
        match self {
            Self::Rush => "rush",
            Self::Tap => "tap",
        }
    }
}

/// Which kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Credential {
    /// Access tokens.
    Jwt,
    /// Signatures of payment webhooks.
    Webhook,
    /// Log-ins by wallet (EIP-4361).
    Siwe,
    /// Addresses of Ethereum accounts (EIP-55).
    Address,
}

impl Credential {
    /// What judges a line of this kind.
    fn door(self) -> fn(&str) -> String {
        match self {
            Self::Jwt => identity::credential::jwt,
            Self::Webhook => rush::domain::webhook_credential::webhook,
            Self::Siwe => identity::credential::siwe,
            Self::Address => identity::credential::address,
        }
    }
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
    /// Prices for Tap from a recording of Binance's frames (.gz) or trades (.csv) instead of live ones.
    #[arg(long, value_name = "FILE")]
    recording: Option<String>,
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
            ("tap.recording", &self.recording),
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
            Command::Demo(settings) => run_demo(settings),
            Command::Serve(settings) => with_config(&settings, |config| {
                start_logging(&config)?;
                runtime()?.block_on(serve::run(&config))
            }),
            Command::Config(settings) => with_config(&settings, |config| {
                print_out(&config::print(&config));
                Ok(())
            }),
            Command::Migrate { settings, down, stall } => with_config(&settings, |config| {
                let done = runtime()?.block_on(tables::migrate(&config, stall.map(Stall::name), down))?;
                print_out(&done);
                Ok(())
            }),
            Command::Check { settings, stall } => with_exit(&settings, |config| {
                let stalls = tables::stalls(&config, stall.map(Stall::name));
                let targets = stalls.into_iter().map(|stall| (stall, tables::target(&config, stall)));
                Ok(runtime()?.block_on(check::run(targets.collect(), stall.is_some())))
            }),
            Command::Dump { stall, settings } => with_exit(&settings, |config| {
                Ok(runtime()?.block_on(check::dump(tables::target(&config, stall.name()))))
            }),
            Command::Openapi { stall } => openapi(stall),
            Command::Credential { kind } => credential::run(kind.door()),
            Command::DeadLetters { settings, stall, replay, discard } => with_config(&settings, |config| {
                let letters = tables::dead_letters(&config, stall.name(), replay, discard);
                let said = runtime()?.block_on(letters)?;
                print_out(&said);
                Ok(())
            }),
            Command::Verify { file, head } => verify::run(&file, head.as_deref()),
            Command::Mock(arguments) => finish(run_mock(&arguments)),
            Command::Simulate { what } => run_simulation(&what),
            Command::Load { stall } => run_load(&stall),
        }
    }
}

/// Nothing of the demo leaves this machine, and nobody waits five minutes for the first quote.
const DEMO_WISHES: &[(&str, &str)] =
    &[("tap.feeds", "simulator"), ("tap.warm_up_s", "10"), ("tap.recovery_s", "5")];

/// A fresh temporary folder unless the caller names one; people are told what happens in words, not in log lines.
fn run_demo(mut settings: Settings) -> ExitCode {
    let fresh = match (&settings.data, &settings.database) {
        (None, None) => match tempfile::Builder::new().prefix("fairground-demo-").tempdir() {
            Ok(folder) => Some(folder),
            Err(error) => {
                eprintln!("fairground: cannot make a temporary folder: {error}");
                return ExitCode::FAILURE;
            }
        },
        _ => None,
    };
    settings.data =
        settings.data.or_else(|| fresh.as_ref().map(|folder| folder.path().display().to_string()));
    with_config(&settings, |config| {
        start_log(LogStyle::Text, "warn,access=off")?;
        let config = config.preferring(DEMO_WISHES);
        runtime()?.block_on(demo::run(&config, fresh.as_ref().map(tempfile::TempDir::path)))
    })
}

fn run_mock(arguments: &mocks::MockArguments) -> Result<(), String> {
    start_log(LogStyle::Text, "warn")?;
    runtime()?.block_on(mocks::run(arguments))
}

fn run_simulation(what: &simulate::Simulate) -> ExitCode {
    let done = start_log(LogStyle::Text, "error").and_then(|()| simulate::run(what));
    done.unwrap_or_else(|error| {
        eprintln!("simulate: {error}");
        ExitCode::from(UNUSABLE)
    })
}

fn run_load(stall: &load::ChosenStall) -> ExitCode {
    // The same file and environment as the server's: its keys are ours.
    let file = std::env::var_os("FAIRGROUND_CONFIG").map(PathBuf::from);
    let config = match Config::load(file, &[("profile", "load".to_owned())]) {
        Ok(config) => config,
        Err(problems) => {
            problems.iter().for_each(|problem| eprintln!("load: {problem}"));
            return ExitCode::from(UNUSABLE);
        }
    };
    match load::SigningKeys::new(&config.signing_key(), config.id_key()) {
        Ok(keys) => stall.run(&keys),
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::from(UNUSABLE)
        }
    }
}

fn openapi(stall: Stall) -> ExitCode {
    let document = match stall {
        Stall::Rush => rush::http::api().split_for_parts().1,
        Stall::Tap => tap::http::api().split_for_parts().1,
    };
    match document.to_pretty_json() {
        Ok(text) => {
            print_out(&(text + "\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("fairground: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says what went wrong, if anything did.
fn finish(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fairground: {error}");
            ExitCode::FAILURE
        }
    }
}

fn with_config(settings: &Settings, run: impl FnOnce(Config) -> Result<(), String>) -> ExitCode {
    with_exit(settings, |config| run(config).map(|()| ExitCode::SUCCESS))
}

fn with_exit(settings: &Settings, run: impl FnOnce(Config) -> Result<ExitCode, String>) -> ExitCode {
    let config = match settings.read() {
        Ok(config) => config,
        Err(code) => return code,
    };
    match run(config) {
        Ok(code) => code,
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

pub fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())
}

/// Writes to standard output; a reader that has gone away is no error of ours.
pub fn print_out(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
