//! Opening the stall: its database, its catalogue in memory, its queue of reservations.

use crate::app::App;
use crate::availability::Availability;
use crate::catalogue::Catalogue;
use crate::gateway::Payments;
use crate::store::catalogue;
use crate::usecase::auth_upkeep;
use crate::usecase::catalogue_refresh;
use crate::usecase::check_in_batch::CheckInHandler;
use crate::usecase::queue_batch::JoinHandler;
use crate::usecase::queue_keys::QueueKeys;
use crate::usecase::reserve_batch::{KEYS, ReserveHandler, ReserveVerb};
use crate::usecase::sales_memory::SalesMemory;
use crate::usecase::ticket_keys;
use crate::waiting::WaitingRooms;
use identity::Identity;
use kernel::{Clock, IdSource, PublicIds};
use std::sync::Arc;
use store::keyed::Keys;
use store::{Batcher, MigrationSet, Store, StoreConfig, StoreError, Tx};

/// The tables of the stall itself.
pub const MIGRATIONS: MigrationSet = store::migration_set!(
    "rush",
    "0001_tenants",
    "0002_categories",
    "0003_events",
    "0004_shows",
    "0005_seat_zones",
    "0006_catalogue_epoch",
    "0007_bookings",
    "0008_confirmation_codes",
    "0009_payments",
    "0010_webhook_events",
    "0011_roles",
    "0012_taken_back",
    "0020_queue_rooms",
    "0021_queue_log",
    "0022_queue_passes",
    "0030_languages",
    "0031_mail_rounds",
    "0032_waitlist",
    "0040_refunds",
    "0050_tickets",
    "0051_check_ins",
    "0052_gates",
    "0053_undone_scans",
);

/// Every table the stall's database has, those of the ground first.
#[must_use]
pub fn migrations() -> Vec<MigrationSet> {
    let mut sets = stall::migrations_of_the_ground();
    sets.extend([identity::MIGRATIONS, ledger::MIGRATIONS, MIGRATIONS]);
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
    /// Who is who.
    pub identity: Identity,
    /// Payments, through their gateway.
    pub payments: Payments,
    /// Reservations decided in one transaction at most.
    pub batch_max: usize,
    /// Reservations that may wait.
    pub queue_max: usize,
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
        let catalogue = Arc::new(Catalogue::default());
        let availability = Arc::new(Availability::default());
        let keys = Arc::new(Keys::new(KEYS));
        let waiting = Arc::new(WaitingRooms::default());
        let verb = ReserveVerb {
            catalogue: Arc::clone(&catalogue),
            availability: Arc::clone(&availability),
            waiting: Arc::clone(&waiting),
            ids: Arc::clone(&ids),
        };
        let handler = ReserveHandler::new(verb, Arc::clone(&keys), Arc::clone(&opening.clock));
        let reserve = Batcher::start(&store, handler, opening.batch_max, opening.queue_max);
        let door = CheckInHandler::new(Arc::clone(&ids), Arc::clone(&opening.clock));
        let door = Batcher::start(&store, door, opening.batch_max, opening.queue_max);
        let joining = JoinHandler {
            catalogue: Arc::clone(&catalogue),
            waiting: Arc::clone(&waiting),
            ids: Arc::clone(&ids),
            clock: Arc::clone(&opening.clock),
        };
        let joins = Batcher::start(&store, joining, opening.batch_max, opening.queue_max);
        let queue_keys = QueueKeys::new(opening.identity.keyring());
        let app = Self {
            door,
            sales: SalesMemory::default(),
            ticket_keys: ticket_keys::load(opening.identity.keyring()),
            store,
            clock: opening.clock,
            ids,
            public: opening.public,
            identity: opening.identity,
            catalogue,
            availability,
            keys,
            reserve,
            waiting,
            joins,
            queue_keys,
            payments: opening.payments,
        };
        catalogue_refresh::at_start(&app).await?;
        auth_upkeep::reload_blocked(&app).await?;
        let app = Arc::new(app);
        tokio::spawn(learn_keys(Arc::clone(&app)));
        Ok(app)
    }
}

/// Beside the first requests: until it is done, the database is asked instead.
async fn learn_keys(app: Arc<App>) {
    if let Err(error) = app.keys.learn(&app.store).await {
        tracing::warn!(%error, "the keys of earlier bookings were not learned; the database will be asked");
    }
    if let Err(error) = auth_upkeep::learn_costs(&app).await {
        tracing::warn!(%error, "the costs of stored password hashes were not learned; they are noted as they are met");
    }
}

/// The newest number that was handed out before: the last transfer's, the last check-in's, the last change's of the catalogue, or
/// that of what happened last in a waiting room.
fn newest_number(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let newest = [
        "SELECT COALESCE(MAX(id), 0) FROM transfers",
        "SELECT COALESCE(MAX(id), 0) FROM check_ins",
        "SELECT COALESCE(MAX(last_entry), 0) FROM queue_heads",
    ];
    newest.into_iter().try_fold(catalogue::epoch(tx)?, |newest, sql| {
        Ok(newest.max(tx.query_one(sql, &[], |row| row.int(0))?))
    })
}
