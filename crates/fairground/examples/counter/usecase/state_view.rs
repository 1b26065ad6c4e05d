//! How many numbers are left, and what the job and the subscriber have counted.

use crate::app::App;
use crate::domain::ROLL;
use crate::store;
use ::store::StoreError;
use kernel::Refusal;
use ledger::Book;

/// What there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Numbers that nobody has taken.
    pub left: i64,
    /// Numbers that were taken.
    pub taken: i64,
    /// Visitors that were greeted.
    pub greeted: i64,
    /// How often the roll was inspected, and by which node last.
    pub inspected: (i64, i64),
}

/// The state now.
pub async fn run(app: &App) -> Result<State, Refusal> {
    let read = app.store.read(|tx| {
        let roll = Book::peek(tx, ROLL)?.map(|roll| roll.balances).unwrap_or_default();
        let (greeted, inspected) = (store::counted(tx, "greeted")?.0, store::counted(tx, "inspected")?);
        Ok::<_, StoreError>(State { left: roll.available(), taken: roll.debits_posted, greeted, inspected })
    });
    Ok(read.await?)
}
