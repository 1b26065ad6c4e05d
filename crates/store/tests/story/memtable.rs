//! The newest locators on SQLite: they are found wherever they are, by everybody, whatever is rolled back or moved meanwhile.

use std::sync::mpsc;
use store::locator::{self, Locators};
use store::{Location, MigrationSet, Store, StoreConfig, StoreError, Tx, migrations_of_the_ground};
use tempfile::TempDir;

/// A file, and how it is opened: so few entries are kept that a few transactions move them.
fn file(newest: usize) -> (TempDir, StoreConfig) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = StoreConfig::new("test", Location::Sqlite(folder.path().join("test.db")));
    config.newest_locators = newest;
    (folder, config)
}

async fn open(config: &StoreConfig) -> Store {
    Store::open(config, &[migrations_of_the_ground()]).await.unwrap()
}

/// Enters the keys of owner `key % 7`, kind 1, in one transaction.
async fn enter(store: &Store, keys: std::ops::Range<i64>) {
    let write = store.write(move |tx| {
        let mut entries = Locators::default();
        keys.clone().for_each(|key| entries.add(key % 7, 1, key, key * 10));
        entries.insert(tx)
    });
    write.await.map_err(|error: StoreError| error.to_string()).unwrap();
}

/// How many of the keys below `end` are found.
fn found(tx: &mut Tx<'_>, end: i64) -> Result<usize, StoreError> {
    let mut questions = Locators::default();
    (0..end).for_each(|key| questions.ask(key % 7, 1, key));
    let all = questions.find(tx)?;
    Ok(all.iter().zip(0..).filter(|(id, key)| **id == Some(key * 10)).count())
}

async fn count(store: &Store, sql: &'static str) -> i64 {
    let read = store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
    read.await.map_err(|error: StoreError| error.to_string()).unwrap()
}

const TREE: &str = "SELECT COUNT(*) FROM locators";
const LOG: &str = "SELECT COUNT(*) FROM locator_log";

#[tokio::test]
async fn entries_go_to_the_log_first_and_are_moved_when_there_are_many() {
    let (_folder, config) = file(100);
    let store = open(&config).await;
    enter(&store, 0..90).await;
    assert_eq!((count(&store, TREE).await, count(&store, LOG).await), (0, 90));
    let mut most = 0;
    for turn in 0..200 {
        enter(&store, 90 + turn * 10..100 + turn * 10).await;
        most = most.max(count(&store, LOG).await);
    }
    let (tree, log) = (count(&store, TREE).await, count(&store, LOG).await);
    assert!(
        tree > 1_800 && log < 210 && most < 230,
        "{tree} in the tree, {log} and at most {most} in the log"
    );
    assert_eq!(store.read(|tx| found(tx, 2_090)).await.unwrap(), 2_090);
    assert_eq!(store.write(|tx| found(tx, 2_090)).await.unwrap(), 2_090);
    store.close().await;
    // Whoever opens it next finds the same, with a log or without one in memory.
    let beside = Store::open_read_only(&config).await.unwrap();
    assert_eq!(beside.read(|tx| found(tx, 2_090)).await.unwrap(), 2_090);
    let again = open(&config).await;
    assert_eq!(again.read(|tx| found(tx, 2_090)).await.unwrap(), 2_090);
    enter(&again, 2_090..2_500).await;
    assert_eq!(again.read(|tx| found(tx, 2_500)).await.unwrap(), 2_500);
    assert_eq!(beside.read(|tx| found(tx, 2_500)).await.unwrap(), 2_500);
}

#[tokio::test]
async fn what_is_rolled_back_was_never_there() {
    let (_folder, config) = file(8);
    let store = open(&config).await;
    for turn in 0..40 {
        let fails = store.write(move |tx| {
            locator::insert(tx, 1, 1, 1_000 + turn, 5)?;
            let mut entries = Locators::default();
            entries.add(2, 2, 0, turn);
            entries.put(tx)?;
            assert_eq!(locator::find(tx, 1, 1, 1_000 + turn)?, Some(5), "its own transaction sees it");
            Err::<(), _>(StoreError::Corrupt("on purpose".into()))
        });
        let (failed, ()) = tokio::join!(fails, enter(&store, turn..turn + 1));
        assert!(failed.is_err());
        let seen = store.read(move |tx| {
            Ok::<_, StoreError>((
                locator::find(tx, 1, 1, 1_000 + turn)?,
                locator::find(tx, 2, 2, 0)?,
                found(tx, turn + 1)?,
            ))
        });
        assert_eq!(seen.await.unwrap(), (None, None, usize::try_from(turn).unwrap() + 1));
    }
    let places = store.read(|tx| locator::after(tx, (i64::MIN, 0, 0), 1_000)).await.unwrap();
    assert_eq!(places.len(), 40);
}

#[tokio::test]
async fn a_snapshot_sees_what_it_saw_however_much_is_made_and_moved_meanwhile() {
    let (_folder, config) = file(20);
    let store = open(&config).await;
    enter(&store, 0..50).await;
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let reader = store.clone();
    let old = tokio::spawn(async move {
        reader
            .read(move |tx| {
                let first = found(tx, 3_000)?;
                begun.send(()).unwrap();
                may_go_on.recv().unwrap();
                let places = locator::after(tx, (i64::MIN, 0, 0), 10_000)?;
                let ids = locator::newest(tx, 3, 1, 2)?;
                Ok::<_, StoreError>((first, found(tx, 3_000)?, places.len(), ids))
            })
            .await
            .unwrap()
    });
    tokio::task::spawn_blocking(move || has_begun.recv().unwrap()).await.unwrap();
    for turn in 0..100 {
        enter(&store, 50 + turn * 20..70 + turn * 20).await;
        let end = 70 + turn * 20;
        assert_eq!(store.read(move |tx| found(tx, end)).await.unwrap(), usize::try_from(end).unwrap());
    }
    go_on.send(()).unwrap();
    assert_eq!(old.await.unwrap(), (50, 50, 50, vec![450, 380]));
}

#[tokio::test]
async fn a_place_is_taken_once_and_may_be_taken_again_after_it_was_removed() {
    let (_folder, config) = file(4);
    let store = open(&config).await;
    for turn in 0..30 {
        let entered = store.write(move |tx| locator::insert(tx, 1, 1, 7, turn)).await;
        assert!(entered.is_ok(), "{turn}: {entered:?}");
        enter(&store, turn * 3..turn * 3 + 3).await;
        let again = store.write(|tx| locator::insert(tx, 1, 1, 7, 99)).await;
        assert!(again.is_err_and(|error| error.is_unique_violation()));
        assert_eq!(store.read(|tx| locator::find(tx, 1, 1, 7)).await.unwrap(), Some(turn));
        let mut place = Locators::default();
        place.ask(1, 1, 7);
        store.write(move |tx| place.remove(tx)).await.unwrap();
        enter(&store, 1_000 + turn * 5..1_000 + turn * 5 + turn % 6).await;
        assert_eq!(store.read(|tx| locator::find(tx, 1, 1, 7)).await.unwrap(), None);
        assert!(store.read(|tx| locator::entries(tx, 1, 1, 7..=7)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn two_entries_of_one_place_are_found_late_and_the_older_one_stays() {
    let (_folder, config) = file(4);
    let store = open(&config).await;
    enter(&store, 0..3).await;
    // What a batch would do that believes a key to be new that is not.
    store
        .write(|tx| tx.execute("INSERT INTO locators VALUES (2, 1, 2, 77)", &[]))
        .await
        .map_err(|e: StoreError| e)
        .unwrap();
    enter(&store, 3..40).await;
    enter(&store, 40..60).await;
    enter(&store, 60..70).await;
    enter(&store, 70..80).await;
    let tree = "SELECT id FROM locators WHERE owner = 2 AND kind = 1 AND key = 2";
    assert_eq!(count(&store, tree).await, 77, "and nobody else waits for it");
    assert_eq!(store.read(|tx| found(tx, 80)).await.unwrap(), 79);
}

const LATER: MigrationSet = MigrationSet {
    name: "later",
    sqlite: &[(
        "0001_kinds",
        "UPDATE locators SET kind = 2 WHERE kind = 1;\n-- down\nUPDATE locators SET kind = 1 WHERE kind = 2;",
    )],
    postgres: &[("0001_kinds", "SELECT 1;\n-- down\nSELECT 1;")],
};

#[tokio::test]
async fn a_migration_finds_everything_in_the_tree_and_so_does_the_way_back() {
    let (_folder, config) = file(50);
    let first = open(&config).await;
    enter(&first, 0..120).await;
    enter(&first, 120..180).await;
    enter(&first, 180..190).await;
    assert!(count(&first, LOG).await > 0);
    first.close().await;
    let sets = vec![migrations_of_the_ground(), LATER];
    let later = Store::open(&config, &sets).await.unwrap();
    assert_eq!((count(&later, TREE).await, count(&later, LOG).await), (190, 0));
    assert_eq!(later.read(|tx| locator::find(tx, 5, 2, 5)).await.unwrap(), Some(50));
    enter(&later, 190..200).await;
    assert_eq!(later.migrate_down(sets.clone(), 1).await.unwrap(), ["later/0001_kinds"]);
    assert_eq!(later.read(|tx| found(tx, 200)).await.unwrap(), 200);
    enter(&later, 200..210).await;
    assert_eq!(later.read(|tx| found(tx, 210)).await.unwrap(), 210);
    // The log's own way back leaves everything in the tree.
    let files = migrations_of_the_ground().sqlite;
    let since = files.len() - files.iter().position(|(name, _)| *name == "0007_locator_log").unwrap();
    let taken_back = later.migrate_down(sets, since).await.unwrap();
    assert_eq!(taken_back.last().map(String::as_str), Some("store/0007_locator_log"));
    assert_eq!(count(&later, TREE).await, 210);
    later.close().await;
    let again = open(&config).await;
    assert_eq!(again.read(|tx| found(tx, 210)).await.unwrap(), 210);
}

/// Two entries of each of 64 owners in one transaction, the owners scattered over all numbers, as a batch of reservations makes them.
async fn batch(store: &Store, number: i64) {
    let write = store.write(move |tx| {
        let mut entries = Locators::default();
        for at in 0..64 {
            let owner = (number * 64 + at).wrapping_mul(0x1E37_79B9_7F4A_7C15) & i64::MAX;
            entries.add(owner, 1, number, at);
            entries.add(owner, 2, at, number);
        }
        entries.insert(tx)
    });
    write.await.map_err(|error: StoreError| error.to_string()).unwrap();
}

/// Database pages that a pair of entries writes, on a tree that has grown for a while: the log is never moved here, and its length
/// is what was written.
async fn pages_a_pair(newest: usize) -> f64 {
    let (folder, mut config) = file(newest);
    config.checkpoint_pages = 1_000_000;
    let store = open(&config).await;
    let wal = folder.path().join("test.db-wal");
    let length = || std::fs::metadata(&wal).unwrap().len();
    for number in 0..150 {
        batch(&store, number).await;
    }
    let before = length();
    for number in 150..300 {
        batch(&store, number).await;
    }
    // A frame of the log is a page and 24 bytes.
    let pages = (length() - before) / (4096 + 24);
    store.close().await;
    f64::from(u32::try_from(pages).unwrap()) / f64::from(150 * 64)
}

/// Counts, not times: this holds on every machine, however busy.
#[tokio::test]
async fn entries_of_scattered_owners_write_few_pages() {
    let (kept, moved_at_once) = (pages_a_pair(4_000).await, pages_a_pair(1).await);
    eprintln!("pages a pair: {kept:.3}, and {moved_at_once:.3} where nothing is kept");
    assert!(kept < 0.3, "{kept} pages a pair");
    assert!(moved_at_once > 2.0 * kept, "what is kept saves nothing: {kept} against {moved_at_once}");
}
