//! Fills the roll of a new database.

use crate::domain::{ROLL, SOURCE, founding};
use kernel::Timestamp;
use ledger::Book;
use store::{Store, StoreError};

/// Fills it with `numbers`; an old one stays as it is.
pub async fn run(store: &Store, numbers: i64, id: i64, now: Timestamp) -> Result<(), StoreError> {
    let work = store.write(move |tx| {
        let mut book = Book::load(tx, &[SOURCE, ROLL])?;
        let ([source, roll], issue) = founding(numbers, id);
        book.open(source);
        if book.open(roll) {
            book.transfer(&issue, now).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
        }
        book.save(tx)
    });
    work.await
}
