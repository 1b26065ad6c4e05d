//! The open stalls of this process, with the clock and the closing they share.

use crate::config::{Config, keys};
use crate::tables;
use kernel::{Clock, ManualClock, SystemClock, Timestamp};
use mock::MockOptions;
use stall::{Demo, Ground, Manifest, Opened};
use std::sync::Arc;
use tokio::task::JoinHandle;
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
    /// The simulated outside world, where it is asked for.
    pub mocks: Vec<JoinHandle<()>>,
    /// Ends it.
    pub shutdown: Shutdown,
    /// Is told of the end.
    pub closing: Closing,
}

impl Process {
    /// Opens the stalls that are configured. Errors: a sentence for the operator.
    pub async fn open(config: &Config) -> Result<Self, String> {
        let (shutdown, closing) = web::shutdown();
        let mut process =
            Self { clock: clock(config), stalls: Vec::new(), mocks: Vec::new(), shutdown, closing };
        for manifest in config.open_stalls() {
            process.open_stall(config, manifest).await?;
        }
        Ok(process)
    }

    async fn open_stall(&mut self, config: &Config, manifest: &'static Manifest) -> Result<(), String> {
        let mut section = config.section(manifest);
        for wanted in (manifest.mocks)(&section) {
            let (seed, clock) = (wanted.seed, Arc::clone(&self.clock));
            let options = MockOptions { seed, clock, ..MockOptions::default() };
            let mock = mock::start(wanted.name, &options, self.closing.clone()).await?;
            section = section.with(mock.endpoints);
            self.mocks.push(mock.task);
        }
        let opened = (manifest.open)(self.ground(config, manifest.name), section).await?;
        self.stalls.push(OpenStall { manifest, opened });
        Ok(())
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
            store: config.store(stall),
            closing: self.closing.clone(),
            check: Arc::new(move || Box::pin(check::as_json(stall, target.clone()))),
        }
    }

    /// What each stall shows in a demonstration, with its manifest.
    pub fn take_demos(&mut self) -> Vec<(&'static Manifest, Demo)> {
        let demo = |stall: &mut OpenStall| Some((stall.manifest, stall.opened.demo.take()?));
        self.stalls.iter_mut().filter_map(demo).collect()
    }
}

/// The machine's clock, or one that stands at the machine's present until it is moved.
fn clock(config: &Config) -> Arc<dyn Clock> {
    if config.get(&keys::CLOCK) == "manual" {
        let now = SystemClock.now();
        return Arc::new(ManualClock::new(Timestamp::from_secs(now.as_secs())));
    }
    Arc::new(SystemClock)
}
