//! The kit itself: a story sees a fresh store with the ground's tables, and nothing of it stays behind.

use store::{Location, Store, StoreError};
use testkit::TempStore;

testkit::on_both_backends! {
    a_story_starts_with_the_grounds_tables_and_no_rows with [];
}

async fn a_story_starts_with_the_grounds_tables_and_no_rows(store: Store) {
    let rows = store.read(|tx| tx.query_one("SELECT COUNT(*) FROM outbox", &[], |row| row.int(0))).await;
    assert_eq!(rows.map_err(|error: StoreError| error.to_string()), Ok(0));
    let migrations = store.migrations().await.expect("a fresh store can be read");
    assert!(migrations.iter().all(|migration| migration.name.starts_with("store/")), "{migrations:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
async fn two_postgres_stores_share_nothing_and_leave_nothing() {
    let Some(first) = TempStore::postgres(&[]).await else { return };
    let second = TempStore::postgres(&[]).await.unwrap();
    assert_ne!(schema_of(&first), schema_of(&second));
    let gone = schema_of(&first);
    first.store().close().await;
    drop(first);
    let left = second
        .store()
        .read(move |tx| {
            let count =
                "SELECT COUNT(*) FROM information_schema.schemata WHERE CAST(schema_name AS TEXT) = $1";
            tx.query_one(count, &[gone.as_str().into()], |row| row.int(0))
        })
        .await;
    assert_eq!(left.map_err(|error: StoreError| error.to_string()), Ok(0));
}

fn schema_of(store: &TempStore) -> String {
    match &store.config().location {
        Location::Postgres { schema, .. } => schema.clone(),
        Location::Sqlite(path) => panic!("not PostgreSQL: {}", path.display()),
    }
}

#[test]
fn the_standing_clock_stands_far_from_today() {
    use kernel::Clock as _;
    let clock = testkit::standing_clock();
    let before = clock.now();
    clock.advance_secs(90);
    assert_eq!(before.rfc3339(), "2030-01-01T00:00:00Z");
    assert_eq!(clock.now(), before.plus_secs(90));
}

#[test]
#[ignore = "needs Chromium; run with --include-ignored"]
fn a_window_reads_types_and_clicks() {
    use testkit::browser::Browser;
    use testkit::window::{Window, key};
    let Some(browser) = Browser::start() else { return };
    let window = Window::open(&browser, 360, 740);
    let page = "data:text/html,<input autofocus><button onclick='this.textContent=innerWidth'>press</button>";
    window.goto(page).expect("the page loads");
    let button = window.find_all("button").expect("the page can be searched").remove(0);
    assert_eq!(window.text(&button).as_deref(), Ok("press"));
    let field = window.find_all("input").expect("the page can be searched").remove(0);
    window.send_keys(&field, &format!("ab{}", key::TAB)).expect("the field takes text");
    let typed = window.execute("return document.querySelector(arguments[0]).value;", &["input"]);
    assert_eq!(typed, Ok("ab".into()));
    window.click(&button).expect("the button can be clicked");
    assert!(window.text(&button).is_ok_and(|width| width.parse::<u32>().is_ok()));
}
