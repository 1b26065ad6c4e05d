//! What the store promises, told once and run on SQLite and on PostgreSQL. What only one engine has lies in its own file.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod audit;
mod batches;
mod durability;
mod flights;
mod keyed_record;
mod keyed_verb;
mod memtable;
mod memtable_kill;
mod memtable_oracle;
mod migrations;
mod outbox_tail;
mod parts;
mod postgres_only;
mod private_files;
mod races;
mod sqlite_only;
mod values;
mod writes;

use store::{MigrationSet, Store, StoreError, Tx};

/// A table to write into. `once` may appear once.
const NOTES: MigrationSet = MigrationSet {
    name: "notes",
    sqlite: &[("0001_notes", NOTES_TABLE)],
    postgres: &[("0001_notes", NOTES_TABLE)],
};

const NOTES_TABLE: &str =
    "CREATE TABLE notes (id BIGINT PRIMARY KEY, said TEXT NOT NULL UNIQUE, votes BIGINT NOT NULL);
-- down
DROP TABLE notes;";

/// Writes a note inside a transaction.
fn note(tx: &mut Tx<'_>, id: i64, said: &str) -> Result<(), StoreError> {
    tx.execute("INSERT INTO notes (id, said, votes) VALUES ($1, $2, 0)", store::params![id, said]).map(drop)
}

/// What is noted and committed, by id.
async fn notes(store: &Store) -> Vec<String> {
    let read = store.read(|tx| tx.query("SELECT said FROM notes ORDER BY id", &[], |row| row.text(0)));
    read.await.map_err(|error: StoreError| error.to_string()).unwrap()
}

/// Votes of note 1.
async fn votes(store: &Store) -> i64 {
    let read = store.read(|tx| tx.query_one("SELECT votes FROM notes WHERE id = 1", &[], |row| row.int(0)));
    read.await.map_err(|error: StoreError| error.to_string()).unwrap()
}
