//! The effective configuration, typed. How layers are put together is in `layers`, what keys the ground has in `keys`; a
//! stall declares its own and reads them from its section.

pub mod keys;
mod layers;
mod print;

pub use print::print;

use crate::table;
use kernel::PublicIds;
use keys::KEYS;
use stall::config::Settings;
use stall::{Deployment, Key, Manifest, Profile, Section, SigningKeys};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store::{Location, StoreConfig};

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where and how the process runs.
    pub deployment: Deployment,
    /// Every key's value.
    all: Section,
}

impl Config {
    /// Reads the layers. `flags` are (key, value). Errors: every problem, a sentence each.
    pub fn load(file: Option<PathBuf>, flags: &[(&'static str, String)]) -> Result<Self, Vec<String>> {
        let file = file.or_else(|| {
            let usual = Path::new("fairground.toml");
            usual.exists().then(|| usual.to_owned())
        });
        Self::from_settings(layers::merge(file.as_deref(), std::env::vars(), flags)?)
    }

    fn from_settings(settings: Settings) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let all = Section::new(settings);
        let profile = Profile::parse(&all.get(&keys::PROFILE)).unwrap_or(Profile::Dev);
        let listen = all.get(&keys::LISTEN).parse::<SocketAddr>();
        if listen.is_err() {
            problems.push(format!("listen: must be an address and a port, not '{}'", all.get(&keys::LISTEN)));
        }
        let listen = listen.unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let config = Self { deployment: Deployment { profile, listen }, all };
        problems.extend(config.missing_keys());
        problems.extend(config.combination_problems());
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// The value of one of the ground's keys.
    #[must_use]
    pub fn get<T>(&self, key: &Key<T>) -> T {
        self.all.get(key)
    }

    /// Every setting as it is.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        self.all.settings()
    }

    /// The values of the keys that `manifest` declared, and no others.
    #[must_use]
    pub fn section(&self, manifest: &Manifest) -> Section {
        let own = manifest.keys.iter().filter_map(|key| self.settings().get_key_value(key.name));
        Section::new(own.map(|(name, setting)| (*name, setting.clone())).collect())
    }

    /// Development keys are public knowledge: never in production, never where others can reach us.
    fn missing_keys(&self) -> Vec<String> {
        let why = if self.deployment.profile == Profile::Production {
            "is needed in profile production"
        } else if !self.deployment.is_loopback() {
            "is needed to listen on an address that others can reach"
        } else {
            return Vec::new();
        };
        let required = KEYS.iter().filter(|key| key.is_required);
        let missing = required.filter(|key| self.settings()[key.name].value.is_empty());
        missing.map(|key| format!("{}: {why}", key.name)).collect()
    }

    fn combination_problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let Deployment { profile, .. } = self.deployment;
        let database = self.get(&keys::DATABASE);
        if !database.is_empty()
            && !database.starts_with("postgres://")
            && !database.starts_with("postgresql://")
        {
            problems.push("database: must begin with postgres://".to_owned());
        }
        if profile == Profile::Production && self.get(&keys::CLOCK) == "manual" {
            problems.push("clock: manual is refused in profile production".to_owned());
        }
        let open = self.get(&keys::STALLS_OPEN);
        if let Some(strange) = open.iter().find(|name| table::find(name).is_none()) {
            problems.push(format!("stalls: there is no stall '{strange}'"));
        }
        if open.is_empty() {
            problems.push("stalls: at least one must be open".to_owned());
        }
        if profile == Profile::Load && !self.deployment.is_loopback() {
            problems.push("profile: load is for loopback addresses alone".to_owned());
        }
        for manifest in table::stalls() {
            problems.extend((manifest.problems)(&self.section(manifest), &self.deployment));
        }
        problems
    }

    /// Changes what nobody chose to what the command `run` would rather have.
    #[must_use]
    pub fn preferring(self, run: &str) -> Self {
        let mut settings = self.all.settings().clone();
        layers::prefer(&mut settings, run, "command");
        Self { all: Section::new(settings), ..self }
    }

    /// The stalls that are open, in the order of the table.
    #[must_use]
    pub fn open_stalls(&self) -> Vec<&'static Manifest> {
        let open = self.get(&keys::STALLS_OPEN);
        table::stalls()
            .iter()
            .copied()
            .filter(|manifest| open.iter().any(|name| name == manifest.name))
            .collect()
    }

    /// How browsers reach us, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        let url = self.get(&keys::PUBLIC_URL);
        if url.is_empty() {
            return format!("http://{}", self.deployment.listen);
        }
        url.trim_end_matches('/').to_owned()
    }

    /// The keys that sign access tokens.
    #[must_use]
    pub fn signing_keys(&self) -> SigningKeys {
        let current = self.get(&keys::SIGNING_KEY);
        SigningKeys {
            current: current.unwrap_or_else(|| identity::dev_keys().signing_key.to_vec()),
            older: self.get(&keys::OLDER_SIGNING_KEYS),
        }
    }

    /// The codec of public ids.
    #[must_use]
    pub fn public_ids(&self) -> PublicIds {
        PublicIds::new(self.id_key())
    }

    /// The key of public ids: the first 16 bytes of what is configured.
    #[must_use]
    pub fn id_key(&self) -> [u8; 16] {
        let key = self.get(&keys::ID_KEY).and_then(|bytes| bytes.first_chunk::<16>().copied());
        key.unwrap_or(identity::dev_keys().id_key)
    }

    /// The number of this node, 0..=127.
    #[must_use]
    pub fn node(&self) -> u8 {
        u8::try_from(self.get(&keys::NODE)).expect("the key's bounds end at 127")
    }

    /// How strictly limits are applied.
    #[must_use]
    pub fn limits(&self) -> web::Limits {
        match self.get(&keys::RATE_LIMIT_FACTOR) {
            0 => web::Limits::Off,
            factor => web::Limits::Times(factor),
        }
    }

    /// Where and how the store of `stall` is opened.
    #[must_use]
    pub fn store(&self, stall: &'static str) -> StoreConfig {
        let url = self.get(&keys::DATABASE);
        let location = if url.is_empty() {
            Location::Sqlite(Path::new(&self.get(&keys::DATA)).join(format!("{stall}.db")))
        } else {
            Location::Postgres { url, schema: stall.to_owned() }
        };
        StoreConfig {
            connections: self.get(&keys::CONNECTIONS),
            checkpoint_pages: self.get(&keys::CHECKPOINT_PAGES),
            cache_kib: self.get(&keys::CACHE_KIB),
            ..StoreConfig::new(stall, location)
        }
    }
}
