//! A short audit, and what breaks its chain.

use super::{AUDITED, check_file};
use kernel::Timestamp;
use serde_json::json;
use std::path::Path;
use store::audit::{Act, Level, Origin, append};
use store::{Location, Store, StoreConfig, StoreError};

async fn make_audited(path: &Path) {
    let config = StoreConfig::new("test", Location::Sqlite(path.to_owned()));
    let store = Store::open(&config, &[store::migrations_of_the_ground(), ledger::MIGRATIONS]).await.unwrap();
    for target in ["flag:a", "flag:b", "flag:c"] {
        let act = Act {
            at: Timestamp::from_micros(5),
            scope: 0,
            actor: "operator".to_owned(),
            action: "flag.set",
            target: target.to_owned(),
            level: Level::Info,
            origin: Origin { ip: "127.0.0.1".to_owned(), request_id: "r".to_owned() },
            details: json!({"before": false, "after": true}),
        };
        let appended = store.write(move |tx| append(tx, &act)).await;
        appended.map_err(|error: StoreError| error.to_string()).unwrap();
    }
    store.close().await;
}

fn is_found(sql: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    testkit::block_on(make_audited(&path));
    rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let results = check_file("counter", &path);
    let result = results.iter().find(|result| result.name == AUDITED).unwrap();
    !result.ok
}

#[test]
fn an_audit_as_it_was_written_is_sound() {
    assert!(!is_found("SELECT 1"));
}

#[test]
fn an_entry_that_was_changed_removed_added_or_exchanged_is_found() {
    for sql in [
        "UPDATE audit SET actor = 'user:1' WHERE seq = 2",
        "UPDATE audit SET details = '{}' WHERE seq = 2",
        "UPDATE audit SET at = 6 WHERE seq = 2",
        "UPDATE audit SET ip = '127.0.0.2' WHERE seq = 3",
        "UPDATE audit SET target = 'flag:', action = 'flag.setc' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "INSERT INTO audit SELECT 4, at, scope, actor, action, target, level, ip, request_id, details, hash FROM audit WHERE seq = 3",
        "UPDATE audit_head SET seq = 2",
    ] {
        assert!(is_found(sql), "{sql}");
    }
}
