//! What every verb of the stall works with. Built once by `open`, shared by all doors.

use crate::domain::live_config::LiveConfig;
use crate::domain::lockout::Lockouts;
use crate::gateway::classifier::Classifier;
use crate::gateway::{BotApi, Twitch};
use crate::limits::Limits;
use crate::live::LiveEvents;
use crate::settings::Settings;
use crate::tokens::Tokens;
use crate::usecase::vote_batch::VoteHandler;
use arc_swap::ArcSwap;
use cluster::Claims;
use identity::Chance;
use identity::proofs::callback::WorkerKeys;
use identity::proofs::telegram::WebAppKey;
use kernel::{Clock, IdSource, PublicIds};
use std::sync::Arc;
use store::keyed::Keys;
use store::{Batcher, Store};

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
    pub config: Arc<ArcSwap<LiveConfig>>,
    /// Access tokens.
    pub tokens: Arc<Tokens>,
    /// Where secrets come from.
    pub chance: Arc<dyn Chance>,
    /// What init data of our bot is signed with.
    pub web_app_key: WebAppKey,
    /// The Bot API.
    pub bot: BotApi,
    /// Twitch.
    pub twitch: Twitch,
    /// What asks a model for labels.
    pub classifier: Classifier,
    /// Limits that operators change while running.
    pub limits: Arc<Limits>,
    /// The queue of votes.
    pub votes: Batcher<VoteHandler>,
    /// Which keys votes have used, as far as memory knows.
    pub keys: Arc<Keys>,
    /// Events that take votes, in memory.
    pub live: Arc<LiveEvents>,
    /// Requests for votes of the last minute: the very same one costs no token.
    pub vote_attempts: Arc<dyn Claims>,
    /// The secrets of workers.
    pub worker_keys: WorkerKeys,
    /// Workers that failed to sign too often.
    pub lockouts: Lockouts,
    /// Wakes workers that wait for other streamers.
    pub assignments: tokio::sync::Notify,
    /// Live topics: streamers, games, and each user's own.
    pub hub: web::live::Hub,
    /// Signs receipts.
    pub receipt_key: ed25519_dalek::SigningKey,
}
