//! Migrations: applied once, in order, whole or not at all, and taken back.

use store::{MigrationSet, Store, StoreError, migrations_of_the_ground, params};
use testkit::TempStore;

const fn set(files: &'static [(&'static str, &'static str)]) -> MigrationSet {
    MigrationSet { name: "shop", sqlite: files, postgres: files }
}

const ONE: (&str, &str) =
    ("0001_things", "CREATE TABLE things (id BIGINT PRIMARY KEY);\n-- down\nDROP TABLE things;");
const ONE_CHANGED: (&str, &str) =
    ("0001_things", "CREATE TABLE things (id BIGINT);\n-- down\nDROP TABLE things;");
const TWO: (&str, &str) = (
    "0002_names",
    "ALTER TABLE things ADD COLUMN name TEXT NOT NULL DEFAULT 'none';\n-- down\nALTER TABLE things DROP COLUMN name;",
);
const BAD: (&str, &str) =
    ("0003_bad", "CREATE TABLE half (id BIGINT);\nCREATE TABLE half (id BIGINT);\n-- down\nDROP TABLE half;");
const GOOD: (&str, &str) = ("0003_bad", "CREATE TABLE half (id BIGINT);\n-- down\nDROP TABLE half;");

const V1: MigrationSet = set(&[ONE]);
const V1_CHANGED: MigrationSet = set(&[ONE_CHANGED]);
const V2: MigrationSet = set(&[ONE, TWO]);
const V3_BAD: MigrationSet = set(&[ONE, TWO, BAD]);
const V3: MigrationSet = set(&[ONE, TWO, GOOD]);

/// Opens the database of `first` again with the ground and `sets`.
async fn open(first: &TempStore, set: MigrationSet) -> Result<Store, String> {
    let sets = [migrations_of_the_ground(), set];
    Store::open(first.config(), &sets).await.map_err(|error| error.to_string())
}

/// Closes `store` and gives its handle up, so that the next one may open the file.
async fn end(store: Store) {
    store.close().await;
}

/// Every table and column, in order.
async fn shape(store: &Store) -> Vec<(String, String)> {
    let read = store.read(|tx| {
        let sql = tx.pick(
            "SELECT m.name, c.name || ' ' || c.type || ' ' || c.\"notnull\" FROM sqlite_master m, pragma_table_info(m.name) c
             WHERE m.type = 'table' ORDER BY m.name, c.name",
            "SELECT CAST(table_name AS TEXT), CAST(column_name || ' ' || data_type || ' ' || is_nullable AS TEXT)
             FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, column_name",
        );
        tx.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?)))
    });
    read.await.map_err(|error: StoreError| error.to_string()).unwrap()
}

testkit::on_both_backends! {
    through crate::migrations:
    a_fresh_database_and_a_migrated_one_have_the_same_shape;
    down_and_up_again_keeps_what_older_migrations_hold;
    a_changed_or_an_unknown_migration_is_refused_by_name;
    a_migration_that_fails_half_way_leaves_nothing_behind;
}

/// Runs a story that wants two stores.
fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(TempStore, TempStore) -> F) {
    testkit::block_on(async { story(TempStore::sqlite(&[]).await, TempStore::sqlite(&[]).await).await });
}

fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(TempStore, TempStore) -> F) {
    testkit::block_on(async {
        let first = TempStore::postgres(&[]).await.unwrap();
        story(first, TempStore::postgres(&[]).await.unwrap()).await;
    });
}

async fn a_fresh_database_and_a_migrated_one_have_the_same_shape(fresh: TempStore, old: TempStore) {
    fresh.store().close().await;
    old.store().close().await;
    let fresh = open(&fresh, V2).await.unwrap();
    let at_first = open(&old, V1).await.unwrap();
    let insert = at_first.write(|tx| tx.execute("INSERT INTO things (id) VALUES (7)", &[])).await;
    assert_eq!(insert.map_err(|error: StoreError| error.to_string()), Ok(1));
    end(at_first).await;
    let migrated = open(&old, V2).await.unwrap();
    assert_eq!(shape(&migrated).await, shape(&fresh).await);
    assert_eq!(migrated.migrations().await.unwrap(), fresh.migrations().await.unwrap());
    let name =
        migrated.read(|tx| tx.query_one("SELECT name FROM things WHERE id = 7", &[], |row| row.text(0)));
    assert_eq!(name.await.map_err(|error: StoreError| error.to_string()), Ok("none".to_owned()));
    end(migrated).await;
    end(fresh).await;
}

async fn down_and_up_again_keeps_what_older_migrations_hold(empty: TempStore, filled: TempStore) {
    for (temporary, rows) in [(empty, 0_i64), (filled, 100)] {
        temporary.store().close().await;
        let store = open(&temporary, V2).await.unwrap();
        let before = shape(&store).await;
        store
            .write(move |tx| {
                (0..rows).try_for_each(|id| {
                    tx.execute("INSERT INTO things (id, name) VALUES ($1, 'x')", params![id]).map(drop)
                })
            })
            .await
            .map_err(|error: StoreError| error.to_string())
            .unwrap();
        let sets = vec![migrations_of_the_ground(), V2];
        assert_eq!(store.migrate_down(sets, 1).await.unwrap(), ["shop/0002_names"]);
        assert!(
            !shape(&store)
                .await
                .iter()
                .any(|(table, column)| table == "things" && column.starts_with("name"))
        );
        end(store).await;
        let store = open(&temporary, V2).await.unwrap();
        assert_eq!(shape(&store).await, before);
        let count = store.read(|tx| tx.query_one("SELECT COUNT(*) FROM things", &[], |row| row.int(0))).await;
        assert_eq!(count.map_err(|error: StoreError| error.to_string()), Ok(rows));
        // All the way down and up again.
        let sets = vec![migrations_of_the_ground(), V2];
        let all = sets.iter().map(|set| set.sqlite.len()).sum::<usize>();
        assert_eq!(store.migrate_down(sets, 99).await.unwrap().len(), all);
        end(store).await;
        let store = open(&temporary, V2).await.unwrap();
        assert_eq!(shape(&store).await, before);
        end(store).await;
    }
}

async fn a_changed_or_an_unknown_migration_is_refused_by_name(first: TempStore, second: TempStore) {
    for temporary in [&first, &second] {
        temporary.store().close().await;
    }
    end(open(&first, V2).await.unwrap()).await;
    let older = open(&first, V1).await.unwrap_err();
    assert!(older.contains("shop/0002_names") && older.contains("newer program"), "{older}");
    end(open(&second, V1).await.unwrap()).await;
    let changed = open(&second, V1_CHANGED).await.unwrap_err();
    assert!(changed.contains("shop/0001_things") && changed.contains("changed"), "{changed}");
    // Neither refusal harmed anything.
    end(open(&first, V2).await.unwrap()).await;
    end(open(&second, V2).await.unwrap()).await;
}

async fn a_migration_that_fails_half_way_leaves_nothing_behind(first: TempStore, _: TempStore) {
    first.store().close().await;
    let failed = open(&first, V3_BAD).await.unwrap_err();
    assert!(failed.contains("shop/0003_bad"), "{failed}");
    let mended = open(&first, V3).await.expect("nothing of the failed try is in the way");
    assert!(shape(&mended).await.iter().any(|(table, _)| table == "half"));
    end(mended).await;
}
