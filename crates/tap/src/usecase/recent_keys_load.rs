//! At start, beside everything else: what bets of the last minutes have taken is recorded, so that what is new is known.

use crate::app::App;
use crate::domain::money::{cell_key, cell_keys, locator_kind};
use crate::store::bets::{self, Taken};
use crate::usecase::bet_batch::nonce_hash;
use store::keyed::RecentPage;
use store::locator::Place;
use store::{StoreError, Tx};

/// Records them all.
pub async fn run(app: &App) -> Result<(), StoreError> {
    app.keys.learn_recent(&app.store, app.clock.now(), page).await
}

fn page(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<RecentPage, StoreError> {
    let rows = bets::taken_after(tx, after, limit)?;
    Ok(RecentPage { last: rows.last().map(|row| row.bet), places: rows.iter().flat_map(places).collect() })
}

fn places(row: &Taken) -> impl Iterator<Item = Place> + use<> {
    let nonce = (row.user, locator_kind::NONCE, nonce_hash(&row.nonce));
    let (user, low) = (row.user, row.low);
    let cell = row.place.map(|(column, width_ms)| {
        [cell_key(column, width_ms, low), cell_keys(column).1].map(|key| (user, locator_kind::CELL, key))
    });
    std::iter::once(nonce).chain(cell.into_iter().flatten())
}
