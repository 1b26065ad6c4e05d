//! What every verb of the stall works with.

use crate::candle_source::CandleSource;
use crate::exchange::ExchangeClient;
use crate::outside::Outside;
use crate::settings::Settings;
use crate::tokens::Tokens;
use crate::usecase::log_batch::PostHandler;
use kernel::{Clock, IdSource, PublicIds};
use std::sync::Arc;
use store::{Batcher, Store};
use tokio::sync::broadcast;

/// The stall's parts.
pub struct App {
    /// Its database.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// New numbers of rows.
    pub ids: Arc<IdSource>,
    /// The codec of public ids.
    pub public: PublicIds,
    /// Whom access tokens speak for.
    pub tokens: Arc<Tokens>,
    /// Identity providers, the vault, API keys.
    pub outside: Arc<Outside>,
    /// What can be set.
    pub settings: Settings,
    /// The same, inside somebody else's transaction: for events.
    pub post_within: Arc<PostHandler>,
    /// The queue of everything that writes logs and moves money.
    pub post: Batcher<PostHandler>,
    /// Where candles come from.
    pub candles: CandleSource,
    /// Asks exchanges in the name of keys' owners.
    pub exchange: ExchangeClient,
    /// Says whose logs have grown, after the commit; who listens reads them from the database.
    pub written: broadcast::Sender<i64>,
}
