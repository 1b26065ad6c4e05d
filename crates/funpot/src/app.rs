//! What every verb of the stall works with. Built once by `open`, shared by all doors.

use crate::domain::live_config::LiveConfig;
use crate::limits::Limits;
use crate::settings::Settings;
use crate::tokens::Tokens;
use arc_swap::ArcSwap;
use identity::Chance;
use identity::proofs::telegram::WebAppKey;
use kernel::{Clock, IdSource, PublicIds};
use std::sync::Arc;
use store::Store;

/// The stall's parts. Verbs take `&App` first.
pub struct App {
    /// The stall's database.
    pub store: Store,
    /// The present; pure rooms are handed its value.
    pub clock: Arc<dyn Clock>,
    /// New numbers.
    pub ids: Arc<IdSource>,
    /// Numbers inside, UUIDs outside.
    pub public: PublicIds,
    /// What is set at start-up.
    pub settings: Settings,
    /// What can be changed while running, as it is now.
    pub config: ArcSwap<LiveConfig>,
    /// Access tokens.
    pub tokens: Arc<Tokens>,
    /// Where secrets come from.
    pub chance: Arc<dyn Chance>,
    /// What init data of our bot is signed with.
    pub web_app_key: WebAppKey,
    /// Limits that operators change while running.
    pub limits: Limits,
}
