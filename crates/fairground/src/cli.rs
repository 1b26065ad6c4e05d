//! The command line: what can be said, and which room does it.

use crate::account::{self, AccountArguments, AccountFault};
use crate::config::{Config, keys};
use crate::log::{LogStyle, start_log};
use crate::output::{block_on, print_out, runtime};
use crate::serve;
use crate::settings_args::{Settings, UNUSABLE};
use crate::{config, credential, demo, doctor, mocks, table, tables};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Parser, Subcommand};
use stall::{Deployment, Manifest, Profile};
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Looks at machine, configuration and databases, and says what to change; changes nothing.
    Doctor {
        #[command(flatten)]
        settings: Settings,
        /// Answers as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints the effective configuration, secrets left out.
    Config(Settings),
    /// Brings the databases up to date, or takes their last migrations back.
    Migrate {
        #[command(flatten)]
        settings: Settings,
        /// Takes this many migrations back instead, newest first; needs --stall.
        #[arg(long, value_name = "STEPS", requires = "stall")]
        down: Option<usize>,
        /// Does what --down would only announce: tables and their rows go.
        #[arg(long, requires = "down")]
        yes: bool,
        /// One stall alone [default: all that are open].
        #[arg(long, value_parser = stall_parser())]
        stall: Option<&'static Manifest>,
    },
    /// Proves the books from the raw tables, one line per invariant; exit code 0 only if all hold.
    Check {
        #[command(flatten)]
        settings: Settings,
        /// One stall alone [default: every stall that has a database].
        #[arg(long, value_parser = stall_parser())]
        stall: Option<&'static Manifest>,
    },
    /// Writes accounts, transfers and domain rows as JSON lines, for a second checker.
    Dump {
        /// Which stall.
        #[arg(value_parser = stall_parser())]
        stall: &'static Manifest,
        #[command(flatten)]
        settings: Settings,
    },
    /// Makes accounts: the first operator's, beside a running server or before there is one.
    Account {
        #[command(subcommand)]
        what: AccountCommand,
    },
    /// Prints the OpenAPI document of a stall.
    Openapi {
        /// Which stall.
        #[arg(value_parser = stall_parser())]
        stall: &'static Manifest,
    },
    /// Reads JSON lines {input, keys, now} and answers accept or reject:<reason>, purely.
    #[command(after_long_help = credential::help())]
    Credential {
        /// Which kind.
        #[arg(value_parser = credential::parser())]
        kind: stall::Credential,
    },
    /// Lists, replays or discards facts that a subscriber could not handle.
    DeadLetters {
        #[command(flatten)]
        settings: Settings,
        /// Whose.
        #[arg(long, value_parser = stall_parser(), default_value = table::stalls()[0].name)]
        stall: &'static Manifest,
        /// Tries this one again.
        #[arg(long, value_name = "ID", conflicts_with = "discard")]
        replay: Option<i64>,
        /// Forgets this one, for ever; needs --yes.
        #[arg(long, value_name = "ID")]
        discard: Option<i64>,
        /// Does what --discard would only announce.
        #[arg(long, requires = "discard")]
        yes: bool,
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
        stall: simulate::ChosenStall,
    },
    /// Puts load on a running server of the load profile.
    Load {
        #[command(subcommand)]
        stall: load::ChosenStall,
    },
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Makes an account; the audit records it.
    Add {
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        account: AccountArguments,
    },
}

/// Reads the name of a stall.
fn stall_parser() -> impl clap::builder::TypedValueParser<Value = &'static Manifest> {
    PossibleValuesParser::new(table::names())
        .map(|name| table::find(&name).expect("clap takes the names of the table alone"))
}

impl Cli {
    /// Runs the command to its end.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Demo(settings) => run_demo(settings),
            Command::Serve(settings) => with_config(&settings, |config| {
                start_logging(&config)?;
                if !config.passed_over.is_empty() {
                    let names = config.passed_over.join(", ");
                    tracing::info!(
                        names,
                        "variables of the environment were passed over: an orchestrator's, not ours"
                    );
                }
                for (stall, key) in &config.left_closed {
                    tracing::info!(stall, key, "a stall stays closed: this key is not set");
                }
                block_on(serve::run(&config))
            }),
            Command::Doctor { settings, json } => doctor::run(settings.try_read(), json),
            Command::Config(settings) => with_config(&settings, |config| {
                print_out(&config::print(&config));
                Ok(())
            }),
            Command::Migrate { settings, down, yes, stall } => {
                with_exit(&settings, |config| migrate(&config, (down, yes), stall))
            }
            Command::Check { settings, stall } => with_exit(&settings, |config| {
                let chosen = tables::chosen(&config, stall).into_iter();
                let targets = chosen.map(|stall| (stall.name, tables::target(&config, stall.name)));
                Ok(runtime()?.block_on(check::run(targets.collect(), stall.is_some())))
            }),
            Command::Dump { stall, settings } => with_exit(&settings, |config| {
                Ok(runtime()?.block_on(check::dump(stall.name, tables::target(&config, stall.name))))
            }),
            Command::Account { what: AccountCommand::Add { settings, account } } => {
                add_account(&settings, account)
            }
            Command::Openapi { stall } => openapi(stall),
            Command::Credential { kind } => credential::run(kind.verdict),
            Command::DeadLetters { settings, stall, replay, discard, yes } => {
                let action = letter_action((replay, discard), yes);
                with_exit(&settings, |config| {
                    finish_look(runtime()?.block_on(tables::dead_letters(&config, stall, action)))
                })
            }
            Command::Verify { file, head } => verify::run(&file, head.as_deref()),
            Command::Mock(arguments) => finish(run_mock(&arguments)),
            Command::Simulate { stall } => run_simulation(&stall),
            Command::Load { stall } => run_load(&stall),
        }
    }
}

/// A fresh temporary folder unless the caller names one; people are told what happens in words, not in log lines.
fn run_demo(mut settings: Settings) -> ExitCode {
    let fresh = match settings.names_data() {
        false => match tempfile::Builder::new().prefix("fairground-demo-").tempdir() {
            Ok(folder) => Some(folder),
            Err(error) => {
                eprintln!("fairground: cannot make a temporary folder: {error}");
                return ExitCode::FAILURE;
            }
        },
        true => None,
    };
    if let Some(folder) = &fresh {
        settings.data = Some(folder.path().display().to_string());
    }
    with_exit(&settings, |config| {
        if config.deployment.profile == Profile::Production {
            eprintln!(
                "fairground: a demonstration is refused in profile production: its passwords are public"
            );
            return Ok(ExitCode::from(UNUSABLE));
        }
        start_log(LogStyle::Text, "warn,access=off")?;
        let config = config.preferring("demo");
        block_on(demo::run(&config, fresh.as_ref().map(tempfile::TempDir::path)))?;
        Ok(ExitCode::SUCCESS)
    })
}

fn add_account(settings: &Settings, account: AccountArguments) -> ExitCode {
    with_exit(settings, |config| match account::add(&config, account) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(AccountFault::Unusable(why)) => {
            eprintln!("fairground: {why}");
            Ok(ExitCode::from(UNUSABLE))
        }
        Err(AccountFault::Refused(why)) => Err(why),
    })
}

fn run_mock(arguments: &mocks::MockArguments) -> Result<(), String> {
    start_log(LogStyle::Text, "warn")?;
    runtime()?.block_on(mocks::run(arguments))
}

fn run_simulation(stall: &simulate::ChosenStall) -> ExitCode {
    let done = start_log(LogStyle::Text, "error").and_then(|()| stall.run());
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
    match load::SigningKeys::new(&config.signing_keys().current, config.id_key()) {
        Ok(keys) => stall.run(&keys),
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::from(UNUSABLE)
        }
    }
}

fn openapi(stall: &Manifest) -> ExitCode {
    // The contract is the same wherever it is served.
    let deployment =
        Deployment { profile: Profile::Production, listen: ([127, 0, 0, 1], 0).into(), is_public: false };
    let routes = [(stall.routes)(&deployment)];
    let document = web::openapi::complete(&(stall.openapi)(), &routes);
    match document.and_then(|document| serde_json::to_string_pretty(&document)) {
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

/// Brings tables up to date, or takes migrations of one stall back.
fn migrate(
    config: &Config,
    (down, yes): (Option<usize>, bool),
    stall: Option<&'static Manifest>,
) -> Result<ExitCode, String> {
    if let (Some(steps), Some(stall)) = (down, stall) {
        return finish_look(runtime()?.block_on(tables::migrate_down(config, stall, steps, yes)));
    }
    print_out(&runtime()?.block_on(tables::migrate(config, stall))?);
    Ok(ExitCode::SUCCESS)
}

/// What the flags ask for; what destroys is only announced without a yes.
const fn letter_action((replay, discard): (Option<i64>, Option<i64>), yes: bool) -> tables::LetterAction {
    match (replay, discard) {
        (Some(id), _) => tables::LetterAction::Replay(id),
        (None, Some(id)) if yes => tables::LetterAction::Discard(id),
        (None, Some(id)) => tables::LetterAction::AnnounceDiscard(id),
        (None, None) => tables::LetterAction::List,
    }
}

/// Prints what a command found. What it cannot use, or must first be told to do, is exit code 2.
fn finish_look(done: Result<String, tables::TablesFault>) -> Result<ExitCode, String> {
    match done {
        Ok(report) => {
            print_out(&report);
            Ok(ExitCode::SUCCESS)
        }
        Err(tables::TablesFault::Unusable(why)) => {
            eprintln!("fairground: {why}");
            Ok(ExitCode::from(UNUSABLE))
        }
        Err(tables::TablesFault::Failed(why)) => Err(why),
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
    start_log(LogStyle::of(&config.get(&keys::LOG_FORMAT)), &config.get(&keys::LOG_LEVEL))
}
