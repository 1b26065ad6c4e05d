//! Commands about the tables themselves: migrate, where to check, dead letters.

use crate::config::Config;
use bus::dead_letters;
use check::Target;
use kernel::{Clock, SystemClock};
use std::fmt::Write;
use store::{Location, MigrationSet, Store, StoreError};

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

/// Brings the tables of every open stall up to date, or takes `down` migrations of `only` back; what was done.
pub async fn migrate(
    config: &Config,
    only: Option<&'static str>,
    down: Option<usize>,
) -> Result<String, String> {
    let mut said = String::new();
    for stall in stalls(config, only) {
        let store = open(config, stall).await?;
        match down {
            None => {
                for had in store.migrations().await.map_err(|error| error.to_string())? {
                    // Writing into a `String` cannot fail.
                    let checksum = had.checksum.get(..12).unwrap_or_default();
                    let _ = writeln!(said, "{stall} {} {checksum}", had.name);
                }
            }
            Some(steps) => {
                let taken = store.migrate_down(migrations_of(stall), steps).await;
                for name in taken.map_err(|error| error.to_string())? {
                    let _ = writeln!(said, "{stall} {name} taken back");
                }
            }
        }
        store.close().await;
    }
    Ok(said)
}

/// The open stalls, or one of them.
#[must_use]
pub fn stalls(config: &Config, only: Option<&'static str>) -> Vec<&'static str> {
    let wanted = |stall: &&str| only.map_or_else(|| config.has_stall(stall), |only| only == *stall);
    ["rush", "tap"].into_iter().filter(wanted).collect()
}

/// Every table of a stall.
fn migrations_of(stall: &str) -> Vec<MigrationSet> {
    if stall == "tap" { tap::open::migrations() } else { rush::open::migrations() }
}

/// Lists the dead letters, or replays or discards one.
pub async fn dead_letters(
    config: &Config,
    stall: &'static str,
    replay: Option<i64>,
    discard: Option<i64>,
) -> Result<String, String> {
    let store = open(config, stall).await?;
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
    let mut said = String::new();
    for letter in &letters {
        let _ = writeln!(
            said,
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
    let _ = writeln!(said, "{} dead letters", letters.len());
    Ok(said)
}

async fn open(config: &Config, stall: &'static str) -> Result<Store, String> {
    let opened = Store::open(&config.store(stall), &migrations_of(stall)).await;
    opened.map_err(|error| error.to_string())
}
