//! Yes means on disk: what was answered is there for whoever opens the database next.

use super::{NOTES, note, notes};
use store::{Store, StoreError, migrations_of_the_ground};
use testkit::TempStore;

const SETS: [store::MigrationSet; 1] = [NOTES];

async fn reopened(first: &TempStore) -> Store {
    Store::open(first.config(), &[migrations_of_the_ground(), NOTES]).await.unwrap()
}

async fn what_was_answered_is_there_after_reopening(first: TempStore) {
    let store = first.store();
    for id in 0..50 {
        store.write(move |tx| note(tx, id, &format!("note {id}"))).await.unwrap();
    }
    let refused = store.write(|tx| note(tx, 99, "note 1")).await;
    assert!(refused.is_err());
    store.close().await;
    drop(store);
    let again = reopened(&first).await;
    assert_eq!(notes(&again).await.len(), 50);
    let ground = again.read(|tx| tx.query_one("SELECT COUNT(*) FROM outbox", &[], |row| row.int(0))).await;
    assert_eq!(ground.map_err(|error: StoreError| error.to_string()), Ok(0));
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_there_after_reopening_sqlite() {
    what_was_answered_is_there_after_reopening(TempStore::sqlite(&SETS).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_there_after_reopening_postgres() {
    if let Some(first) = TempStore::postgres(&SETS).await {
        what_was_answered_is_there_after_reopening(first).await;
    }
}
