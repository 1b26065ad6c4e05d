//! The same claims on PostgreSQL, where its own constraints let them be broken.

use super::corruptions::MAY_BE_EMPTY;
use super::ground::{make_ledger, rush_rows, rush_tables};
use crate::{Target, check};
use store::Location;
use testkit::FreshDatabase;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn a_sound_database_passes_and_a_broken_one_does_not() {
    let Some(database) = FreshDatabase::create().await else { return };
    let (url, schema) = (database.url(), "rush".to_owned());
    make_ledger(Location::Postgres { url: url.clone(), schema: schema.clone() }).await;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("SET search_path = rush").await.unwrap();
    for sql in rush_tables("postgres").into_iter().chain(rush_rows()) {
        client.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{error:?}: {sql}"));
    }
    let target = Target::Postgres { url, schema };
    let broken = async || {
        let results = check("rush", target.clone()).await.unwrap();
        assert!(
            results.iter().all(|result| result.count > 0 || MAY_BE_EMPTY.contains(&result.name)),
            "{results:#?}"
        );
        results.into_iter().filter(|result| !result.ok).map(|result| result.name).collect::<Vec<_>>()
    };
    assert_eq!(broken().await, Vec::<&str>::new());
    let corruptions = [
        ("UPDATE holds SET amount = 1 WHERE id = 5001", "the holds are exactly the open pending transfers"),
        ("UPDATE bookings SET zone_id = 2002 WHERE id = 5003", "every booking agrees with its transfer"),
        ("UPDATE outbox SET key = 404 WHERE event_id = 5001", "every event in the outbox has its cause"),
        (
            "UPDATE transfers SET debit_posted_after = 1 WHERE id = 5003",
            "the balances after every transfer follow from one another",
        ),
    ];
    let mut so_far = Vec::new();
    for (sql, name) in corruptions {
        client.batch_execute(sql).await.unwrap();
        so_far.push(name);
        let mut failed = broken().await;
        failed.sort_by_key(|name| so_far.iter().position(|had| had == name));
        assert_eq!(failed, so_far, "{sql}");
    }
}
