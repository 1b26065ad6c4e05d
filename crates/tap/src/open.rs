//! Opening the stall: its database, its queue of bets, who is logged in, and what the price engine remembers.

use crate::app::App;
use crate::domain::bet_message::{TIMESTAMP_AGO_MAX_MS, TIMESTAMP_AHEAD_MAX_MS};
use crate::domain::chain::{MINUTE_MS, unhex};
use crate::domain::grid::COLUMNS_AHEAD;
use crate::domain::money::{CASH, HOUSE, cash_account, house_account, transfer_code};
use crate::domain::price_engine::Memory;
use crate::domain::volatility::VolatilityState;
use crate::engine::VOLATILITY;
use crate::market_state::MarketState;
use crate::settings::Settings;
use crate::store::{epochs, price_state, ticks};
use crate::usecase::bet_batch::{self, PlaceHandler, PlaceVerb};
use crate::usecase::{calibration_fit, recent_keys_load};
use arc_swap::ArcSwap;
use cluster::LocalNonces;
use identity::Chance;
use identity::proofs::wallet::{KeyDeriver, Tickets, WalletSessions, sessions};
use kernel::{Clock, IdSource, PublicIds, Timestamp};
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{Batcher, MigrationSet, Store, StoreConfig, StoreError, Tx};

/// The tables of the stall itself.
pub const MIGRATIONS: MigrationSet = store::migration_set!(
    "tap",
    "0001_columns",
    "0002_bets",
    "0003_quotes",
    "0004_ticks",
    "0005_blocks",
    "0006_evidence",
    "0007_epochs",
    "0008_price_state",
    "0009_incidents",
    "0010_transfers_written_once",
    "0011_payments",
    "0012_bets_in_time",
    "0013_least_rates",
);

/// A volatility older than this says nothing about now, seconds.
const VOLATILITY_AGE_MAX_S: i64 = 1_800;
/// Ticks of an unsealed minute, at most.
const UNSEALED_MAX: i64 = 2_000;
/// Ticks since volatility was kept, at most: those of [`VOLATILITY_AGE_MAX_S`].
const UNSAMPLED_MAX: i64 = 10 * VOLATILITY_AGE_MAX_S;

/// Every table the stall's database has, those of the ground first.
#[must_use]
pub fn migrations() -> Vec<MigrationSet> {
    let mut sets = stall::migrations_of_the_ground();
    sets.extend([identity::proofs::wallet::MIGRATIONS, ledger::MIGRATIONS, MIGRATIONS]);
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
    /// From which the keys of `hmac-sha256` sessions are derived.
    pub secret: Vec<u8>,
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
        let ids = Arc::new(IdSource::new(opening.node));
        ids.skip_past(store.read(newest_number).await?);
        let now = opening.clock.now();
        found_house(&store, &ids, opening.settings.bankroll, now).await?;
        let sessions = WalletSessions::new(KeyDeriver::new(&opening.secret, "session bet key"));
        for stored in store.read(move |tx| sessions::live(tx, now)).await? {
            sessions.insert(&stored)?;
        }
        let market_state = Arc::new(MarketState::default());
        if let Some(last) = store.read(ticks::last).await? {
            market_state.advance_watermark(last.ts_ms);
        }
        let calibrator = store.read(calibration_fit::in_force).await?;
        let keys = Arc::new(bet_batch::keys(taken_s(opening.settings.width_ms)));
        let verb = PlaceVerb {
            keys: Arc::clone(&keys),
            market_state: Arc::clone(&market_state),
            ids: Arc::clone(&ids),
            public: opening.public.clone(),
            limits: opening.settings.limits,
        };
        let handler = PlaceHandler::new(verb, Arc::clone(&keys), Arc::clone(&opening.clock));
        let place = Batcher::start(&store, handler, opening.settings.batch_max, opening.settings.queue_max);
        let app = Arc::new(Self {
            store,
            keys,
            streams: web::live::UserStreams::with(
                Arc::clone(&opening.clock),
                web::live::UserHistory::default(),
            ),
            hub: web::live::Hub::with_clock(Arc::clone(&opening.clock)),
            clock: opening.clock,
            ids,
            public: opening.public,
            siwe: opening.settings.siwe_rules(),
            settings: opening.settings,
            market_state,
            calibrator: ArcSwap::from_pointee(calibrator),
            place,
            sessions,
            nonces: Arc::new(LocalNonces::new()),
            tickets: Tickets::new(),
            chance: opening.chance,
            holes: parking_lot::Mutex::default(),
        });
        tokio::spawn(learn(Arc::clone(&app)));
        Ok(app)
    }

    /// What the price engine goes on from.
    pub async fn memory(&self) -> Result<Memory, StoreError> {
        let now = self.clock.now();
        self.store.read(move |tx| memory(tx, now)).await
    }
}

/// Seconds for which it matters what a player has bet on: from the first moment a column is offered to its last, and the time in
/// which a signed text is good.
fn taken_s(width_ms: i64) -> i64 {
    ((COLUMNS_AHEAD + 2) * width_ms + 2 * (TIMESTAMP_AGO_MAX_MS + TIMESTAMP_AHEAD_MAX_MS)) / 1_000
}

/// Beside the first requests: until it is done, the database is asked instead.
async fn learn(app: Arc<App>) {
    let learned = async {
        recent_keys_load::run(&app).await?;
        app.keys.learn(&app.store).await
    };
    if let Err(error) = learned.await {
        tracing::warn!(%error, "what earlier bets have taken was not learned; the database will be asked");
    }
}

/// The newest number that was handed out before: the last transfer's or event's.
fn newest_number(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT COALESCE(MAX(id), 0) FROM transfers";
    let transfer = tx.query_one(sql, &[], |row| row.int(0))?;
    let bet = tx.query_one("SELECT COALESCE(MAX(id), 0) FROM bets", &[], |row| row.int(0))?;
    let user = tx.query_one("SELECT COALESCE(MAX(id), 0) FROM wallet_users", &[], |row| row.int(0))?;
    Ok(transfer.max(bet).max(user))
}

/// Opens the house's accounts in a new database and pays its bankroll in.
async fn found_house(
    store: &Store,
    ids: &Arc<IdSource>,
    bankroll: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = ids.next(now);
    store
        .write(move |tx| {
            let mut book = Book::load(tx, &[CASH, HOUSE])?;
            book.open(cash_account());
            if !book.open(house_account()) || bankroll <= 0 {
                return book.save(tx);
            }
            let founding = Transfer::single(id, CASH, HOUSE, bankroll, transfer_code::BANKROLL);
            book.transfer(&founding, now).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
            book.save(tx)
        })
        .await
}

fn memory(tx: &mut Tx<'_>, now: Timestamp) -> Result<Memory, StoreError> {
    let head = ticks::head(tx)?;
    let sealed_to = head.as_ref().map_or(0, |head| (head.minute + 1) * MINUTE_MS);
    let volatility = volatility(tx, now)?;
    let sampled_ms = volatility.as_ref().and_then(VolatilityState::last_sample_ms);
    let unsampled = match sampled_ms {
        Some(ts_ms) => ticks::between(tx, ts_ms + 1, i64::MAX, UNSAMPLED_MAX)?,
        None => Vec::new(),
    };
    let hash = |text: &str| unhex(text).ok_or_else(|| StoreError::Corrupt("the hash of a block".into()));
    Ok(Memory {
        last_tick: ticks::last(tx)?,
        unsealed: ticks::between(tx, sealed_to, i64::MAX, UNSEALED_MAX)?,
        head: head.map(|head| Ok::<_, StoreError>((head.minute, hash(&head.hash)?))).transpose()?,
        volatility,
        unsampled,
        epochs: epochs::of_grid(tx)?,
    })
}

fn volatility(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<VolatilityState>, StoreError> {
    let kept = price_state::load(tx, VOLATILITY)?;
    let recent = kept.filter(|(_, at)| at.plus_secs(VOLATILITY_AGE_MAX_S) > now);
    // A state that this program cannot read is warmed up anew.
    Ok(recent.and_then(|(body, _)| serde_json::from_str(&body).ok()))
}
