//! Greets a visitor who has taken a number: counts it.

use crate::app::App;
use crate::store;
use ::store::{StoreError, Tx};

/// Once for each event, in the transaction in which the inbox has noted it.
pub fn run(app: &App, tx: &mut Tx<'_>) -> Result<(), StoreError> {
    store::count(tx, "greeted", i64::from(app.node))
}
