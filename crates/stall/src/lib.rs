//! What a stall is: a value. A [`Manifest`] says what is known before anything runs (name, configuration keys, migrations,
//! routes, contract), and its `open` turns a [`Ground`] and a [`Section`] into an [`Opened`] stall: a router, verifiers, timed
//! jobs, subscribers, tasks. Whoever serves, migrates, checks, loads, dumps, documents or shows stalls loops over manifests.
//!
//! # How to add a stall
//! Its crate with a `pub static MANIFEST: Manifest`, and one row in `fairground/src/stalls.rs`. What its checks, its load and
//! its proofs need is a folder and a row in those crates. See docs/how-to.md.
//!
//! What never lives here: the name of a stall, or a decision of one.

mod account;
pub mod config;
mod ground;
mod inbound;
mod job;
pub mod labels;
mod lease;
pub mod mailing;
mod manifest;
mod opened;
pub mod retention;
pub mod sealing;
mod tasks;
mod work;

pub use account::{Accounts, AddedAccount, FirstLogIn, NewAccount};
pub use config::{Deployment, Key, KeySpec, Kind, Profile, Section};
pub use ground::{CheckDatabase, Ground, SigningKeys};
pub use inbound::start_inbound;
pub use job::{Job, Scope, TimedJob};
pub use manifest::{Card, Credential, Flag, Manifest, Mock, Picture, ProfileDefault};
pub use opened::{Demo, Inbound, Opened};
pub use tasks::{EndedTask, Tasks};
pub use work::{start_jobs, start_relay};

use store::MigrationSet;

/// The tables every stall's database has, whatever the stall is.
#[must_use]
pub fn migrations_of_the_ground() -> Vec<MigrationSet> {
    vec![
        store::migrations_of_the_ground(),
        store::keyed::MIGRATIONS,
        bus::MIGRATIONS,
        labels::MIGRATIONS,
        mail::MIGRATIONS,
    ]
}
