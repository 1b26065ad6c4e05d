//! A whole stall in memory, opened from its manifest as the binary opens it: its own database, routes, verifier and jobs,
//! behind an edge with the stall's own settings. The clock stands, and timed work runs when a test says so.

use crate::TempStore;
use crate::edge::{Front, deployment, edge, public_ids, settings_of};
use bus::{Relay, RelaySettings};
use check::Target;
use futures_util::FutureExt as _;
use kernel::{Clock, ManualClock};
use stall::config::Setting;
use stall::{Ground, Job, Manifest, Section, SigningKeys};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Location, Store, StoreConfig};
use web::{Limits, Shutdown};

/// The key that signs the access tokens of every test; not a secret.
pub const SIGNING_KEY: &[u8; 32] = b"the test kit signs with this key";
/// The least that hashing allows: tests log in often.
const PASSWORD_COST: u32 = 4;

/// Values of configuration keys that a test chooses; the others have their defaults.
pub type Values<'v> = &'v [(&'static str, &'v str)];

/// An open stall.
pub struct OpenStall {
    /// Its doors.
    pub front: Front,
    /// Its present.
    pub clock: Arc<ManualClock>,
    /// Its database, for what no door shows.
    pub store: Store,
    /// Where that is, for what opens it a second time.
    pub place: StoreConfig,
    jobs: Vec<Job>,
    inbound: Option<stall::Inbound>,
    demo: Mutex<Option<stall::Demo>>,
    relay: Relay,
    // While it lives the doors are open.
    _shutdown: Shutdown,
}

impl OpenStall {
    /// Opens it over the database of `store`. Panics when it does not open.
    pub async fn open(manifest: &'static Manifest, store: &StoreConfig, values: Values<'_>) -> Self {
        Self::open_node(manifest, store, values, 0).await
    }

    /// The same as one node of several, each with its number.
    pub async fn open_node(
        manifest: &'static Manifest,
        store: &StoreConfig,
        values: Values<'_>,
        node: u8,
    ) -> Self {
        let clock = crate::standing_clock();
        let (shutdown, closing) = web::shutdown();
        let ground = Ground {
            deployment: deployment(),
            clock: clock.clone(),
            node,
            public_ids: public_ids(),
            signing_keys: SigningKeys { current: SIGNING_KEY.to_vec(), older: Vec::new() },
            password_cost: PASSWORD_COST,
            public_url: "http://localhost".to_owned(),
            cors_origins: Vec::new(),
            limits: Limits::Off,
            mail: mail_settings(values),
            store: store.clone(),
            tasks: stall::Tasks::new(closing.clone()),
            closing,
            check: Arc::new(|| async { serde_json::Value::Null }.boxed()),
        };
        let opened = (manifest.open)(ground, section(manifest, values)).await.expect("the stall opens");
        let settings = RelaySettings { owner: "test".to_owned(), rest: Duration::ZERO };
        let relay = Relay::new(opened.store.clone(), opened.subscribers, settings);
        let verifiers = opened.verifier.map(|verifier| (manifest.prefix, verifier)).into_iter().collect();
        let edge = edge(clock.clone(), verifiers, settings_of(manifest));
        let router = (opened.router)(edge.clone()).expect("the stall has its routes");
        let front = Front::new(edge.guard(router));
        Self {
            front,
            clock,
            store: opened.store,
            place: store.clone(),
            jobs: opened.jobs,
            inbound: opened.inbound,
            demo: Mutex::new(opened.demo),
            relay,
            _shutdown: shutdown,
        }
    }

    /// Plants what its demonstration shows. Panics when it has none, when it was planted before, or when it does not grow.
    pub async fn plant_demo(&self) {
        let demo = self.demo.lock().expect("nobody panicked with it").take();
        (demo.expect("a demonstration").seed)().await.expect("the demonstration is planted");
    }

    /// Its way in for events of others, if it takes any.
    #[must_use]
    pub fn inbound(&self) -> Option<&stall::Inbound> {
        self.inbound.as_ref()
    }

    /// Hands every new event of its outbox to its subscribers; how many events. Panics when a subscriber fails.
    pub async fn publish_events(&self) -> usize {
        let mut sum = 0;
        loop {
            let turn = self.relay.turn(self.clock.now(), 0.0).await.expect("the relay reaches its database");
            assert_eq!((turn.failed, turn.dead), (0, 0), "a subscriber failed");
            if turn.published == 0 {
                return sum;
            }
            sum += turn.published;
        }
    }

    /// Runs a job until it finds nothing more to do; how much it did. Panics when there is no such job, or when it fails.
    pub async fn run_job(&self, name: &str) -> usize {
        let job = self.jobs.iter().find(|job| job.name == name);
        let job = job.unwrap_or_else(|| panic!("there is no job {name} among {:?}", self.jobs));
        let mut sum = 0;
        loop {
            match job.run().await.expect("a job reaches its database") {
                0 => return sum,
                count => sum += count,
            }
        }
    }
}

/// How mail leaves, with the values of the ground's keys among `values`; by default nothing does.
fn mail_settings(values: Values<'_>) -> mail::Settings {
    let default =
        |spec: &stall::KeySpec| (spec.name, Setting { value: spec.default.to_owned(), source: "default" });
    let section = Section::new(stall::mailing::KEYS.iter().map(default).collect());
    let section = section.with(values.iter().map(|(name, value)| (*name, (*value).to_owned())));
    stall::mailing::settings(&section, "http://localhost")
}

fn section(manifest: &Manifest, values: Values<'_>) -> Section {
    let default =
        |spec: &stall::KeySpec| (spec.name, Setting { value: spec.default.to_owned(), source: "default" });
    let section = Section::new(manifest.keys.iter().map(default).collect());
    section.with(values.iter().map(|(name, value)| (*name, (*value).to_owned())))
}

/// Runs a story over a stall on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = ()>>(
    manifest: &'static Manifest,
    values: Values<'_>,
    story: impl FnOnce(OpenStall) -> F,
) {
    crate::block_on(async { run(manifest, values, &TempStore::sqlite(&[]).await, story).await });
}

/// Runs a story over a stall on a fresh PostgreSQL schema. Panics when there is no server.
pub fn on_postgres<F: Future<Output = ()>>(
    manifest: &'static Manifest,
    values: Values<'_>,
    story: impl FnOnce(OpenStall) -> F,
) {
    crate::block_on(async {
        let place = TempStore::postgres(&[]).await.expect("a schema is made or the test panics");
        run(manifest, values, &place, story).await;
    });
}

/// Opens a stall on a fresh database, tells a story over it, and checks the books that it leaves.
pub async fn run<F: Future<Output = ()>>(
    manifest: &'static Manifest,
    values: Values<'_>,
    place: &TempStore,
    story: impl FnOnce(OpenStall) -> F,
) {
    // The stall opens the database itself, as it does in the binary.
    place.store().close().await;
    let stall = OpenStall::open(manifest, place.config(), values).await;
    let (store, clock) = (stall.store.clone(), Arc::clone(&stall.clock));
    story(stall).await;
    seal_all(&store, &*clock).await;
    assert_books_are_sound(manifest.name, place.config()).await;
    store.close().await;
}

/// Seals what the story transferred, as the ground's job does.
async fn seal_all(store: &Store, clock: &dyn Clock) {
    while ledger::seal::seal(store, clock.now()).await.expect("a story leaves a ledger that can be sealed")
        > 0
    {}
}

/// Every claim of `fairground check` about the database that a story leaves: the ledger's, and the stall's own.
async fn assert_books_are_sound(stall: &str, store: &StoreConfig) {
    let broken = broken_claims(stall, store).await;
    assert!(broken.is_empty(), "the story leaves books that are not sound:\n{}", broken.join("\n"));
}

/// What `fairground check` finds wrong with a database. Panics when it cannot be read.
pub async fn broken_claims(stall: &str, store: &StoreConfig) -> Vec<String> {
    let target = match &store.location {
        Location::Sqlite(path) => Target::Sqlite(path.clone()),
        Location::Postgres { url, schema } => Target::Postgres { url: url.clone(), schema: schema.clone() },
    };
    let results = check::check(stall, target).await.expect("the check reads what a story leaves");
    results.iter().filter(|result| !result.ok).map(ToString::to_string).collect()
}
