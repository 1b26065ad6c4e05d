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

/// Takes the last `steps` migrations of a stall back, newest first; what was taken back, a line each.
pub async fn migrate_down(
    config: &Config,
    manifest: &'static Manifest,
    steps: usize,
) -> Result<String, String> {
    let store = open(config, manifest).await?;
    let taken = store.migrate_down((manifest.migrations)(), steps).await;
    let taken = taken.map_err(|error| error.to_string())?;
    store.close().await;
    Ok(taken.iter().map(|name| format!("{} {name} taken back\n", manifest.name)).collect())
}

/// The open stalls, or one of them.
#[must_use]
pub fn chosen(config: &Config, only: Option<&'static Manifest>) -> Vec<&'static Manifest> {
    only.map_or_else(|| config.open_stalls(), |only| vec![only])
}

/// Lists the dead letters, or replays or discards one.
pub async fn dead_letters(
    config: &Config,
    manifest: &'static Manifest,
    replay: Option<i64>,
    discard: Option<i64>,
) -> Result<String, String> {
    let store = open(config, manifest).await?;
    let now = SystemClock.now();
    let acted = store.write(move |tx| {
        let done = match (replay, discard) {
            (Some(id), _) => dead_letters::replay(tx, id, now)?,
            (None, Some(id)) => dead_letters::discard(tx, id)?,
            (None, None) => true,
        };
        Ok::<_, StoreError>((done, dead_letters::list(tx, LISTED_MAX)?))
    });
    let (done, letters) = acted.await.map_err(|error| error.to_string())?;
    store.close().await;
    if !done {
        return Err("there is no such dead letter".to_owned());
    }
    let mut report = String::new();
    for letter in &letters {
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
    Ok(report)
}

async fn open(config: &Config, manifest: &Manifest) -> Result<Store, String> {
    let opened = Store::open(&config.store(manifest.name), &(manifest.migrations)()).await;
    opened.map_err(|error| error.to_string())
}
