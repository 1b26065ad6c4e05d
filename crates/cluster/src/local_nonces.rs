//! The in-process form of nonces: one map of ends under one lock; nonces are rare beside requests.

use crate::{NonceUse, Nonces, TooManyNonces};
use kernel::Timestamp;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Nonces alive at once: a million log-ins in their five minutes, about 40 MB.
const NONCES_MAX: usize = 1_000_000;

/// The in-process [`Nonces`].
#[derive(Debug, Default)]
pub struct LocalNonces {
    keys: [RandomState; 2],
    ends: Mutex<HashMap<u128, Timestamp>>,
}

impl LocalNonces {
    /// None outstanding.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// 128 keyed bits stand for a nonce, so that its length costs no memory and two never meet.
    fn key(&self, scope: &'static str, nonce: &str) -> u128 {
        let half = |state: &RandomState| u128::from(state.hash_one((scope, nonce)));
        half(&self.keys[0]) << 64 | half(&self.keys[1])
    }
}

impl Nonces for LocalNonces {
    fn issue(
        &self,
        scope: &'static str,
        nonce: &str,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), TooManyNonces> {
        let key = self.key(scope, nonce);
        let mut ends = self.ends.lock();
        if ends.len() >= NONCES_MAX {
            ends.retain(|_, end| *end > now);
        }
        if ends.len() >= NONCES_MAX {
            return Err(TooManyNonces);
        }
        ends.entry(key).or_insert(expires_at);
        Ok(())
    }

    fn consume(&self, scope: &'static str, nonce: &str, now: Timestamp) -> NonceUse {
        match self.ends.lock().remove(&self.key(scope, nonce)) {
            Some(end) if end > now => NonceUse::Accepted,
            Some(_) => NonceUse::Expired,
            None => NonceUse::Unknown,
        }
    }
}
