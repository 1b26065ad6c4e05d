//! The open stalls of this process, with the clock and the closing they share.

use crate::config::{Config, keys};
use crate::tables;
use kernel::{Clock, ManualClock, SystemClock, Timestamp};
use mock::MockOptions;
use stall::{Demo, Ground, Manifest, Opened, Profile, Tasks, labels};
use std::sync::Arc;
use store::{Store, StoreError};
use web::{Closing, Shutdown};

/// A stall that is open, with what was known of it before.
pub struct OpenStall {
    /// What is known of it.
    pub manifest: &'static Manifest,
    /// What it gave.
    pub opened: Opened,
}

/// Everything that is open in this process, before its doors are.
pub struct Process {
    /// The present, the same for all.
    pub clock: Arc<dyn Clock>,
    /// The stalls, in the order of the table.
    pub stalls: Vec<OpenStall>,
    /// What runs in the background, the simulated outside world included.
    pub tasks: Tasks,
    /// Ends it.
    pub shutdown: Shutdown,
    /// Is told of the end.
    pub closing: Closing,
    /// The addresses of the simulated mail server, where one runs.
    smtp: Vec<(&'static str, String)>,
}

impl Process {
    /// Opens the stalls that are configured. Errors: a sentence for the operator.
    pub async fn open(config: &Config) -> Result<Self, String> {
        let mut process = Self::empty(config);
        if config.is_mail_simulated() {
            process.smtp = process.start_mock("smtp", 1).await?;
        }
        for manifest in config.open_stalls() {
            process.open_stall(config, manifest).await?;
        }
        Ok(process)
    }

    /// Opens one stall alone, for a command about it.
    pub async fn open_one(config: &Config, manifest: &'static Manifest) -> Result<Self, String> {
        let mut process = Self::empty(config);
        process.open_stall(config, manifest).await?;
        Ok(process)
    }

    fn empty(config: &Config) -> Self {
        let (shutdown, closing) = web::shutdown();
        let tasks = Tasks::new(closing.clone());
        Self { clock: clock(config), stalls: Vec::new(), tasks, shutdown, closing, smtp: Vec::new() }
    }

    /// Ends what the stalls began and closes their stores.
    pub async fn close(self) {
        self.shutdown.begin();
        self.tasks.join().await;
        for stall in &self.stalls {
            stall.opened.store.close().await;
        }
    }

    async fn open_stall(&mut self, config: &Config, manifest: &'static Manifest) -> Result<(), String> {
        let mut section = config.section(manifest);
        for wanted in (manifest.mocks)(&section) {
            section = section.with(self.start_mock(wanted.name, wanted.seed).await?);
        }
        let opened = (manifest.open)(self.ground(config, manifest.name), section).await?;
        if config.deployment.profile == Profile::Production {
            refuse_public_accounts(&opened.store).await?;
        }
        self.stalls.push(OpenStall { manifest, opened });
        Ok(())
    }

    /// Starts a part of the simulated outside world; its addresses.
    async fn start_mock(&self, name: &'static str, seed: u64) -> Result<Vec<(&'static str, String)>, String> {
        let options = MockOptions { seed, clock: Arc::clone(&self.clock), ..MockOptions::default() };
        let mock = mock::start(name, &options, self.closing.clone()).await?;
        self.tasks.watch(format!("mock {name}"), mock.task);
        Ok(mock.endpoints)
    }

    fn ground(&self, config: &Config, stall: &'static str) -> Ground {
        let target = tables::target(config, stall);
        Ground {
            deployment: config.deployment,
            clock: Arc::clone(&self.clock),
            node: config.node(),
            public_ids: config.public_ids(),
            signing_keys: config.signing_keys(),
            password_cost: config.get(&keys::BCRYPT_COST),
            public_url: config.public_url(),
            cors_origins: config.get(&keys::CORS_ORIGINS),
            limits: config.limits(),
            mail: config.mail(&self.smtp),
            store: config.store(stall),
            closing: self.closing.clone(),
            tasks: self.tasks.clone(),
            check: Arc::new(move || Box::pin(check::as_json(stall, target.clone()))),
        }
    }

    /// Labels the databases of all stalls.
    pub async fn label(&self, label: &'static str) -> Result<(), String> {
        let now = self.clock.now();
        for OpenStall { opened, .. } in &self.stalls {
            let done = opened.store.write(move |tx| labels::set(tx, label, now)).await;
            done.map_err(|error: StoreError| error.to_string())?;
        }
        Ok(())
    }

    /// What each stall shows in a demonstration, with its manifest.
    pub fn take_demos(&mut self) -> Vec<(&'static Manifest, Demo)> {
        let demo = |stall: &mut OpenStall| Some((stall.manifest, stall.opened.demo.take()?));
        self.stalls.iter_mut().filter_map(demo).collect()
    }
}

/// Refuses a database with accounts that everybody can log in to.
async fn refuse_public_accounts(store: &Store) -> Result<(), String> {
    let held = store.read(labels::all).await.map_err(|error: StoreError| error.to_string())?;
    let Some(label) = held.first() else { return Ok(()) };
    Err(format!(
        "{}: this database holds the data of a {}, whose accounts everybody can log in to; start with an empty one",
        store.name(),
        label.replace('_', " ")
    ))
}

/// The machine's clock, or one that stands at the machine's present until it is moved.
fn clock(config: &Config) -> Arc<dyn Clock> {
    if config.get(&keys::CLOCK) == "manual" {
        let now = SystemClock.now();
        return Arc::new(ManualClock::new(Timestamp::from_secs(now.as_secs())));
    }
    Arc::new(SystemClock)
}
