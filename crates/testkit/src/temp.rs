//! Temporary stores: a SQLite file in a fresh folder, or a fresh schema of the test server.

use crate::postgres::FreshSchema;
use std::future::Future;
use store::{Location, MigrationSet, Store, StoreConfig, migrations_of_the_ground};
use tempfile::TempDir;

/// A store that lives as long as this value.
#[derive(Debug)]
pub struct TempStore {
    store: Store,
    config: StoreConfig,
    // What holds the rows, removed on drop; after the store, so that it outlives the last handle.
    _folder: Option<TempDir>,
    _schema: Option<FreshSchema>,
}

impl TempStore {
    /// A fresh SQLite store with the ground's tables and those of `sets`.
    pub async fn sqlite(sets: &[MigrationSet]) -> Self {
        let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let (store, config) = open(Location::Sqlite(folder.path().join("test.db")), sets).await;
        Self { store, config, _folder: Some(folder), _schema: None }
    }

    /// A fresh schema on the test server. Panics when there is no server. The answer is always there.
    pub async fn postgres(sets: &[MigrationSet]) -> Option<Self> {
        let schema = FreshSchema::create().await?;
        let location = Location::Postgres { url: schema.url().to_owned(), schema: schema.name().to_owned() };
        let (store, config) = open(location, sets).await;
        Some(Self { store, config, _folder: None, _schema: Some(schema) })
    }

    /// A handle to the store.
    #[must_use]
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// How it was opened, for a test that opens it again.
    #[must_use]
    pub fn config(&self) -> &StoreConfig {
        &self.config
    }
}

async fn open(location: Location, sets: &[MigrationSet]) -> (Store, StoreConfig) {
    let mut config = StoreConfig::new("test", location);
    // A busy machine may let a test's transaction wait for long; what deadlines do has tests of its own.
    config.deadline = std::time::Duration::from_secs(60);
    // So few that every story moves some of them into their tree.
    config.newest_locators = 24;
    // Many tests run at once against one server.
    config.connections = 4;
    let store = Store::open(&config, &with_ground(sets)).await.expect("a fresh store opens");
    (store, config)
}

/// The ground's migrations first, unless the caller named them.
fn with_ground(sets: &[MigrationSet]) -> Vec<MigrationSet> {
    let ground = migrations_of_the_ground();
    let named = sets.iter().any(|set| set.name == ground.name);
    let first = (!named).then_some(ground);
    first.into_iter().chain(sets.iter().copied()).collect()
}

/// Runs a story on a fresh SQLite store. Usually called by [`on_both_backends!`](crate::on_both_backends).
pub fn on_sqlite<F: Future<Output = ()>>(sets: &[MigrationSet], story: impl FnOnce(Store) -> F) {
    block_on(async {
        let temporary = TempStore::sqlite(sets).await;
        run_story(&temporary, story).await;
    });
}

/// Runs a story on a fresh PostgreSQL schema. Panics when there is no server.
pub fn on_postgres<F: Future<Output = ()>>(sets: &[MigrationSet], story: impl FnOnce(Store) -> F) {
    block_on(async {
        if let Some(temporary) = TempStore::postgres(sets).await {
            run_story(&temporary, story).await;
        }
    });
}

async fn run_story<F: Future<Output = ()>>(temporary: &TempStore, story: impl FnOnce(Store) -> F) {
    story(temporary.store()).await;
    temporary.store.close().await;
}

/// Runs a test's future on a runtime of its own.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime starts").block_on(work)
}
