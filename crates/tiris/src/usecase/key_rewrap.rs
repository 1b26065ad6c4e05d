//! Wraps data keys anew after the key that wraps them changed: some rows a run, each in place, while everybody goes on working.
//! A walk that was interrupted goes on with the rows that still name another version.

use crate::app::App;
use crate::outside::Outside;
use crate::store::binding_keys::{self, KeyedTable};
use store::{StoreError, Tx};
use vault::RowOf;

/// Rows of one run at most.
const ROWS_MAX: i64 = 20;

/// Wraps some rows anew; how many. A row whose key is not here stays, is logged, and stops nobody else's.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let current = i64::from(app.outside.vault.current_version());
    let mut sum = 0;
    for table in KeyedTable::ALL {
        let rows = app
            .store
            .read(move |tx: &mut Tx<'_>| binding_keys::wrapped_otherwise(tx, table, current, ROWS_MAX))
            .await?;
        let wrapped: Vec<Rewrapped> = rows.into_iter().filter_map(|row| rewrap(app, table, row)).collect();
        if wrapped.is_empty() {
            continue;
        }
        let keep = move |tx: &mut Tx<'_>| {
            let mut kept = 0;
            for row in &wrapped {
                let fresh = (row.fresh.as_slice(), current);
                kept += usize::from(binding_keys::set_wrapped(tx, table, (row.id, &row.old), fresh)?);
            }
            Ok::<_, StoreError>(kept)
        };
        sum += app.store.write(keep).await?;
    }
    report(app).await?;
    Ok(sum)
}

struct Rewrapped {
    id: i64,
    old: Vec<u8>,
    fresh: Vec<u8>,
}

fn rewrap(app: &App, table: KeyedTable, (id, old): (i64, Vec<u8>)) -> Option<Rewrapped> {
    let row = RowOf { table: table.name(), id };
    match app.outside.vault.rewrap(row, &old, &Outside::fill) {
        Ok(Some(fresh)) => Some(Rewrapped { id, old, fresh }),
        Ok(None) => None,
        Err(fault) => {
            tracing::error!(table = table.name(), id, %fault, "a data key cannot be wrapped anew");
            None
        }
    }
}

/// Says how many rows each version still wraps: one that wraps none may be left out of the configuration.
async fn report(app: &App) -> Result<(), StoreError> {
    for (version, rows) in app.store.read(binding_keys::by_version).await? {
        // A gauge is a float by its nature; counts stay exact below 2^53.
        metrics::gauge!("tiris_rows_by_key_version", "version" => version.to_string()).set(rows as f64);
    }
    Ok(())
}
