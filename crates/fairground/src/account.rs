//! `fairground account add`: somebody's first account, before anybody can log in. Beside a running server it is asked to.

use crate::config::{Config, keys};
use crate::control::{self, Request};
use crate::output::{print_out, runtime};
use crate::serve::Process;
use crate::table;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use stall::{AddedAccount, FirstLogIn, Manifest, NewAccount};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whose account, and how they get in.
#[derive(Debug, Args)]
pub struct AccountArguments {
    /// Which stall.
    #[arg(long, value_parser = stall_parser())]
    stall: &'static Manifest,
    /// What they may do, by the stall's own words.
    #[arg(long)]
    role: String,
    /// The address they log in with.
    #[arg(long)]
    email: String,
    /// The slug of the tenant they belong to; the platform's own people belong to none.
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// What they are called [default: the part of the address before the @].
    #[arg(long)]
    name: Option<String>,
    /// Reads the password from the first line of this file; `-` is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "link")]
    password_file: Option<PathBuf>,
    /// Prints a link that works once, through which they choose a password.
    #[arg(long)]
    link: bool,
    /// Answers as JSON.
    #[arg(long)]
    json: bool,
}

fn stall_parser() -> impl clap::builder::TypedValueParser<Value = &'static Manifest> {
    PossibleValuesParser::new(table::names())
        .map(|name| table::find(&name).expect("clap takes the names of the table alone"))
}

/// Why no account was made: what was asked cannot be used (exit code 2), or it was refused (1).
pub enum AccountFault {
    /// The command line, or the password.
    Unusable(String),
    /// The stall, or the database.
    Refused(String),
}

/// Makes the account and prints it.
pub fn add(config: &Config, arguments: AccountArguments) -> Result<(), AccountFault> {
    let first_log_in = first_log_in(&arguments).map_err(AccountFault::Unusable)?;
    let before_at = arguments.email.split('@').next().unwrap_or_default().to_owned();
    let account = NewAccount {
        name: arguments.name.unwrap_or(before_at),
        email: arguments.email,
        role: arguments.role,
        tenant: arguments.tenant,
        first_log_in,
    };
    let added = make(config, arguments.stall, account).map_err(AccountFault::Refused)?;
    print_out(&if arguments.json { as_json(&added) } else { as_text(arguments.stall, &added) });
    Ok(())
}

/// Through the server that runs on the same folder, else in the database itself.
fn make(config: &Config, stall: &'static Manifest, account: NewAccount) -> Result<AddedAccount, String> {
    let is_embedded = config.get(&keys::DATABASE).is_empty();
    let request = Request::AddAccount { stall: stall.name.to_owned(), account };
    if is_embedded && let Some(answer) = control::send(Path::new(&config.get(&keys::DATA)), &request)? {
        return answer;
    }
    let Request::AddAccount { account, .. } = request;
    runtime()?.block_on(async {
        let process = Process::open_one(config, stall).await?;
        let opened = process.stalls.first().and_then(|stall| stall.opened.accounts.clone());
        let accounts = opened.ok_or_else(|| format!("{} has no accounts of its own", stall.name))?;
        let added = accounts.add(account).await;
        process.close().await;
        added
    })
}

fn first_log_in(arguments: &AccountArguments) -> Result<FirstLogIn, String> {
    if arguments.link {
        return Ok(FirstLogIn::Link);
    }
    let password = match &arguments.password_file {
        Some(path) if path.as_os_str() == "-" => first_line(std::io::stdin().lock())?,
        Some(path) => {
            let file = std::fs::File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            first_line(std::io::BufReader::new(file))?
        }
        None if std::io::stdin().is_terminal() => prompted()?,
        None => return Err("say where the password comes from: --password-file FILE, or --link".to_owned()),
    };
    if password.is_empty() {
        Err("the password is empty".to_owned())
    } else {
        Ok(FirstLogIn::Password(password))
    }
}

fn first_line(mut from: impl std::io::BufRead) -> Result<String, String> {
    let mut line = String::new();
    from.read_line(&mut line).map_err(|error| format!("the password cannot be read: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks twice, with nothing shown.
fn prompted() -> Result<String, String> {
    let hidden = |question: &str| {
        eprint!("{question}: ");
        let _ = Command::new("stty").arg("-echo").status();
        let line = first_line(std::io::stdin().lock());
        let _ = Command::new("stty").arg("echo").status();
        eprintln!();
        line
    };
    let password = hidden("Password")?;
    if hidden("The same again")? == password {
        Ok(password)
    } else {
        Err("the two passwords differ".to_owned())
    }
}

fn as_json(added: &AddedAccount) -> String {
    serde_json::to_string(added).map(|text| text + "\n").unwrap_or_default()
}

fn as_text(stall: &Manifest, added: &AddedAccount) -> String {
    let tenant = added.tenant.as_ref().map(|slug| format!(" of {slug}")).unwrap_or_default();
    let made = format!("{}: {} is {}{tenant}\n", stall.name, added.email, added.role);
    match &added.link {
        Some(link) => format!("{made}They choose a password here, within 30 minutes and once:\n{link}\n"),
        None => made,
    }
}
