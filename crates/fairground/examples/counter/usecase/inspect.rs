//! Inspects the roll, on one node at a time: counts how often.

use crate::app::App;
use crate::store;
use ::store::StoreError;

/// Nothing is left to do afterwards.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let node = i64::from(app.node);
    app.store.write(move |tx| store::count(tx, "inspected", node)).await?;
    Ok(0)
}
