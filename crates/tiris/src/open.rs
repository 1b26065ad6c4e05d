//! Opening the stall: its database, its queue of logs, its tokens.

use crate::app::App;
use crate::candle_source::CandleSource;
use crate::exchange::ExchangeClient;
use crate::outside::Outside;
use crate::settings::Settings;
use crate::store::users;
use crate::tokens::Tokens;
use crate::usecase::log_batch::{self, PostHandler, PostVerb};
use kernel::{Clock, IdSource, PublicIds};
use std::sync::Arc;
use store::{Batcher, MigrationSet, Store, StoreConfig, StoreError, Tx};
use tokio::sync::broadcast;

/// The tables of the stall itself.
pub const MIGRATIONS: MigrationSet = store::migration_set!(
    "tiris",
    "0001_users",
    "0002_sessions",
    "0003_oauth",
    "0004_exchange_bindings",
    "0005_tradings",
    "0006_sub_accounts",
    "0007_trading_logs",
    "0008_transactions",
    "0009_replays",
    "0010_audit_events",
    "0011_user_api_keys",
    "0012_portfolios",
    "0013_invitations",
    "0014_reconciliation",
    "0015_candles",
    "0016_binding_failures",
    "0017_wallet_balances",
);

/// Announcements that a slow listener may be behind; whoever misses some reads the database anyway.
const WRITTEN_MAX: usize = 1_024;

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
    /// Whom access tokens speak for.
    pub tokens: Arc<Tokens>,
    /// Identity providers, the vault, API keys.
    pub outside: Arc<Outside>,
    /// What can be set.
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
        let Opening { clock, node, public, tokens, outside, settings } = opening;
        let ids = Arc::new(IdSource::new(node));
        ids.skip_past(store.read(newest_number).await?);
        let (written, _) = broadcast::channel(WRITTEN_MAX);
        let keys = Arc::new(log_batch::keys());
        let verb = || PostVerb { ids: Arc::clone(&ids), public: public.clone(), written: written.clone() };
        let post_within = Arc::new(PostHandler::new(verb(), Arc::clone(&keys), Arc::clone(&clock)));
        let handler = PostHandler::new(verb(), Arc::clone(&keys), Arc::clone(&clock));
        let post = Batcher::start(&store, handler, settings.batch_max, settings.queue_max);
        let learning = store.clone();
        tokio::spawn(async move {
            if let Err(error) = keys.learn(&learning).await {
                tracing::warn!(%error, "earlier keys were not learned; the database will be asked");
            }
        });
        let candles = CandleSource::new(settings.exchange_url.clone());
        let exchange = ExchangeClient::new(settings.exchange_url.clone(), settings.okx_url.clone());
        Ok(Arc::new(Self {
            store,
            clock,
            ids,
            public,
            tokens,
            outside,
            settings,
            post,
            post_within,
            candles,
            exchange,
            written,
        }))
    }
}

/// The newest number that was handed out before.
fn newest_number(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let mut newest = users::newest(tx)?;
    for sql in [
        "SELECT COALESCE(MAX(id), 0) FROM transfers",
        "SELECT COALESCE(MAX(id), 0) FROM trading_logs",
        "SELECT COALESCE(MAX(id), 0) FROM tradings",
        "SELECT COALESCE(MAX(locked_id), 0) FROM sub_accounts",
        "SELECT COALESCE(MAX(outside_id), 0) FROM sub_accounts",
        "SELECT COALESCE(MAX(id), 0) FROM exchange_bindings",
        "SELECT COALESCE(MAX(id), 0) FROM audit_events",
        "SELECT COALESCE(MAX(id), 0) FROM sessions",
        "SELECT COALESCE(MAX(id), 0) FROM oauth_tokens",
        "SELECT COALESCE(MAX(id), 0) FROM user_api_keys",
        "SELECT COALESCE(MAX(id), 0) FROM replays",
        "SELECT COALESCE(MAX(id), 0) FROM reconciliation_items",
    ] {
        newest = newest.max(tx.query_one(sql, &[], |row| row.int(0))?);
    }
    Ok(newest)
}
