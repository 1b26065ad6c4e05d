//! What is known of a stall before it opens.

use crate::config::{Deployment, KeySpec, Section};
use crate::ground::Ground;
use crate::opened::Opened;
use futures_util::future::BoxFuture;
use store::MigrationSet;
use utoipa::openapi::OpenApi;

/// A default that one kind of run changes: what nobody chose becomes `value`.
#[derive(Debug, Clone, Copy)]
pub struct ProfileDefault {
    /// `dev`, `load`, `production`, or `demo` for the command of that name.
    pub run: &'static str,
    /// The name of the key.
    pub key: &'static str,
    /// The value.
    pub value: &'static str,
}

/// A flag of the commands that read the configuration: a short way to say one key.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// `--long`.
    pub long: &'static str,
    /// What its value is called in the help.
    pub value: &'static str,
    /// The key it sets.
    pub key: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// A door through which anybody can test how a credential is read: a line of JSON in, a verdict out.
#[derive(Debug, Clone, Copy)]
pub struct Credential {
    /// Its name on the command line.
    pub kind: &'static str,
    /// What it takes and answers.
    pub help: &'static str,
    /// `accept` or `reject:<reason>`.
    pub verdict: fn(&str) -> String,
}

/// The picture of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// A poster in the style of the house, drawn from this slug.
    Poster(&'static str),
    /// An SVG element with the class `picture`, put into the page as it is.
    Drawing(&'static str),
}

/// How the front page shows the stall.
#[derive(Debug, Clone, Copy)]
pub struct Card {
    /// The heading.
    pub title: &'static str,
    /// A sentence or two.
    pub text: &'static str,
    /// What the link says.
    pub action: &'static str,
    /// What it shows.
    pub picture: Picture,
}

/// A simulated part of the outside world that the stall's configuration asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mock {
    /// Its name.
    pub name: &'static str,
    /// The seed of its chance.
    pub seed: u64,
}

/// What a stall is.
pub struct Manifest {
    /// Its name: the prefix of its routes, its database file or schema, its word on the command line.
    pub name: &'static str,
    /// The path below which all of its routes lie: `/` and its name.
    pub prefix: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Its configuration keys.
    pub keys: &'static [KeySpec],
    /// Defaults that a kind of run changes.
    pub profile_defaults: &'static [ProfileDefault],
    /// Targets of log lines that a load run leaves out: one line a request would measure the log.
    pub load_log_off: &'static [&'static str],
    /// Flags for some of the keys.
    pub flags: &'static [Flag],
    /// What is wrong with values that are valid alone, a sentence each that begins with the key.
    pub problems: fn(&Section, &Deployment) -> Vec<String>,
    /// The simulated outside world that the configuration asks for; the endpoints come back as values of keys.
    pub mocks: fn(&Section) -> Vec<Mock>,
    /// Every table its database has, those of the ground first.
    pub migrations: fn() -> Vec<MigrationSet>,
    /// What the edge must know of its routes.
    pub routes: fn(&Deployment) -> web::RouteSettings,
    /// Its API's contract.
    pub openapi: fn() -> OpenApi,
    /// Credentials that it alone reads.
    pub credentials: &'static [Credential],
    /// How the front page shows it.
    pub card: Card,
    /// What `/version` says of it beside its schema: names and numbers.
    pub versions: &'static [(&'static str, i64)],
    /// Opens it. Errors: a sentence for the operator.
    pub open: fn(Ground, Section) -> BoxFuture<'static, Result<Opened, String>>,
}

impl Manifest {
    /// The name of the newest migration of the stall's own tables; empty when it has none.
    #[must_use]
    pub fn schema_version(&self) -> &'static str {
        (self.migrations)().last().and_then(|set| set.sqlite.last()).map_or("", |(name, _)| name)
    }
}

impl std::fmt::Debug for Manifest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Manifest({})", self.name)
    }
}
