//! The effective configuration, typed. How layers are put together is in `layers`, what keys there are in `keys`.

mod keys;
mod layers;
mod print;

pub use layers::Settings;
pub use print::print;

use kernel::PublicIds;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store::{Location, StoreConfig};

/// What kind of run this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A laptop.
    Dev,
    /// A load run: further endpoints, development keys.
    Load,
    /// Real buyers.
    Production,
}

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// What kind of run this is.
    pub profile: Profile,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Every key as text, for what a stall reads itself.
    pub settings: Settings,
}

impl Config {
    /// Reads the layers. `flags` are (key, value). Errors: every problem, a sentence each.
    pub fn load(file: Option<PathBuf>, flags: &[(&'static str, String)]) -> Result<Self, Vec<String>> {
        let file = file.or_else(|| {
            let usual = Path::new("fairground.toml");
            usual.exists().then(|| usual.to_owned())
        });
        let settings = layers::merge(file.as_deref(), std::env::vars(), flags)?;
        Self::from_settings(settings)
    }

    fn from_settings(settings: Settings) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let profile = match settings["profile"].value.as_str() {
            "load" => Profile::Load,
            "production" => Profile::Production,
            _ => Profile::Dev,
        };
        let listen = settings["listen"].value.parse::<SocketAddr>();
        if listen.is_err() {
            problems
                .push(format!("listen: must be an address and a port, not '{}'", settings["listen"].value));
        }
        let listen = listen.unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let config = Self { profile, listen, settings };
        problems.extend(config.key_problems());
        problems.extend(config.combination_problems());
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Development keys are public knowledge: never in production, never where others can reach us.
    fn key_problems(&self) -> Vec<String> {
        let missing = |name: &&str| self.text(name).is_empty();
        let missing =
            ["auth.signing_key", "auth.id_key", "payments.webhook_secret"].into_iter().filter(missing);
        if self.profile == Profile::Production {
            return missing.map(|name| format!("{name}: is needed in profile production")).collect();
        }
        if !self.listen.ip().is_loopback() {
            let why = "is needed to listen on an address that others can reach";
            return missing.map(|name| format!("{name}: {why}")).collect();
        }
        Vec::new()
    }

    fn combination_problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let database = self.text("database");
        if !database.is_empty()
            && !database.starts_with("postgres://")
            && !database.starts_with("postgresql://")
        {
            problems.push("database: must begin with postgres://".to_owned());
        }
        if self.profile == Profile::Production && self.text("clock") == "manual" {
            problems.push("clock: manual is refused in profile production".to_owned());
        }
        if let Some(strange) =
            self.list("stalls").iter().find(|name| !["rush", "tap"].contains(&name.as_str()))
        {
            problems.push(format!("stalls: there is no stall '{strange}'"));
        }
        if self.list("stalls").is_empty() {
            problems.push("stalls: at least one must be open".to_owned());
        }
        if self.list("tap.chain_ids").iter().any(|id| id.parse::<u32>().is_err()) {
            problems.push("tap.chain_ids: must be whole numbers separated by commas".to_owned());
        }
        if self.profile == Profile::Production && self.number("tap.recovery_s") < 30 {
            problems.push("tap.recovery_s: must be at least 30 in profile production".to_owned());
        }
        if self.profile == Profile::Production && self.text("tap.faucet") == "on" {
            problems.push("tap.faucet: play money is refused in profile production".to_owned());
        }
        if self.profile == Profile::Load && !self.listen.ip().is_loopback() {
            problems.push("profile: load is for loopback addresses alone".to_owned());
        }
        problems
    }

    /// The value of `key` as text.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.settings.get(key).map_or("", |setting| setting.value.as_str())
    }

    /// The value of `key` as a number; its bounds were checked when it was read.
    #[must_use]
    pub fn number(&self, key: &str) -> i64 {
        self.text(key).parse().unwrap_or_default()
    }

    /// The value of `key` as a size.
    #[must_use]
    pub fn size(&self, key: &str) -> usize {
        usize::try_from(self.number(key)).unwrap_or_default()
    }

    /// The value of `key` as a list.
    #[must_use]
    pub fn list(&self, key: &str) -> Vec<String> {
        let items = self.text(key).split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    }

    /// Changes what nobody chose: for commands that would rather have other defaults.
    #[must_use]
    pub fn preferring(mut self, wishes: &[(&'static str, &str)]) -> Self {
        for (key, value) in wishes {
            if let Some(setting) = self.settings.get_mut(key).filter(|setting| setting.source == "default") {
                setting.value = (*value).to_owned();
                setting.source = "command";
            }
        }
        self
    }

    /// Whether `stall` is open.
    #[must_use]
    pub fn has_stall(&self, stall: &str) -> bool {
        self.list("stalls").iter().any(|name| name == stall)
    }

    /// How browsers reach us, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        match self.text("public_url") {
            "" => format!("http://{}", self.listen),
            url => url.trim_end_matches('/').to_owned(),
        }
    }

    /// The key that signs access tokens.
    #[must_use]
    pub fn signing_key(&self) -> Vec<u8> {
        unhex(self.text("auth.signing_key")).unwrap_or_else(|| identity::dev_keys().signing_key.to_vec())
    }

    /// Earlier keys whose tokens are still believed.
    #[must_use]
    pub fn older_signing_keys(&self) -> Vec<Vec<u8>> {
        self.list("auth.older_signing_keys").iter().filter_map(|text| unhex(text)).collect()
    }

    /// The codec of public ids.
    #[must_use]
    pub fn public_ids(&self) -> PublicIds {
        PublicIds::new(self.id_key())
    }

    /// The key of public ids.
    #[must_use]
    pub fn id_key(&self) -> [u8; 16] {
        let key = unhex(self.text("auth.id_key")).and_then(|bytes| bytes.first_chunk::<16>().copied());
        key.unwrap_or(identity::dev_keys().id_key)
    }

    /// Where and how the store of `stall` is opened.
    #[must_use]
    pub fn store(&self, stall: &'static str) -> StoreConfig {
        let url = self.text("database");
        let location = if url.is_empty() {
            Location::Sqlite(Path::new(self.text("data")).join(format!("{stall}.db")))
        } else {
            Location::Postgres { url: url.to_owned(), schema: stall.to_owned() }
        };
        let narrow = |key: &str| u32::try_from(self.number(key)).unwrap_or(u32::MAX);
        StoreConfig {
            connections: self.size("store.connections"),
            checkpoint_pages: narrow("store.checkpoint_pages"),
            cache_kib: narrow("store.cache_kib"),
            ..StoreConfig::new(stall, location)
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() {
        return None;
    }
    let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}
