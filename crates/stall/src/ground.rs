//! What the ground gives a stall when it opens.

use crate::config::Deployment;
use crate::tasks::Tasks;
use futures_util::future::BoxFuture;
use kernel::{Clock, PublicIds};
use std::sync::Arc;
use store::StoreConfig;
use web::{Closing, Limits};

/// The keys that sign access tokens.
#[derive(Clone)]
pub struct SigningKeys {
    /// Signs, and is believed.
    pub current: Vec<u8>,
    /// Are still believed.
    pub older: Vec<Vec<u8>>,
}

/// Runs the invariants of the stall's database; its report as JSON.
pub type CheckDatabase = Arc<dyn Fn() -> BoxFuture<'static, serde_json::Value> + Send + Sync>;

/// What every stall is given.
#[derive(Clone)]
pub struct Ground {
    /// Where and how the process runs.
    pub deployment: Deployment,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The number of this node, 0..=127.
    pub node: u8,
    /// The codec of public ids.
    pub public_ids: PublicIds,
    /// The keys that sign access tokens.
    pub signing_keys: SigningKeys,
    /// Cost of password hashes, 4..=15.
    pub password_cost: u32,
    /// How browsers reach us, without a slash at the end.
    pub public_url: String,
    /// Origins whose pages may call us.
    pub cors_origins: Vec<String>,
    /// How strictly limits are applied.
    pub limits: Limits,
    /// How mail leaves.
    pub mail: mail::Settings,
    /// Where the stall's store is.
    pub store: StoreConfig,
    /// Ends what the stall started.
    pub closing: Closing,
    /// Starts what runs beside the doors until the process closes.
    pub tasks: Tasks,
    /// Runs the invariants of the stall's database.
    pub check: CheckDatabase,
}
