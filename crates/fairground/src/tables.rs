//! Commands about the tables themselves: migrate, where to check, dead letters.

use crate::config::Config;
use bus::dead_letters;
use check::Target;
use kernel::{Clock, SystemClock};
use stall::Manifest;
use std::fmt::Write;
use store::{Location, Store, StoreError};

/// Dead letters listed at once.
const LISTED_MAX: i64 = 100;

/// Where the tables of `stall` are, for readers that share no code with the server.
#[must_use]
pub fn target(config: &Config, stall: &'static str) -> Target {
    match config.store(stall).location {
        Location::Sqlite(path) => Target::Sqlite(path),
        Location::Postgres { url, schema } => Target::Postgres { url, schema },
    }
}

/// Brings the tables of every open stall up to date; what each has had, a line a migration.
pub async fn migrate(config: &Config, only: Option<&'static Manifest>) -> Result<String, String> {
    let mut report = String::new();
    for manifest in chosen(config, only) {
        let store = open(config, manifest).await?;
        for had in store.migrations().await.map_err(|error| error.to_string())? {
            let checksum = had.checksum.get(..12).unwrap_or_default();
            // Writing into a `String` cannot fail.
            let _ = writeln!(report, "{} {} {checksum}", manifest.name, had.name);
        }
        store.close().await;
    }
    Ok(report)
}

/// Why a command about the tables did nothing.
pub enum TablesFault {
    /// There is nothing to look at, or what is asked for destroys and was not confirmed.
    Unusable(String),
    /// The database said no.
    Failed(String),
}

impl From<StoreError> for TablesFault {
    fn from(error: StoreError) -> Self {
        match error {
            // What is not there, and what this program cannot read.
            StoreError::Unfit(why) => Self::Unusable(why),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// Takes the last `steps` migrations of a stall back, newest first; what was taken back, a line each. Without `yes` it only
/// says what would go.
pub async fn migrate_down(
    config: &Config,
    manifest: &'static Manifest,
    steps: usize,
    yes: bool,
) -> Result<String, TablesFault> {
    let had =
        Store::open_read_only(&config.store(manifest.name)).await?.read(store::applied_migrations).await?;
    let going: Vec<_> = had.iter().rev().take(steps).map(|had| had.name.as_str()).collect();
    if !yes {
        return Err(TablesFault::Unusable(format!(
            "this would take back {} of {} migrations of {}, with every row of their tables:\n  {}\nSay --yes if that is \
             meant.",
            going.len(),
            had.len(),
            manifest.name,
            going.join("\n  ")
        )));
    }
    let store = open(config, manifest).await.map_err(TablesFault::Failed)?;
    let taken = store.migrate_down((manifest.migrations)(), steps).await?;
    store.close().await;
    Ok(taken.iter().map(|name| format!("{} {name} taken back\n", manifest.name)).collect())
}

/// The open stalls, or one of them.
#[must_use]
pub fn chosen(config: &Config, only: Option<&'static Manifest>) -> Vec<&'static Manifest> {
    only.map_or_else(|| config.open_stalls(), |only| vec![only])
}

/// What is done about dead letters.
#[derive(Debug, Clone, Copy)]
pub enum LetterAction {
    /// They are listed.
    List,
    /// One is tried again.
    Replay(i64),
    /// One is forgotten.
    Discard(i64),
    /// It is said what forgetting one would mean.
    AnnounceDiscard(i64),
}

/// Lists the dead letters, or replays or discards one. Only looking makes no database and needs no lock.
pub async fn dead_letters(
    config: &Config,
    manifest: &'static Manifest,
    action: LetterAction,
) -> Result<String, TablesFault> {
    let read_only = Store::open_read_only(&config.store(manifest.name)).await?;
    let letters = read_only.read(|tx| dead_letters::list(tx, LISTED_MAX)).await?;
    let acted = match action {
        LetterAction::List => return Ok(listed(&letters)),
        LetterAction::AnnounceDiscard(id) => {
            let letter = letters.iter().find(|letter| letter.id == id);
            let event = letter.map_or("unknown", |letter| letter.event.kind.as_str());
            return Err(TablesFault::Unusable(format!(
                "dead letter {id} ({event}) would be forgotten for ever; say --yes if that is meant"
            )));
        }
        LetterAction::Replay(_) | LetterAction::Discard(_) => act(config, manifest, action).await?,
    };
    acted.ok_or_else(|| TablesFault::Unusable("there is no such dead letter".to_owned()))
}

/// What is left afterwards; none: there was no such letter.
async fn act(
    config: &Config,
    manifest: &'static Manifest,
    action: LetterAction,
) -> Result<Option<String>, TablesFault> {
    let store = open(config, manifest).await.map_err(TablesFault::Failed)?;
    let now = SystemClock.now();
    let acted = store.write(move |tx| {
        let done = match action {
            LetterAction::Replay(id) => dead_letters::replay(tx, id, now)?,
            LetterAction::Discard(id) => dead_letters::discard(tx, id)?,
            LetterAction::List | LetterAction::AnnounceDiscard(_) => true,
        };
        Ok::<_, StoreError>((done, dead_letters::list(tx, LISTED_MAX)?))
    });
    let (done, letters) = acted.await?;
    store.close().await;
    Ok(done.then(|| listed(&letters)))
}

fn listed(letters: &[bus::Delivery]) -> String {
    let mut report = String::new();
    for letter in letters {
        // Writing into a `String` cannot fail.
        let _ = writeln!(
            report,
            "{} {} {} of {} after {} tries, since {}: {}",
            letter.id,
            letter.consumer,
            letter.event.kind,
            letter.event.key,
            letter.attempts,
            letter.first_attempt_at.rfc3339(),
            letter.last_error
        );
    }
    let _ = writeln!(report, "{} dead letters", letters.len());
    report
}

async fn open(config: &Config, manifest: &Manifest) -> Result<Store, String> {
    let opened = Store::open(&config.store(manifest.name), &(manifest.migrations)()).await;
    opened.map_err(|error| error.to_string())
}
