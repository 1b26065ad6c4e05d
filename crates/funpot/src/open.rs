//! Opening the stall: its database, the house's accounts, and what it keeps in memory.

use crate::app::App;
use crate::dialect::POT;
use crate::domain::lockout::Lockouts;
use crate::domain::money::house_accounts;
use crate::gateway::classifier::Classifier;
use crate::gateway::{BotApi, Twitch};
use crate::limits::Limits;
use crate::live::LiveEvents;
use crate::settings::Settings;
use crate::store::users;
use crate::tokens::Tokens;
use crate::usecase::vote_batch::{KEYS, VoteHandler, VoteVerb};
use crate::usecase::{config_reload, live_load, revocations_reload};
use arc_swap::ArcSwap;
use cluster::LocalClaims;
use hmac::{Hmac, KeyInit, Mac};
use identity::Chance;
use identity::proofs::callback::WorkerKeys;
use identity::proofs::telegram::WebAppKey;
use kernel::{Clock, IdSource, PublicIds};
use ledger::Book;
use sha2::Sha256;
use std::sync::Arc;
use store::keyed::Keys;
use store::{Batcher, MigrationSet, Store, StoreConfig, StoreError, Tx};

/// The tables of the stall itself.
pub const MIGRATIONS: MigrationSet = store::migration_set!(
    "funpot",
    "0001_users",
    "0002_sessions",
    "0003_referrals",
    "0004_referral_payouts",
    "0005_payments",
    "0006_star_charges",
    "0007_telegram_updates",
    "0008_streamers",
    "0009_games",
    "0010_events",
    "0011_event_sources",
    "0012_votes",
    "0013_results",
    "0014_settlements",
    "0015_receipts",
    "0016_reviews",
    "0017_approvals",
    "0018_transfers_written_once",
    "0019_media_clips",
    "0020_prompts",
    "0021_llm_runs",
    "0022_llm_decisions",
    "0023_withdrawals",
    "0024_config",
    "0025_workers",
    "0026_assignments",
    "0027_bot_calls",
    "0028_star_reconciliations",
    "0029_payments_by_payload",
    "0030_streamer_reports",
    "0031_llm_cycles",
    "0032_audit_written_once",
);

/// Every table the stall's database has, those of the ground first.
#[must_use]
pub fn migrations() -> Vec<MigrationSet> {
    let mut sets = stall::migrations_of_the_ground();
    sets.extend([ledger::MIGRATIONS, MIGRATIONS]);
    sets
}

/// What the stall is opened with.
pub struct Opening {
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The number of this node, 0..=127.
    pub node: u8,
    /// The codec of public ids.
    pub public: PublicIds,
    /// Where secrets come from.
    pub chance: Arc<dyn Chance>,
    /// Mints and verifies access tokens.
    pub tokens: Tokens,
    /// The secrets of workers.
    pub worker_keys: WorkerKeys,
    /// From which the key of receipts is derived.
    pub secret: Vec<u8>,
    /// What is set at start-up.
    pub settings: Settings,
}

impl App {
    /// Opens the stall's database and the stall over it. Errors: the database cannot be opened or is not fit.
    pub async fn open(config: &StoreConfig, opening: Opening) -> Result<Arc<Self>, StoreError> {
        let store = Store::open(config, &migrations()).await?;
        Self::over(store, opening).await
    }

    /// Opens the stall over a database that has all of its tables.
    pub async fn over(store: Store, opening: Opening) -> Result<Arc<Self>, StoreError> {
        let ids = Arc::new(IdSource::new(opening.node));
        ids.skip_past(store.read(newest_number).await?);
        store.write(found_house).await?;
        let (keys, live) = (Arc::new(Keys::new(KEYS)), Arc::new(LiveEvents::default()));
        let config = Arc::new(ArcSwap::from_pointee(opening.settings.live.clone()));
        let verb = VoteVerb { ids: Arc::clone(&ids), live: Arc::clone(&live), config: Arc::clone(&config) };
        let handler = VoteHandler::new(verb, Arc::clone(&keys), Arc::clone(&opening.clock));
        let votes = Batcher::start(&store, handler, opening.settings.batch_max, opening.settings.queue_max);
        let hub = web::live::Hub::with_dialect(Arc::clone(&opening.clock), &POT);
        let app = Arc::new(Self {
            store,
            clock: opening.clock,
            ids,
            public: opening.public,
            web_app_key: WebAppKey::of_token(&opening.settings.bot_token),
            twitch: Twitch::new(opening.settings.twitch.clone()),
            classifier: Classifier::new(opening.settings.classifier.clone()),
            bot: BotApi::new(&opening.settings.telegram_api_url, &opening.settings.bot_token),
            limits: Arc::new(Limits::new(opening.settings.load)),
            config,
            settings: opening.settings,
            tokens: Arc::new(opening.tokens),
            chance: opening.chance,
            votes,
            keys,
            live,
            vote_attempts: Arc::new(LocalClaims::new(ATTEMPT_S)),
            worker_keys: opening.worker_keys,
            lockouts: Lockouts::default(),
            assignments: tokio::sync::Notify::new(),
            hub,
            receipt_key: receipt_key(&opening.secret),
        });
        config_reload::run(&app).await?;
        revocations_reload::run(&app).await?;
        live_load::run(&app).await?;
        tokio::spawn(learn(Arc::clone(&app)));
        Ok(app)
    }
}

/// Seconds for which the very same vote costs no token.
const ATTEMPT_S: u32 = 60;

/// Beside the first requests: until it is done, the database is asked instead.
async fn learn(app: Arc<App>) {
    if let Err(error) = app.keys.learn(&app.store).await {
        tracing::warn!(%error, "the keys of earlier votes were not learned; the database will be asked");
    }
}

/// The key that signs receipts: of the platform's signing key, and of nothing else that is derived from it.
fn receipt_key(secret: &[u8]) -> ed25519_dalek::SigningKey {
    let mac: Hmac<Sha256> = Hmac::new_from_slice(secret).expect("HMAC takes keys of every length");
    let seed: [u8; 32] = mac.chain_update(b"funpot receipt key v1").finalize().into_bytes().into();
    ed25519_dalek::SigningKey::from_bytes(&seed)
}

/// The newest number that was handed out before.
fn newest_number(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tables = [
        "SELECT COALESCE(MAX(id), 0) FROM transfers",
        "SELECT COALESCE(MAX(event_id), 0) FROM outbox",
        "SELECT COALESCE(MAX(id), 0) FROM events",
    ];
    let mut newest = users::newest(tx)?;
    for sql in tables {
        newest = newest.max(tx.query_one(sql, &[], |row| row.int(0))?);
    }
    Ok(newest)
}

/// Opens the accounts of the house in a new database.
fn found_house(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let accounts = house_accounts();
    let numbers: Vec<i64> = accounts.iter().map(|account| account.id).collect();
    let mut book = Book::load(tx, &numbers)?;
    for account in accounts {
        book.open(account);
    }
    book.save(tx)
}
