//! What every verb of the stall works with. Built once by the binary, shared by all doors.

use crate::domain::calibrator::Calibrator;
use crate::market_state::MarketState;
use crate::settings::Settings;
use crate::usecase::bet_batch::PlaceHandler;
use arc_swap::ArcSwap;
use cluster::Nonces;
use identity::Chance;
use identity::proofs::wallet::{Rules, Tickets, WalletSessions};
use kernel::{Clock, IdSource, PublicIds};
use std::sync::Arc;
use store::Batcher;
use store::keyed::Keys;

/// The stall's parts. Verbs take `&App` first.
pub struct App {
    /// The stall's database.
    pub store: store::Store,
    /// The present; pure rooms are handed its value.
    pub clock: Arc<dyn Clock>,
    /// New numbers.
    pub ids: Arc<IdSource>,
    /// Numbers inside, UUIDs outside.
    pub public: PublicIds,
    /// What can be set.
    pub settings: Settings,
    /// Prices, quotes, the breaker: what may be tapped now, as the price engine last said.
    pub market_state: Arc<MarketState>,
    /// The map that protects probabilities; the price engine follows it with its next step.
    pub calibrator: ArcSwap<Calibrator>,
    /// The queue of bets.
    pub place: Batcher<PlaceHandler>,
    /// Which keys bets have used, as far as memory knows.
    pub keys: Arc<Keys>,
    /// Who is logged in.
    pub sessions: WalletSessions,
    /// What a log-in must say.
    pub siwe: Rules,
    /// Log-in nonces that were given out.
    pub nonces: Arc<dyn Nonces>,
    /// Tickets to open sockets with.
    pub tickets: Tickets,
    /// Where secrets come from.
    pub chance: Arc<dyn Chance>,
    /// Holes in venues' live trades that their history filled, newest last.
    pub holes: parking_lot::Mutex<std::collections::VecDeque<crate::domain::evidence::Hole>>,
    /// Public live topics: prices, grid, system.
    pub hub: web::live::Hub,
    /// What each player is told, in order.
    pub streams: web::live::UserStreams,
}
