//! What both providers remember: codes that were given out, tokens, keys, faults.

use super::Fault;
use super::people::Person;
use super::signing::TokenKey;
use kernel::Clock;
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// Codes and tokens that are remembered; the demo is restarted long before.
const REMEMBERED_MAX: usize = 10_000;

/// A code that a browser carries back.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) person: Person,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) nonce: String,
    pub(super) challenge: String,
}

pub(super) struct Memory {
    rng: StdRng,
    grants: HashMap<String, Grant>,
    tokens: HashMap<String, Grant>,
    turn: usize,
    pub(super) google: Fault,
    pub(super) wechat: Fault,
}

/// Both providers.
#[derive(Clone)]
pub(super) struct Providers {
    pub(super) address: SocketAddr,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) memory: Arc<Mutex<Memory>>,
    keys: Arc<Mutex<Vec<TokenKey>>>,
}

impl Providers {
    pub(super) fn new(address: SocketAddr, seed: u64, clock: Arc<dyn Clock>) -> Self {
        let memory = Memory {
            rng: StdRng::seed_from_u64(seed),
            grants: HashMap::new(),
            tokens: HashMap::new(),
            turn: 0,
            google: Fault::None,
            wechat: Fault::None,
        };
        let keys = Arc::new(Mutex::new(vec![TokenKey::of_turn(0)]));
        Self { address, clock, memory: Arc::new(Mutex::new(memory)), keys }
    }

    /// Where one of them is.
    pub(super) fn url(&self, provider: &str) -> String {
        format!("http://{}/{provider}", self.address)
    }

    /// Remembers a grant under a fresh code.
    pub(super) fn give_code(&self, grant: Grant) -> String {
        let mut memory = self.memory.lock();
        let code = format!("code-{:016x}{:016x}", memory.rng.random::<u64>(), memory.rng.random::<u64>());
        if memory.grants.len() >= REMEMBERED_MAX {
            memory.grants.clear();
        }
        memory.grants.insert(code.clone(), grant);
        code
    }

    /// Takes the grant of a code: it is good once.
    pub(super) fn take_code(&self, code: &str) -> Option<Grant> {
        self.memory.lock().grants.remove(code)
    }

    /// Remembers a grant under a fresh token.
    pub(super) fn give_token(&self, prefix: &str, grant: Grant) -> String {
        let mut memory = self.memory.lock();
        let token =
            format!("{prefix}-{:016x}{:016x}", memory.rng.random::<u64>(), memory.rng.random::<u64>());
        if memory.tokens.len() >= REMEMBERED_MAX {
            memory.tokens.clear();
        }
        memory.tokens.insert(token.clone(), grant);
        token
    }

    /// The grant of a token.
    pub(super) fn of_token(&self, token: &str) -> Option<Grant> {
        self.memory.lock().tokens.get(token).cloned()
    }

    /// Signs with a new key from now on; the last one stays published.
    pub(super) fn rotate(&self) {
        let turn = {
            let mut memory = self.memory.lock();
            memory.turn += 1;
            memory.turn
        };
        let mut keys = self.keys.lock();
        keys.push(TokenKey::of_turn(turn));
        let surplus = keys.len().saturating_sub(2);
        keys.drain(..surplus);
    }

    /// What is published.
    pub(super) fn published(&self) -> serde_json::Value {
        serde_json::json!({"keys": self.keys.lock().iter().map(TokenKey::published).collect::<Vec<_>>()})
    }

    /// A token with these claims.
    pub(super) fn sign(&self, claims: &serde_json::Value) -> String {
        self.keys.lock().last().expect("there is always a key").token(claims)
    }
}
