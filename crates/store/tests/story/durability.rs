//! Yes means on disk: what was answered is there for whoever opens the database next.

use super::{NOTES, note, notes};
use store::{Store, StoreError, migrations_of_the_ground};
use testkit::TempStore;

const SETS: [store::MigrationSet; 1] = [NOTES];

async fn reopened(first: &TempStore) -> Store {
    Store::open(first.config(), &[migrations_of_the_ground(), NOTES]).await.unwrap()
}

testkit::on_both_backends! {
    through crate::durability:
    what_was_answered_is_there_after_reopening;
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

fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(TempStore) -> F) {
    testkit::block_on(async { story(TempStore::sqlite(&SETS).await).await });
}

fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(TempStore) -> F) {
    testkit::block_on(async { story(TempStore::postgres(&SETS).await.unwrap()).await });
}
