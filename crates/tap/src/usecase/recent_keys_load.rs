//! At start, beside everything else: what bets of the last minutes have taken is noted, so that the filter can speak.

use crate::app::App;
use crate::domain::money::{cell_key, cell_keys, locator_kind};
use crate::store::bets::{self, Taken};
use crate::usecase::bet_batch::nonce_hash;
use kernel::IdSource;
use store::{Backend, RecentKeys, StoreError};

/// Rows read at a time; each turn is a few milliseconds of one reader.
const ROWS: i64 = 10_000;

/// Notes them all. Does nothing on an engine that other processes write too.
pub async fn run(app: &App) -> Result<(), StoreError> {
    if app.store.backend() != Backend::Sqlite {
        return Ok(());
    }
    let since = app.clock.now().plus_secs(-app.recent.period_s());
    let mut last = IdSource::first_of(since);
    loop {
        let after = last;
        let rows = app.store.read(move |tx| bets::taken_after(tx, after, ROWS)).await?;
        let Some(newest) = rows.last() else { break };
        last = newest.bet;
        rows.iter().for_each(|row| note(&app.recent, row));
    }
    app.recent.set_complete();
    Ok(())
}

fn note(recent: &RecentKeys, row: &Taken) {
    recent.note(row.user, locator_kind::NONCE, nonce_hash(&row.nonce));
    if let Some((column, width_ms)) = row.place {
        recent.note(row.user, locator_kind::CELL, cell_key(column, width_ms, row.low));
        recent.note(row.user, locator_kind::CELL, cell_keys(column).1);
    }
}
