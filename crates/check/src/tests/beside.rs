//! The check beside a server that writes: every check is of one moment, and disturbs nobody.

use super::rush::ground::{BUYERS, SOURCE, ZONES, location_of, make_ledger};
use crate::{Target, check};
use kernel::Timestamp;
use ledger::{Book, Transfer};
use store::{Location, MigrationSet, Store, StoreConfig, StoreError, migrations_of_the_ground};
use testkit::FreshDatabase;

/// Transfers written while the check runs again and again.
const TRANSFERS: i64 = 300;
/// Has a ledger and no tables of its own.
const STALL: &str = "counter";

#[tokio::test(flavor = "multi_thread")]
async fn a_check_beside_a_writer_sees_whole_commits_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = location_of(folder.path());
    check_while_writing(Location::Sqlite(path.clone()), Target::Sqlite(path)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn a_check_beside_a_writer_sees_whole_commits_on_postgres() {
    let Some(database) = FreshDatabase::create().await else { return };
    let (url, schema) = (database.url(), "rush".to_owned());
    let location = Location::Postgres { url: url.clone(), schema: schema.clone() };
    check_while_writing(location, Target::Postgres { url, schema }).await;
}

async fn check_while_writing(location: Location, target: Target) {
    make_ledger(location.clone()).await;
    let sets: [MigrationSet; 3] = [migrations_of_the_ground(), identity::MIGRATIONS, ledger::MIGRATIONS];
    let store = Store::open(&StoreConfig::new("test", location), &sets).await.unwrap();
    let writer = tokio::spawn(write(store.clone()));
    let mut checks = 0;
    while checks == 0 || !writer.is_finished() {
        let broken: Vec<_> =
            check(STALL, target.clone()).await.unwrap().into_iter().filter(|result| !result.ok).collect();
        assert!(broken.is_empty(), "{broken:#?}");
        checks += 1;
    }
    writer.await.unwrap();
    let results = check(STALL, target).await.unwrap();
    let transfers =
        results.iter().find(|result| result.name.starts_with("every transfer is well formed")).unwrap();
    assert_eq!(transfers.count, 17 + 2 * TRANSFERS.unsigned_abs());
    store.close().await;
}

/// Seats go from stock to a zone and on to a buyer and back, two transfers a commit.
async fn write(store: Store) {
    for id in (0..TRANSFERS).map(|turn| 10_000 + turn * 2) {
        let done = store.write(move |tx| {
            let (zone, buyer) = (ZONES[0], BUYERS[0].0);
            let (from, to) = if id % 4 == 0 { (zone, buyer) } else { (buyer, zone) };
            let mut book = Book::load(tx, &[SOURCE, zone, buyer])?;
            let now = Timestamp::from_micros(id);
            let chain = [Transfer::single(id, SOURCE, zone, 1, 1), Transfer::single(id + 1, from, to, 1, 1)];
            book.linked(&chain, now).map_err(|refused| StoreError::Corrupt(refused.to_string()))?;
            book.save(tx)
        });
        done.await.unwrap();
    }
}
