//! Commands about the tables themselves: migrate, where to check, dead letters.

use crate::check::Target;
use crate::config::Config;
use bus::dead_letters;
use kernel::{Clock, SystemClock};
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

/// Brings the stall's tables up to date, or takes `down` migrations back; what was done.
pub async fn migrate(config: &Config, down: Option<usize>) -> Result<String, String> {
    let sets = rush::open::migrations();
    let store = open(config).await?;
    let mut said = String::new();
    match down {
        None => {
            for had in store.migrations().await.map_err(|error| error.to_string())? {
                // Writing into a `String` cannot fail.
                let _ = writeln!(said, "rush {} {}", had.name, had.checksum.get(..12).unwrap_or_default());
            }
        }
        Some(steps) => {
            for name in store.migrate_down(sets, steps).await.map_err(|error| error.to_string())? {
                let _ = writeln!(said, "rush {name} taken back");
            }
        }
    }
    store.close().await;
    Ok(said)
}

/// Lists the dead letters, or replays or discards one.
pub async fn dead_letters(
    config: &Config,
    replay: Option<i64>,
    discard: Option<i64>,
) -> Result<String, String> {
    let store = open(config).await?;
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

async fn open(config: &Config) -> Result<Store, String> {
    Store::open(&config.store("rush"), &rush::open::migrations()).await.map_err(|error| error.to_string())
}
