//! What only a server has: settings that lie about durability, several nodes starting at once, isolation levels.

use super::NOTES;
use store::{Location, Store, StoreConfig, StoreError, migrations_of_the_ground};
use testkit::FreshDatabase;
use tokio_postgres::NoTls;

async fn run(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

fn config(url: &str, schema: &str) -> StoreConfig {
    StoreConfig::new("test", Location::Postgres { url: url.to_owned(), schema: schema.to_owned() })
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn a_database_that_acknowledges_before_it_writes_is_refused() {
    let Some(database) = FreshDatabase::create().await else { return };
    let url = database.url();
    let name = url.rsplit('/').next().unwrap();
    run(&url, &format!("ALTER DATABASE {name} SET synchronous_commit = off")).await;
    let refused = Store::open(&config(&url, "rush"), &[NOTES]).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unfit(_)), "{refused:?}");
    assert!(refused.to_string().contains("synchronous_commit=off"), "{refused}");
    run(&url, &format!("ALTER DATABASE {name} RESET synchronous_commit")).await;
    Store::open(&config(&url, "rush"), &[NOTES]).await.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn nodes_that_start_at_once_on_an_empty_database_all_come_up() {
    let Some(database) = FreshDatabase::create().await else { return };
    let nodes: Vec<_> = (0..6)
        .map(|_| {
            let config = config(&database.url(), "rush");
            tokio::spawn(async move { Store::open(&config, &[migrations_of_the_ground(), NOTES]).await })
        })
        .collect();
    for node in nodes {
        let store = node.await.unwrap().expect("every node comes up");
        let all = migrations_of_the_ground().postgres.len() + 1;
        assert_eq!(store.migrations().await.unwrap().len(), all);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn two_schemas_of_one_database_share_nothing() {
    let Some(database) = FreshDatabase::create().await else { return };
    let rush = Store::open(&config(&database.url(), "rush"), &[NOTES]).await.unwrap();
    let tap = Store::open(&config(&database.url(), "tap"), &[NOTES]).await.unwrap();
    rush.write(|tx| super::note(tx, 1, "one")).await.unwrap();
    assert_eq!((super::notes(&rush).await.len(), super::notes(&tap).await.len()), (1, 0));
    for schema in ["", "Rush", "a b", "x;drop schema rush", "ราช"] {
        assert!(matches!(
            Store::open(&config(&database.url(), schema), &[]).await,
            Err(StoreError::Unfit(_))
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn a_serialization_failure_is_run_again_unseen() {
    let Some(database) = FreshDatabase::create().await else { return };
    let url = database.url();
    let name = url.rsplit('/').next().unwrap();
    // The strictest isolation makes conflicts certain: both read the sum, both write by it.
    run(&url, &format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")).await;
    let store = Store::open(&config(&url, "rush"), &[NOTES]).await.unwrap();
    let runs = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(0));
    let writers: Vec<_> = (1..=8_i64)
        .map(|id| {
            let (store, runs) = (store.clone(), std::sync::Arc::clone(&runs));
            let meet = move |tx: &mut store::Tx<'_>| {
                runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let count = tx.query_one("SELECT COUNT(*) FROM notes", &[], |row| row.int(0))?;
                std::thread::sleep(std::time::Duration::from_millis(5));
                super::note(tx, id, &format!("the number {count}"))
            };
            tokio::spawn(async move { store.write(meet).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().expect("a lost race is run again");
    }
    let mut said = super::notes(&store).await;
    said.sort();
    assert_eq!(said, (0..8).map(|count| format!("the number {count}")).collect::<Vec<_>>());
    assert!(runs.load(std::sync::atomic::Ordering::Relaxed) > 8, "no race was ever lost");
}
