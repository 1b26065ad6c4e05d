//! Blocks of a small ledger, and what breaks them.

use super::{OF_BLOCKS, check_file};
use kernel::{AssetCode, Timestamp};
use ledger::{Account, Book, Transfer, seal};
use std::path::Path;
use store::{Location, Store, StoreConfig};

const ONCE: &str = OF_BLOCKS[0];
const FOLLOWED: &str = OF_BLOCKS[1];
const NOW: Timestamp = Timestamp::from_micros(1_000_000);

/// Transfers 10 and 11 in block 1, 20 and 15 in block 2, 30 in block 3; 40 waits.
async fn make_sealed(path: &Path) {
    let mut sets = vec![store::migrations_of_the_ground(), ledger::MIGRATIONS];
    let config = StoreConfig::new("test", Location::Sqlite(path.to_owned()));
    let store = Store::open(&config, &std::mem::take(&mut sets)).await.unwrap();
    for ids in [&[10, 11][..], &[20, 15], &[30], &[40]] {
        commit(&store, ids).await;
        if ids != [40] {
            assert_eq!(seal::seal(&store, NOW).await.unwrap(), ids.len());
        }
    }
    store.close().await;
}

async fn commit(store: &Store, ids: &'static [i64]) {
    let work = store.write(move |tx| {
        let mut book = Book::load(tx, &[1, 2])?;
        let points = AssetCode::new("POINTS").unwrap();
        book.open(Account::new(1, points, 1, 0, 0));
        book.open(Account::new(2, points, 2, 0, 0));
        ids.iter().for_each(|id| {
            book.transfer(&Transfer::single(*id, 1, 2, *id, 7), NOW).unwrap();
        });
        book.save(tx)
    });
    work.await.map_err(|error: store::StoreError| error.to_string()).unwrap();
}

/// The claims about blocks that fail once `sql` was done to a sound database.
fn broken_by(sql: &str) -> Vec<(&'static str, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    testkit::block_on(make_sealed(&path));
    rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let of_blocks = |name: &str| [ONCE, FOLLOWED].contains(&name);
    let results = check_file("counter", &path).into_iter();
    results.filter(|result| !result.ok && of_blocks(result.name)).map(|r| (r.name, r.detail)).collect()
}

#[test]
fn sealed_and_waiting_transfers_are_sound() {
    assert_eq!(broken_by("SELECT 1"), []);
}

#[test]
fn a_database_whose_transfers_all_wait_is_sound() {
    assert_eq!(
        broken_by(
            "DELETE FROM sealed_blocks; DELETE FROM seal_queue; INSERT INTO seal_queue (first_id, last_id) VALUES (10, 40)"
        ),
        []
    );
}

#[test]
fn every_corruption_of_a_block_is_found() {
    for sql in [
        "UPDATE transfers SET amount = 16 WHERE id = 15",
        "UPDATE transfers SET at = 1 WHERE id = 15",
        "UPDATE transfers SET credit_pending_after = 1 WHERE id = 15",
        "UPDATE accounts SET asset = 'COINS'",
        "UPDATE sealed_blocks SET at = at + 1 WHERE height = 2",
        "UPDATE sealed_blocks SET root = zeroblob(32) WHERE height = 2",
        "UPDATE sealed_blocks SET previous = zeroblob(32) WHERE height = 2",
        "UPDATE sealed_blocks SET hash = zeroblob(32) WHERE height = 3",
        "UPDATE sealed_blocks SET height = 9 WHERE height = 3",
    ] {
        let broken = broken_by(sql);
        assert_eq!(broken.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [FOLLOWED], "{sql}: {broken:?}");
    }
}

#[test]
fn a_transfer_in_no_block_in_two_or_gone_is_found() {
    for sql in [
        "DELETE FROM seal_queue",
        "INSERT INTO seal_queue (ids) SELECT ids FROM seal_queue",
        "DELETE FROM transfers WHERE id = 40",
        "DELETE FROM sealed_blocks WHERE height = 3",
        "INSERT INTO seal_queue (ids) SELECT ids FROM sealed_blocks WHERE height = 3",
    ] {
        let broken = broken_by(sql);
        assert_eq!(broken.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [ONCE], "{sql}: {broken:?}");
    }
    let gone = broken_by("DELETE FROM transfers WHERE id = 15");
    assert_eq!(gone.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [ONCE, FOLLOWED], "{gone:?}");
}
