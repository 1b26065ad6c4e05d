//! The effective configuration, typed. How layers are put together is in `layers`, what keys the ground has in `keys`; a
//! stall declares its own and reads them from its section.

mod injected;
pub mod keys;
mod layers;
mod print;
mod public_url;
mod secrets;

pub use print::print;

use crate::table;
use kernel::PublicIds;
use keys::KEYS;
use layers::Layers;
use stall::config::{Setting, Settings};
use stall::{Deployment, Key, KeySpec, Manifest, Profile, Section, SigningKeys};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{Location, StoreConfig};

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where and how the process runs.
    pub deployment: Deployment,
    /// Every key's value.
    all: Section,
    /// Variables of the environment that look like ours and are somebody else's.
    pub passed_over: Vec<String>,
    /// Stalls that stay closed because a key of theirs is not set, with that key.
    pub left_closed: Vec<(&'static str, &'static str)>,
}

/// The key that a problem is about: problems begin with it.
fn key_of(problem: &str) -> Option<&str> {
    problem.split([':', ' ']).next()
}

impl Config {
    /// Reads the layers. `flags` are (key, value). Errors: every problem, a sentence each.
    pub fn load(file: Option<PathBuf>, flags: &[(&'static str, String)]) -> Result<Self, Vec<String>> {
        let file = file.or_else(|| {
            let usual = Path::new("fairground.toml");
            usual.exists().then(|| usual.to_owned())
        });
        Self::from_layers(layers::merge(file.as_deref(), std::env::vars_os(), flags))
    }

    fn from_layers(Layers { settings, mut problems, passed_over }: Layers) -> Result<Self, Vec<String>> {
        let all = Section::new(settings);
        let profile = Profile::parse(&all.get(&keys::PROFILE)).unwrap_or(Profile::Dev);
        let listen = all.get(&keys::LISTEN).parse::<SocketAddr>();
        if listen.is_err() {
            problems.push(format!("listen: must be an address and a port, not '{}'", all.get(&keys::LISTEN)));
        }
        let listen = listen.unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let is_public = public_url::leads_elsewhere(&all.get(&keys::PUBLIC_URL));
        let deployment = Deployment { profile, listen, is_public };
        let config = Self { deployment, all, passed_over, left_closed: Vec::new() }.leaving_closed();
        let further = [config.missing_keys(), config.weak_secrets(), config.combination_problems()];
        // A key that cannot be read stands at its default here: it is named once, for what it is.
        let named: Vec<String> =
            problems.iter().filter_map(|problem| Some(key_of(problem)?.to_owned())).collect();
        let is_new = |problem: &String| key_of(problem).is_none_or(|key| !named.iter().any(|one| one == key));
        problems.extend(further.into_iter().flatten().filter(is_new));
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

    /// The ground's keys, and those of the stalls that are open: a closed one needs nothing.
    fn keys_in_use(&self) -> impl Iterator<Item = &'static KeySpec> {
        let open = self.open_stalls();
        let closed =
            table::stalls().iter().filter(move |stall| !open.iter().any(|one| one.name == stall.name));
        let unused: Vec<_> = closed.flat_map(|stall| stall.keys.iter().map(|key| key.name)).collect();
        KEYS.iter().filter(move |key| !unused.contains(&key.name))
    }

    /// Where others can reach us, and nobody chose which stalls are open: without those whose credentials of an outside service
    /// are not set.
    fn leaving_closed(mut self) -> Self {
        let name = keys::STALLS_OPEN.spec.name;
        if !self.deployment.is_exposed() || self.settings()[name].source != "default" {
            return self;
        }
        let unset = |stall: &&'static Manifest| {
            let mut opening = stall.keys.iter().filter(|key| key.is_opening);
            let key = opening.find(|key| self.settings()[key.name].value.is_empty())?;
            Some((stall.name, key.name))
        };
        let closed: Vec<_> = self.open_stalls().iter().filter_map(unset).collect();
        let open = self.open_stalls().into_iter().map(|stall| stall.name);
        let open: Vec<_> = open.filter(|name| !closed.iter().any(|(one, _)| one == name)).collect();
        let value = open.join(",");
        let mut settings = self.settings().clone();
        settings.insert(name, Setting { value, source: "profile" });
        self.all = Section::new(settings);
        self.left_closed = closed;
        self
    }

    /// Development keys are public knowledge: never in production, never where others can reach us.
    fn missing_keys(&self) -> Vec<String> {
        let Some(why) = self.why_exposed() else { return Vec::new() };
        let required = self.keys_in_use().filter(|key| key.is_required || key.is_opening);
        let missing = required.filter(|key| self.settings()[key.name].value.is_empty());
        missing.map(|key| format!("{}: is needed {why}", key.name)).collect()
    }

    /// In which words others can reach us; none: nobody can.
    fn why_exposed(&self) -> Option<&'static str> {
        match self.deployment.profile {
            Profile::Production => Some("in profile production"),
            _ if !self.deployment.is_loopback() => Some("to listen on an address that others can reach"),
            _ if self.deployment.is_public => Some("where public_url leads others to us"),
            _ => None,
        }
    }

    /// Secrets that everybody knows or guesses, where others can reach us.
    fn weak_secrets(&self) -> Vec<String> {
        let Some(why) = self.why_exposed() else { return Vec::new() };
        let weak = self.keys_in_use().filter_map(|key| {
            let weakness = secrets::weakness(key.kind, &self.settings()[key.name].value)?;
            Some(format!("{}: {weakness}; refused {why}", key.name))
        });
        weak.collect()
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
        } else if !database.is_empty()
            && let Err(fault) = pg_connect::Address::parse(&database)
        {
            problems.push(format!("database: {fault}"));
        }
        problems.extend(public_url::problem(&self.get(&keys::PUBLIC_URL), profile));
        if profile == Profile::Production && self.get(&keys::CLOCK) == "manual" {
            problems.push("clock: manual is refused in profile production".to_owned());
        }
        let operations = self.get(&keys::OPERATIONS_LISTEN);
        if !operations.is_empty() && operations.parse::<SocketAddr>().is_err() {
            problems.push(format!("operations.listen: must be an address and a port, not '{operations}'"));
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
        problems.extend(stall::mailing::problems(&self.all, &self.deployment));
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

    /// How mail leaves, with the addresses of a simulated server where one is wanted and runs.
    #[must_use]
    pub fn mail(&self, simulated: &[(&'static str, String)]) -> mail::Settings {
        let section = self.all.clone().with(simulated.iter().cloned());
        stall::mailing::settings(&section, &self.public_url())
    }

    /// Whether mail goes to a simulated server of this process.
    #[must_use]
    pub fn is_mail_simulated(&self) -> bool {
        stall::mailing::is_simulated(&self.all)
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
            newest_locators: usize::try_from(self.get(&keys::NEWEST_LOCATORS)).unwrap_or(usize::MAX),
            deadline: Duration::from_millis(self.get(&keys::DEADLINE_MS).max(100)),
            ..StoreConfig::new(stall, location)
        }
    }
}
