//! The key that seals: exchanged while everybody works, resumed after an end in the middle, unused afterwards; and what is
//! sealed opens in its own row and column alone.

use crate::harness::{NEW_KEY, OLD_KEY, World, binding, is};
use futures_util::FutureExt as _;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use store::{StoreError, Tx};

testkit::on_both_backends! {
    through crate::harness:
    a_rotation_that_ended_in_its_middle_goes_on_and_leaves_the_old_key_unused;
    what_is_sealed_opens_nowhere_else;
}

async fn count(world: &World, sql: &'static str) -> i64 {
    let read = world.stall.store.read(move |tx| tx.query_one(sql, &[], |row| row.int(0)));
    read.await.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

const OF_OLD: &str = "SELECT COUNT(*) FROM exchange_bindings WHERE key_version = 1";
const OF_NEW: &str = "SELECT COUNT(*) FROM exchange_bindings WHERE key_version = 2";

/// The last binding cannot be written: whoever walks there ends.
fn plant(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.backend() == store::Backend::Postgres {
        tx.execute(
            "CREATE OR REPLACE FUNCTION planted_fault() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN IF NEW.name = 'Binding 24' THEN RAISE EXCEPTION 'planted'; END IF; RETURN NEW; END $$",
            &[],
        )?;
    }
    let sql = tx.pick(
        "CREATE TRIGGER planted BEFORE UPDATE ON exchange_bindings WHEN NEW.name = 'Binding 24'
         BEGIN SELECT RAISE(ABORT, 'planted'); END",
        "CREATE TRIGGER planted BEFORE UPDATE ON exchange_bindings FOR EACH ROW EXECUTE FUNCTION planted_fault()",
    );
    tx.execute(sql, &[]).map(drop)
}

async fn a_rotation_that_ended_in_its_middle_goes_on_and_leaves_the_old_key_unused(world: World) -> World {
    let ann = world.person("ann").await;
    world.control("new_key=key-number-24&secret=secret-of-key-number-24").await;
    for number in 0..25 {
        let body = binding(&format!("Binding {number}"), &format!("key-number-{number}"));
        assert_eq!(world.post(&ann, "/exchange-bindings", &body).await.status, 201);
    }
    assert_eq!(count(&world, OF_OLD).await, 25);
    let world = world.reopened(&format!("{NEW_KEY},{OLD_KEY}")).await;
    world.stall.store.write(plant).await.expect("it is planted");
    let ended = AssertUnwindSafe(world.stall.run_job("tiris_key_rewrap")).catch_unwind().await;
    assert!(ended.is_err(), "the walk ends in its middle");
    let (old, new) = (count(&world, OF_OLD).await, count(&world, OF_NEW).await);
    assert!(old > 0 && new > 0 && old + new == 25, "{old} {new}");
    // Everybody goes on working meanwhile, with keys of both versions.
    let last = world.get(&ann, "/exchange-bindings").await.json["data"]["items"][0]["id"].clone();
    let path = format!("/exchange-bindings/{}", last.as_str().expect("an id"));
    assert_eq!(world.get(&ann, &path).await.status, 200);
    let dig = world.stall.store.write(|tx: &mut Tx<'_>| {
        let sql = tx.pick("DROP TRIGGER planted", "DROP TRIGGER planted ON exchange_bindings");
        tx.execute(sql, &[]).map(drop)
    });
    dig.await.expect("it is gone");
    assert_eq!(i64::try_from(world.stall.run_job("tiris_key_rewrap").await), Ok(old));
    assert_eq!((count(&world, OF_OLD).await, count(&world, OF_NEW).await), (0, 25));
    assert_eq!(world.stall.run_job("tiris_key_rewrap").await, 0);
    // The old key is in no configuration any more, and nothing misses it.
    let world = world.reopened(NEW_KEY).await;
    let valid = world.post(&ann, &format!("{path}/validate"), &json!({})).await;
    assert_eq!(valid.status, 200, "{}", valid.text);
    let same = binding("Another", "key-number-3");
    is(&world.post(&ann, "/exchange-bindings", &same).await, 409, "API_KEY_EXISTS");
    world
}

async fn what_is_sealed_opens_nowhere_else(world: World) -> World {
    let ann = world.person("ann").await;
    let one = world.bind(&ann, "One", "key-of-ann-1").await;
    let two = world.bind(&ann, "Two", "key-of-ann-2").await;
    let valid = async |world: &World, id: &str| {
        world.post(&ann, &format!("/exchange-bindings/{id}/validate"), &json!({})).await.status
    };
    assert_eq!((valid(&world, &one).await, valid(&world, &two).await), (200, 200));
    // The whole sealed row of another binding, data key and all.
    let swap = "UPDATE exchange_bindings SET
        data_key = (SELECT o.data_key FROM exchange_bindings o WHERE o.name = 'Two'),
        api_key = (SELECT o.api_key FROM exchange_bindings o WHERE o.name = 'Two'),
        api_secret = (SELECT o.api_secret FROM exchange_bindings o WHERE o.name = 'Two') WHERE name = 'One'";
    world.stall.store.write(move |tx: &mut Tx<'_>| tx.execute(swap, &[])).await.expect("it is swapped");
    assert_eq!(valid(&world, &one).await, 500);
    // Two columns of one row.
    let cross = "UPDATE exchange_bindings SET api_key = api_secret, api_secret = api_key WHERE name = 'Two'";
    world.stall.store.write(move |tx: &mut Tx<'_>| tx.execute(cross, &[])).await.expect("they are swapped");
    assert_eq!(valid(&world, &two).await, 500);
    world
}
