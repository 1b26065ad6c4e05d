//! What only an embedded database has: one process per file, a real fsync, a lock.

use super::{NOTES, note, notes};
use store::{Location, Store, StoreConfig, StoreError, migrations_of_the_ground};
use testkit::TempStore;

#[tokio::test]
async fn a_second_writer_of_the_same_file_is_refused_in_clear_words() {
    let first = TempStore::sqlite(&[NOTES]).await;
    let refused = Store::open(first.config(), &[migrations_of_the_ground(), NOTES]).await.unwrap_err();
    assert!(matches!(refused, StoreError::InUse(_)), "{refused:?}");
    assert!(refused.to_string().contains("in use by another fairground process"), "{refused}");
    // The refused try did not disturb the first.
    first.store().write(|tx| note(tx, 1, "one")).await.unwrap();
    assert_eq!(notes(&first.store()).await, ["one"]);
}

#[tokio::test]
async fn a_reader_beside_the_server_sees_what_is_committed() {
    let first = TempStore::sqlite(&[NOTES]).await;
    first.store().write(|tx| note(tx, 1, "one")).await.unwrap();
    let beside = Store::open_read_only(first.config()).await.unwrap();
    let count = beside.read(|tx| tx.query_one("SELECT COUNT(*) FROM notes", &[], |row| row.int(0))).await;
    assert_eq!(count.map_err(|error: StoreError| error.to_string()), Ok(1));
    let write = beside.read(|tx| note(tx, 2, "two")).await;
    assert!(write.is_err());
    first.store().close().await;
    let nowhere = StoreConfig::new("test", Location::Sqlite("no/such/folder/rush.db".into()));
    assert!(Store::open_read_only(&nowhere).await.is_err());
}

#[tokio::test]
async fn every_commit_is_synced_and_the_log_is_written_ahead() {
    let first = TempStore::sqlite(&[NOTES]).await;
    let pragmas = first
        .store()
        .write(|tx| {
            let synchronous = tx.query_one("PRAGMA synchronous", &[], |row| row.int(0))?;
            Ok::<_, StoreError>((synchronous, tx.query_one("PRAGMA journal_mode", &[], |row| row.text(0))?))
        })
        .await
        .unwrap();
    assert_eq!(pragmas, (2, "wal".to_owned()), "2 is FULL");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rush.db");
    std::fs::write(
        &path,
        "a shopping list that is longer than a database's header, and nothing else ".repeat(20),
    )
    .unwrap();
    let opened = Store::open(&StoreConfig::new("test", Location::Sqlite(path)), &[NOTES]).await;
    assert!(opened.is_err_and(|error| error.to_string().contains("not a database")));
}

#[tokio::test]
async fn the_log_begins_anew_while_writing_goes_on() {
    const WRITES_MAX: u64 = 5_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rush.db");
    let mut config = StoreConfig::new("test", Location::Sqlite(path.clone()));
    config.checkpoint_pages = 100;
    let store = Store::open(&config, &[migrations_of_the_ground(), NOTES]).await.unwrap();
    let long = "a long note ".repeat(400);
    for written in 1..=WRITES_MAX {
        let said = format!("{written} {long}");
        store.write(move |tx| note(tx, written.cast_signed(), &said)).await.unwrap();
        // Each write is two pages of the log at least; a log of half as many has begun anew.
        let log = std::fs::metadata(path.with_extension("db-wal")).unwrap().len();
        if log < written * 4096 {
            assert!(written > 50, "no log of less than 100 pages is moved");
            assert_eq!(notes(&store).await.len(), usize::try_from(written).unwrap());
            return;
        }
    }
    panic!("the log only grew, {WRITES_MAX} commits long");
}
