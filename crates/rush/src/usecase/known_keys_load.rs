//! At start, beside everything else: every key that has made a booking is noted, so that the filter can speak.

use crate::app::App;
use crate::domain::seats::locator_kind;
use store::{Backend, StoreError, params};

/// Rows read at a time; each turn is a few milliseconds of one reader.
const ROWS: i64 = 20_000;

/// Notes every key. Does nothing on an engine that other processes write too.
pub async fn run(app: &App) -> Result<(), StoreError> {
    if app.store.backend() != Backend::Sqlite {
        return Ok(());
    }
    let mut last = (i64::MIN, i64::MIN, i64::MIN);
    loop {
        let from = last;
        let rows = app.store.read(move |tx| {
            let sql = "SELECT owner, kind, key FROM locators WHERE (owner, kind, key) > ($1, $2, $3)
                       ORDER BY owner, kind, key LIMIT $4";
            tx.query(sql, params![from.0, from.1, from.2, ROWS], |row| {
                Ok::<_, StoreError>((row.int(0)?, row.int(1)?, row.int(2)?))
            })
        });
        let rows = rows.await?;
        let Some(newest) = rows.last() else { break };
        last = *newest;
        let keys = rows.iter().filter(|(_, kind, _)| *kind == locator_kind::BOOKING_KEY);
        keys.for_each(|(owner, _, key)| app.known_keys.note(*owner, locator_kind::BOOKING_KEY, *key));
    }
    app.known_keys.set_complete();
    Ok(())
}
