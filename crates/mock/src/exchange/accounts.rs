//! Accounts behind keys: what a key may do, what lies in the wallet, orders that were filled.

use super::faults::Fault;
use super::prices::Market;
use kernel::Clock;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

/// Decimals of every amount.
pub(super) const SCALE: u8 = 8;
/// Accounts that are remembered.
const ACCOUNTS_MAX: usize = 10_000;
/// One whole, in units.
pub(super) const ONE: i64 = 100_000_000;

/// Keys that are known from the start: made up, and good here alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoKey {
    /// The key.
    pub api_key: &'static str,
    /// Its secret.
    pub api_secret: &'static str,
    /// What OKX wants beside them.
    pub passphrase: &'static str,
    /// What it may do.
    pub permissions: &'static str,
}

/// An account that trades, one that only reads, and one that can withdraw.
pub const DEMO_KEYS: [DemoKey; 4] = [
    DemoKey {
        api_key: "simulated-key-of-mei-0001",
        api_secret: "simulated-secret-of-mei-0001",
        passphrase: "mei-phrase",
        permissions: "read,trade",
    },
    DemoKey {
        api_key: "simulated-key-of-jonas-0002",
        api_secret: "simulated-secret-of-jonas-0002",
        passphrase: "jonas-phrase",
        permissions: "read,trade",
    },
    DemoKey {
        api_key: "simulated-key-that-reads-0003",
        api_secret: "simulated-secret-that-reads-0003",
        passphrase: "reads-phrase",
        permissions: "read",
    },
    DemoKey {
        api_key: "simulated-key-that-withdraws-0004",
        api_secret: "simulated-secret-that-withdraws-0004",
        passphrase: "withdraws-phrase",
        permissions: "read,trade,withdraw",
    },
];

/// One account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) secret: String,
    pub(super) passphrase: String,
    pub(super) permissions: String,
    /// Free units by asset; locked ones beside them.
    pub(super) wallet: BTreeMap<String, (i64, i64)>,
}

impl Account {
    pub(super) fn may(&self, what: &str) -> bool {
        self.permissions.split(',').any(|word| word == what)
    }
}

#[derive(Default)]
pub(super) struct Memory {
    pub(super) accounts: HashMap<String, Account>,
    pub(super) fault: Fault,
    next_order: i64,
}

/// The exchange.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) address: SocketAddr,
    pub(super) seed: u64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) memory: Arc<Mutex<Memory>>,
}

/// A market order that was filled, units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) order: i64,
    pub(super) price: i64,
    pub(super) quote: i64,
    pub(super) commission: i64,
}

impl Exchange {
    pub(super) fn new(address: SocketAddr, seed: u64, clock: Arc<dyn Clock>) -> Self {
        let exchange = Self { address, seed, clock, memory: Arc::default() };
        for key in DEMO_KEYS {
            exchange.open(key.api_key, key.api_secret, key.passphrase, key.permissions);
            exchange.set(key.api_key, "USDT", 10_000 * ONE);
        }
        // Orders are numbered by the clock, so that an exchange started again counts on.
        exchange.memory.lock().next_order = exchange.clock.now().as_secs().max(0) * 1_000;
        exchange
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now().as_micros() / 1_000
    }

    /// Makes an account, or changes what its key may do.
    pub(super) fn open(&self, key: &str, secret: &str, passphrase: &str, permissions: &str) {
        let mut memory = self.memory.lock();
        if memory.accounts.len() >= ACCOUNTS_MAX {
            return;
        }
        let wallet = memory.accounts.get(key).map(|account| account.wallet.clone()).unwrap_or_default();
        let account = Account {
            secret: secret.to_owned(),
            passphrase: passphrase.to_owned(),
            permissions: permissions.to_owned(),
            wallet,
        };
        memory.accounts.insert(key.to_owned(), account);
    }

    /// Sets what is free in a wallet; false for a key that is not known.
    pub(super) fn set(&self, key: &str, asset: &str, units: i64) -> bool {
        let mut memory = self.memory.lock();
        let Some(account) = memory.accounts.get_mut(key) else { return false };
        account.wallet.entry(asset.to_owned()).or_default().0 = units;
        true
    }

    /// Fills a market order at `price` and takes a tenth of a percent of the quote; none where the wallet lacks it.
    pub(super) fn fill(
        &self,
        key: &str,
        market: &Market,
        is_buy: bool,
        volume: i64,
        price: i64,
    ) -> Option<Filled> {
        let quote =
            i64::try_from((i128::from(price) * i128::from(volume) + i128::from(ONE / 2)) / i128::from(ONE))
                .ok()?;
        let commission = quote / 1_000;
        let mut memory = self.memory.lock();
        memory.next_order += 1;
        let order = memory.next_order;
        let account = memory.accounts.get_mut(key)?;
        let held = |account: &Account, asset: &str| account.wallet.get(asset).map_or(0, |held| held.0);
        let (base_moves, quote_moves) =
            if is_buy { (volume, -(quote + commission)) } else { (-volume, quote - commission) };
        let (base_after, quote_after) =
            (held(account, market.base) + base_moves, held(account, market.quote) + quote_moves);
        if base_after < 0 || quote_after < 0 || quote == 0 {
            return None;
        }
        account.wallet.entry(market.base.to_owned()).or_default().0 = base_after;
        account.wallet.entry(market.quote.to_owned()).or_default().0 = quote_after;
        Some(Filled { order, price, quote, commission })
    }
}
