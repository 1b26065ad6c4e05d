//! What can be set about the stall, as the verbs and the engine read it.

use crate::config;
use crate::domain::evidence::REPAIR_WITHIN_MS;
use crate::domain::limits::Limits;
use crate::domain::market::SourceSettings;
use crate::domain::price_engine::EngineSettings;
use crate::domain::pricing::Crossing;
use stall::{Ground, Profile, Section};
use std::time::Duration;

/// The settings of Tap.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Column width in ms: 1,000, 2,000, 5,000, 10,000, 30,000 or 60,000.
    pub width_ms: i64,
    /// The house's base edge, basis points.
    pub edge_bp: i64,
    /// What counts as a touch.
    pub crossing: Crossing,
    /// Columns by which the window of touch is longer, 0..=3.
    pub touch_grace_columns: i64,
    /// Seconds of ticks before the first quote.
    pub warm_up_s: i64,
    /// Seconds of fresh prices before betting opens again.
    pub recovery_s: i64,
    /// How long after its end a void column may still be repaired, at most what the rules allow.
    pub repair: Duration,
    /// What the house may owe.
    pub limits: Limits,
    /// The house's first bankroll, cents; paid in once, when the database is new.
    pub bankroll: i64,
    /// Chains whose accounts may log in.
    pub chain_ids: Vec<u64>,
    /// `host[:port]` that log-in messages and bets must name.
    pub domain: String,
    /// The origin that log-in messages must name.
    pub uri: String,
    /// Whether new players may take money from the faucet: demo and load runs.
    pub faucet: bool,
    /// Whether the load profile's endpoints are served.
    pub load: bool,
    /// Token of the operators' endpoints; empty: they do not exist.
    pub admin_token: String,
    /// How long ticks are kept.
    pub tick_retention: Duration,
    /// Bets decided in one transaction at most.
    pub batch_max: usize,
    /// Bets that may wait.
    pub queue_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            width_ms: 5_000,
            edge_bp: 600,
            crossing: Crossing::Tick,
            touch_grace_columns: 0,
            warm_up_s: 300,
            recovery_s: 30,
            repair: Duration::from_millis(REPAIR_WITHIN_MS.unsigned_abs()),
            limits: Limits::default(),
            bankroll: 10_000_000_000,
            chain_ids: vec![1],
            domain: "127.0.0.1:8080".to_owned(),
            uri: "http://127.0.0.1:8080".to_owned(),
            faucet: false,
            load: false,
            admin_token: String::new(),
            tick_retention: Duration::from_secs(7 * 24 * 3600),
            batch_max: 100,
            queue_max: 10_000,
        }
    }
}

/// The statement that wallets show, word for word.
pub const STATEMENT: &str = "Sign in to Fairground Tap. This costs nothing and moves no money.";
/// What session keys are called in log-in messages.
pub const KEY_URN: &str = "urn:tap:session-key";
/// The version of the text of bets.
pub const CONTRACT_VERSION: u32 = 1;
/// The version of the rules that decide and price.
pub const RULE_VERSION: i64 = 1;

impl Settings {
    /// The settings as configured. Errors: log-in messages that nobody could sign, as a sentence for the operator.
    pub fn read(ground: &Ground, section: &Section) -> Result<Self, String> {
        let uri = ground.public_url.clone();
        let hours = section.get(&config::TICK_RETENTION_H).unsigned_abs();
        let settings = Self {
            width_ms: section.get(&config::WIDTH_MS),
            edge_bp: section.get(&config::EDGE_BP),
            crossing: Crossing::parse(&section.get(&config::CROSSING)).unwrap_or_default(),
            touch_grace_columns: section.get(&config::TOUCH_GRACE_COLUMNS),
            warm_up_s: section.get(&config::WARM_UP_S),
            recovery_s: section.get(&config::RECOVERY_S),
            repair: Duration::from_secs(section.get(&config::REPAIR_S)),
            limits: Limits { cell_max: section.get(&config::CELL_MAX), ..Limits::default() },
            bankroll: section.get(&config::BANKROLL),
            chain_ids: section.get(&config::CHAIN_IDS),
            domain: domain(section.get(&config::DOMAIN), &uri),
            uri,
            faucet: has_faucet(&section.get(&config::FAUCET), ground),
            load: ground.deployment.profile == Profile::Load,
            admin_token: section.get(&config::ADMIN_TOKEN),
            tick_retention: Duration::from_secs(hours * 3_600),
            batch_max: section.get(&config::BATCH_MAX),
            queue_max: section.get(&config::QUEUE_MAX),
        };
        let faults = settings.siwe_rules().faults();
        if faults.is_empty() {
            Ok(settings)
        } else {
            Err(format!("tap: wallets could not log in: {faults:?}"))
        }
    }

    /// What the price engine works by: these settings, and the venues of `sources`, of which `quorum` must agree.
    #[must_use]
    pub fn engine_settings(&self, sources: Vec<SourceSettings>, quorum: u8) -> EngineSettings {
        EngineSettings {
            width_ms: self.width_ms,
            edge_bp: self.edge_bp,
            crossing: self.crossing,
            touch_grace_columns: self.touch_grace_columns,
            warm_up_returns: u32::try_from(self.warm_up_s).unwrap_or(u32::MAX),
            recovery_ms: self.recovery_s.saturating_mul(1_000),
            sources,
            quorum,
        }
    }

    /// What log-in messages must say.
    #[must_use]
    pub fn siwe_rules(&self) -> identity::proofs::wallet::Rules {
        identity::proofs::wallet::Rules {
            domain: self.domain.clone(),
            uri: self.uri.clone(),
            statement: STATEMENT.to_owned(),
            chain_ids: self.chain_ids.clone(),
            key_urn: KEY_URN.to_owned(),
        }
    }
}

/// The host and port that log-in messages must name: as configured, or those of the public address.
fn domain(configured: String, uri: &str) -> String {
    if !configured.is_empty() {
        return configured;
    }
    let host = uri.split_once("://").map_or(uri, |(_, host)| host);
    host.split('/').next().unwrap_or(host).to_owned()
}

fn has_faucet(configured: &str, ground: &Ground) -> bool {
    let deployment = ground.deployment;
    match configured {
        "on" => true,
        "off" => false,
        _ => deployment.profile != Profile::Production && deployment.is_loopback(),
    }
}
